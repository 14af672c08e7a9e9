"""A village station helps only with the resident's word, for one application, until they leave or the hour is over."""

import pytest
from django.db import IntegrityError

from tests import city
from tongban.kernel.cases import queries as cases
from tongban.kernel.events import queries as events
from tongban.kernel.parties.actions import WrongCode
from tongban.kernel.receptions import actions, queries
from tongban.kernel.receptions.states import HELP_MINUTES
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
STATION, TOWN = "station-dongcheng-1", "441900003"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


@pytest.fixture
def old():
    found = city.person("何秀珍", place=TOWN, born="1940-05-01")
    city.account(found)
    return found


@pytest.fixture
def helper():
    return city.actor(city.officer("receiver", agency="", place=city.town(TOWN)))


def begin(who, helper, hall=STATION):
    return actions.begin(
        item_code="old-age-allowance", hall=hall, name=who.name, id_no=who.id_no, proof="id_card", by=helper
    )


def test_nothing_before_the_residents_word(old, helper):
    row = begin(old, helper)
    for verb in (actions.hand_in, actions.save):
        with pytest.raises(actions.NotHelping) as refused:
            verb(reception_id=row.pk, by=helper)
        assert refused.value.status == 409
    with pytest.raises(actions.NotHelping):
        actions.add_scan(reception_id=row.pk, material="x", file=city.picture(), by=helper)
    phone, code = actions.ask_consent(reception_id=row.pk, by=helper)
    assert phone == old.phone
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(WrongCode):
        actions.consent_by_code(reception_id=row.pk, code=wrong, by=helper)
    actions.consent_by_code(reception_id=row.pk, code=code, by=helper)
    done = actions.hand_in(reception_id=row.pk, by=helper)
    case = cases.case(done.case_id)
    assert (case.person_id, case.state) != (None, "draft")
    assert cases.agent_of(case) == (helper.name, True)
    submitted = next(one for one in events.history(case.pk) if one.name == "case.submitted")
    assert (submitted.actor_id, submitted.payload["for"]) == (helper.account_id, str(old.pk))
    assert [one.name for one in events.history(row.pk)] == ["reception.opened", "reception.consented"]


def test_a_code_of_another_reception_is_none(old, helper):
    first, second = begin(old, helper), begin(old, helper)
    _phone, code = actions.ask_consent(reception_id=first.pk, by=helper)
    with pytest.raises(WrongCode):
        actions.consent_by_code(reception_id=second.pk, code=code, by=helper)


def test_on_paper_and_over_when_they_leave(old, helper):
    row = begin(old, helper)
    actions.consent_on_paper(reception_id=row.pk, file=city.picture(), by=helper)
    actions.save(reception_id=row.pk, by=helper)
    actions.end_help(reception_id=row.pk, by=helper)
    actions.end_help(reception_id=row.pk, by=helper)
    again = queries.reception_for(helper, row.pk)
    for verb in (actions.hand_in, actions.save, actions.ask_consent):
        with pytest.raises(actions.NotHelping):
            verb(reception_id=row.pk, by=helper)
    with pytest.raises(actions.NotHelping):
        actions.consent_on_paper(reception_id=row.pk, file=city.picture(), by=helper)
    assert again.help_ended_at is not None
    names = [one.name for one in events.history(row.pk)]
    assert names == ["reception.opened", "reception.consented", "reception.help_ended"]


def test_over_with_the_hour(old, helper, standing_clock):
    row = begin(old, helper)
    actions.consent_on_paper(reception_id=row.pk, file=city.picture(), by=helper)
    standing_clock.move(minutes=HELP_MINUTES - 1)
    actions.save(reception_id=row.pk, by=helper)
    standing_clock.move(minutes=1)
    with pytest.raises(actions.NotHelping):
        actions.hand_in(reception_id=row.pk, by=helper)


def test_who_has_no_telephone_signs(helper):
    row = actions.begin(
        item_code="old-age-allowance",
        hall=STATION,
        name="何秀珍",
        id_no=city.make_resident_id("44190019400501777"),
        proof="home_visit",
        by=helper,
    )
    with pytest.raises(actions.NotIdentified):
        actions.ask_consent(reception_id=row.pk, by=helper)


def test_a_window_of_a_hall_goes_on_as_before(old, standing_clock):
    clerk = city.actor(city.officer("receiver", agency="", place=city.CITY))
    row = begin(old, clerk, hall="hall-changan")
    standing_clock.move(minutes=3 * HELP_MINUTES)
    assert actions.hand_in(reception_id=row.pk, by=clerk).received_at is not None


def test_a_paper_without_its_file_is_none(old, helper):
    row = begin(old, helper)
    row.consent, row.consented_at = "paper", row.opened_at
    with pytest.raises(IntegrityError):
        action(row.save)()


def test_the_page_shows_nothing_before_and_after(old, helper):
    row = begin(old, helper)
    account = city.party_queries.account(helper.account_id)
    client = city.signed_in(account)
    url = f"/counter/{row.pk}/"

    def page() -> str:
        return client.get(url).content.decode()

    assert "先征得本人同意" in page()
    assert old.name not in page()
    assert "示例银行" not in page()
    refused = client.post(f"{url}consent/", {"do": "paper"})
    assert refused.status_code == 422 or refused.status_code == 400
    assert client.post(f"{url}consent/", {"do": "code", "code": "000"}).status_code == 422
    assert client.post(f"{url}save/", {"then": "hand_in"}).status_code == 409
    actions.consent_on_paper(reception_id=row.pk, file=city.picture(), by=helper)
    assert old.name in page()
    assert "本人离开，结束帮办" in page()
    assert client.post(f"{url}end/").url == "/counter/"
    assert "帮办已结束" in page()
    assert old.name not in page()
