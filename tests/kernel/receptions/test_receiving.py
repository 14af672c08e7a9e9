"""Receiving apart from handling: who may receive what where, what it leaves behind, and whose clock then runs."""

import pytest

from tests import city
from tongban.foundation.errors import Problem
from tongban.foundation.ids import make_resident_id
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.actions.filing import NotForYou
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.places import queries as places
from tongban.kernel.receptions import actions, calc, queries
from tongban.kernel.receptions.actions import NotIdentified, NotReceivedHere
from tongban.kernel.receptions.models import Reception
from tongban.kernel.receptions.queries import NoSuchReception
from tongban.kernel.receptions.states import Holder, Mode
from tongban.modules.ratings import actions as ratings

CHANGAN, HUMEN, CITY_HALL = "hall-changan", "hall-humen", "hall-city"
ALLOWANCE = "old-age-allowance"


def receiver(hall: str = CHANGAN, agency: str = "", name: str = "袁嘉欣"):
    """Who sits at a window of a hall."""
    row = parties.open_account(
        username=f"receiver-{hall}-{agency}-{name}",
        display_name=name,
        level=4,
        agency="data-bureau",
        by=SYSTEM,
    )
    access.grant(
        account_id=row.pk, role="receiver", agency=agency, place_path=places.hall(hall).path, by=SYSTEM
    )
    return city.actor(row)


def resident(place: str = city.HUMEN, **facts):
    return city.person("周玉兰", place, "1944-09-12", **facts)


def at_window(person, by, item: str = ALLOWANCE, hall: str = CHANGAN, **more):
    given = {"name": person.name, "id_no": person.id_no, "proof": "id_card", **more}
    return actions.begin(item_code=item, hall=hall, by=by, **given)


@pytest.fixture(autouse=True)
def standing(db, clock):
    """A Monday morning."""


def test_received_in_one_town_and_handled_in_another():
    person, by = resident(), receiver()
    own = city.account(person)
    row = at_window(person, by)
    assert queries.reception_of(row.case_id) is None  # begun is not received
    row = actions.hand_in(reception_id=row.pk, by=by)
    case = city.again(row.case)
    assert (row.mode, row.hall, row.received_by) == (Mode.CROSS_TOWN, CHANGAN, by.account_id)
    assert (case.channel, case.state, case.agency) == ("window", CaseState.SUBMITTED, "civil-affairs")
    assert case.place_path == city.town(city.HUMEN)
    assert case.account_id == own.pk
    logged = {event.name: event for event in events.history(case.pk)}
    assert logged["case.submitted"].actor_kind == ActorKind.STAFF
    assert logged["case.submitted"].actor_id == by.account_id
    assert logged["case.received_at_window"].payload == {"hall": CHANGAN, "mode": "cross_town"}


def test_the_receipt_is_the_halls_and_the_acceptance_the_offices():
    person, by = resident(), receiver()
    own = city.account(person)
    case = actions.hand_in(reception_id=at_window(person, by).pk, by=by).case
    clerk = city.actor(city.officer("clerk", place=city.town(city.HUMEN)))
    city.run_jobs()
    cases.accept(case_id=case.pk, by=clerk)
    city.run_jobs()
    sealed = {letter.kind: letter.sealed_by for letter in documents.letters_about(case.pk)}
    assert sealed[LetterKind.RECEIPT] == "town-changan"
    assert sealed[LetterKind.ACCEPTANCE] == "civil-affairs"
    assert set(Notice.objects.filter(about_id=case.pk).values_list("account_id", flat=True)) == {own.pk}
    clocks = {one.kind for one in deadlines.clocks_of(case.pk)}
    assert clocks >= {ClockKind.RECEIPT, ClockKind.DECISION_PROMISED, ClockKind.DECISION_STATUTORY}


def test_the_receipt_names_both_places():
    from tongban.kernel.outcomes.queries import letter_content

    by = receiver()
    case = actions.hand_in(reception_id=at_window(resident(), by).pk, by=by).case
    letter, data = letter_content(case_queries.case(case.pk), LetterKind.RECEIPT, {})
    assert letter["code"] == "window_receipt"
    assert "长安镇政务服务中心" in data["paragraphs"][0]
    assert "虎门镇" in data["paragraphs"][0]
    assert "跨镇通办" in data["paragraphs"][0]


def test_an_online_receipt_stays_the_offices_own():
    from tongban.kernel.outcomes.queries import letter_content

    case = city.allowance()
    letter, _data = letter_content(case, LetterKind.RECEIPT, {})
    assert letter["code"] == "receipt"


def test_a_receiver_neither_accepts_nor_sees_the_case():
    by = receiver()
    case = actions.hand_in(reception_id=at_window(resident(), by).pk, by=by).case
    for verb in ("view", "accept", "review", "decide", "edit"):
        with pytest.raises(NoSuchCase):
            case_queries.case_for(by, case.pk, verb)
    with pytest.raises(NoSuchCase):
        cases.accept(case_id=case.pk, by=by)


def test_a_receiver_sees_only_what_their_hall_received():
    changan, humen = receiver(), receiver(HUMEN, name="刘子轩")
    town = city.officer("receiver", agency="", place=city.town("441900119"), name="全镇")
    everywhere = city.officer("receiver", agency="", place=city.CITY, name="全市")
    one = actions.hand_in(reception_id=at_window(resident(), changan).pk, by=changan)
    other = at_window(resident(), humen, hall=HUMEN)
    assert [row.pk for row in queries.receptions(changan, "received")] == [one.pk]
    assert [row.pk for row in queries.receptions(changan, "open")] == []
    assert [row.pk for row in queries.receptions(humen, "open")] == [other.pk]
    assert [row.pk for row in queries.receptions(city.actor(town), "received")] == [one.pk]
    assert queries.receptions(city.actor(everywhere), "open").count() == 1
    for act in (
        lambda: queries.reception_for(humen, one.pk),
        lambda: actions.save(reception_id=one.pk, by=humen, answers={}),
        lambda: actions.hand_in(reception_id=one.pk, by=humen),
        lambda: actions.discard(reception_id=one.pk, by=humen),
    ):
        with pytest.raises(NoSuchReception):
            act()
    clerk = city.actor(city.officer("clerk", "reviewer", "decider", "bureau", agency="", place=city.CITY))
    assert queries.receptions(clerk, "received").count() == 0


def test_the_citys_hall_is_not_the_whole_city():
    """The city's own hall stands at the root of the tree: its receivers still see only what it received."""
    by, root = receiver(), receiver(CITY_HALL, name="彭婷")
    at_window(resident(), by)
    assert queries.receptions(root, "open").count() == 0
    assert [hall.code for hall in queries.halls_of(root)] == [CITY_HALL]


@pytest.mark.parametrize(
    ("hall", "place", "item", "agency", "mode"),
    [
        (CHANGAN, city.HUMEN, ALLOWANCE, "", Mode.CROSS_TOWN),
        (CHANGAN, "441900119", ALLOWANCE, "", Mode.LOCAL),
        (CITY_HALL, city.HUMEN, ALLOWANCE, "", Mode.CROSS_TOWN),
        (CHANGAN, city.HUMEN, ALLOWANCE, "civil-affairs", Mode.FORWARD),
    ],
)
def test_the_mode_follows_from_both_places(hall, place, item, agency, mode):
    by = receiver(hall, agency)
    row = actions.hand_in(reception_id=at_window(resident(place), by, item, hall).pk, by=by)
    assert row.mode == mode


def test_modes_by_towns():
    assert calc.mode_of(hall_town="1", handling_town="", forward=False) == Mode.CITY_TOWN
    assert calc.mode_of(hall_town="", handling_town="", forward=True) == Mode.LOCAL
    assert calc.mode_of(hall_town="1", handling_town="", forward=True) == Mode.FORWARD


def _home_only(handled: str) -> str:
    return next(
        item.code
        for item in catalogue.items()
        if (data := item.definition.data)["handle_scope"] == "home_only"
        and data["handled_at"] == handled
        and "window" in data["channels"]
        and "person" in data["audience"]
    )


def test_home_only_of_the_city_is_refused_in_a_town():
    item = catalogue.item(_home_only("city"))
    refused = queries.offer(receiver(), places.hall(CHANGAN), item)
    assert not refused.allowed
    assert "市民服务中心" in refused.todo_zh
    own_window = receiver(agency=item.definition.data["agency"], name="部门窗口")
    assert queries.offer(own_window, places.hall(CHANGAN), item).allowed
    assert queries.offer(receiver(CITY_HALL, name="市"), places.hall(CITY_HALL), item).allowed
    with pytest.raises(NotReceivedHere):
        at_window(resident(), receiver(name="又"), item.code)


def test_home_only_of_a_town_is_refused_at_another_towns_window_and_nothing_stays(monkeypatch):
    by = receiver()
    row = at_window(resident(), by)
    data = case_queries.version_of(row.case).definition.data
    monkeypatch.setitem(data, "handle_scope", "home_only")
    with pytest.raises(NotReceivedHere) as refused:
        actions.hand_in(reception_id=row.pk, by=by)
    assert "虎门镇政务服务中心" in refused.value.todo_zh
    case = city.again(row.case)
    assert (case.state, case.short_no) == (CaseState.DRAFT, None)
    assert Reception.objects.get(pk=row.pk).received_at is None


def test_an_item_without_the_channel_is_not_received():
    online = next(one for one in catalogue.items() if one.definition.data["channels"] == ["online"])
    assert not queries.offer(receiver(), places.hall(CHANGAN), online).allowed


def test_a_grant_for_one_agency_receives_for_it_alone():
    by = receiver(agency="market-regulation")
    with pytest.raises(NotReceivedHere):
        at_window(resident(), by)


def test_without_the_role_nobody_receives():
    clerk = city.actor(city.officer("clerk", agency="", place=city.CITY))
    with pytest.raises(NotReceivedHere):
        at_window(resident(), clerk)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "别人"},
        {"id_no": "441900194409120000"},
        {"proof": ""},
        {"proof": "trust_me"},
        {"note": "长" * 201},
    ],
)
def test_who_is_not_identified_is_not_received(change):
    with pytest.raises(NotIdentified):
        at_window(resident(), receiver(), **change)
    assert Reception.objects.count() == 0


def test_the_answer_does_not_tell_whose_number_it_is():
    with pytest.raises(NotIdentified) as refused:
        at_window(resident(), receiver(), name="试探")
    assert "周玉兰" not in str(refused.value.sentence_zh) + str(refused.value.todo_zh)


def test_somebody_new_is_registered_with_an_account_of_their_own():
    by, number = receiver(), make_resident_id("44190019900307811")
    row = actions.begin(
        item_code="residence-registration",
        hall=CHANGAN,
        name="新来",
        id_no=number,
        phone="13700137000",
        proof="id_card",
        by=by,
    )
    person = party_queries.person_by_id_no(number)
    assert row.case.person_id == person.pk
    [own] = party_queries.accounts_of_person(person.pk)
    assert row.case.account_id == own
    assert own != by.account_id
    facts = party_queries.profile(person.pk, None, row.case.created_at.date()).values()
    assert facts["person.name"] == "新来"


def test_acting_for_a_firm_needs_a_mandate():
    person = city.person("梁桂英", city.HUMEN)
    firm = city.organisation(person, place=city.HUMEN)
    by = receiver()
    row = at_window(person, by, "food-licence", uscc=firm.uscc)
    assert row.case.organisation_id == firm.pk
    with pytest.raises(NotForYou):
        at_window(city.person("何伟"), by, "food-licence", uscc=firm.uscc)


def test_filling_in_scanning_and_handing_in_twice():
    person = city.person("梁桂英", city.HUMEN)
    firm = city.organisation(person, place=city.HUMEN)
    by = receiver()
    row = at_window(
        person, by, "food-licence", uscc=firm.uscc, situation={"business": "catering", "commitment": "no"}
    )
    with pytest.raises(NotComplete):
        actions.hand_in(reception_id=row.pk, by=by)
    actions.save(reception_id=row.pk, by=by, answers=city.FOOD_ANSWERS, signed=["safety_rules"])
    for material in ("business_licence", "layout"):
        actions.add_scan(reception_id=row.pk, material=material, file=city.letter_pdf(), by=by)
    wrong = actions.add_scan(reception_id=row.pk, material="layout", file=city.picture(), by=by)
    actions.remove_scan(reception_id=row.pk, scan_id=wrong.pk, by=by)
    first = actions.hand_in(reception_id=row.pk, by=by)
    again = actions.hand_in(reception_id=row.pk, by=by)
    assert first.case.short_no == again.case.short_no
    assert case_queries.all_submitted().filter(person_id=person.pk).count() == 1


def test_a_draft_is_discarded_with_its_reception():
    by = receiver()
    row = at_window(resident(), by)
    actions.discard(reception_id=row.pk, by=by)
    assert not Reception.objects.exists()
    row = actions.hand_in(reception_id=at_window(resident(), by).pk, by=by)
    with pytest.raises(Problem):
        actions.discard(reception_id=row.pk, by=by)


def test_on_whom_a_case_waits():
    assert {state: calc.holder(state, paused=False) for state in CaseState}[CaseState.SUBMITTED] is (
        Holder.HANDLER_RECEIPT
    )
    assert calc.holder(CaseState.SUPPLEMENT_REQUESTED, paused=True) is Holder.APPLICANT
    assert calc.holder(CaseState.IN_REVIEW, paused=True) is Holder.STANDSTILL
    assert calc.holder(CaseState.IN_REVIEW, paused=False) is Holder.HANDLER_DECISION
    assert calc.holder(CaseState.CLOSED, paused=False) is Holder.ENDED


def test_a_rating_carries_both_places():
    person, by = resident(), receiver()
    own = city.account(person)
    case = actions.hand_in(reception_id=at_window(person, by).pk, by=by).case
    cases.refuse(
        case_id=case.pk, reasons="不属于职权范围", by=city.actor(city.officer("clerk", place=city.CITY))
    )
    rating = ratings.rate(case_id=case.pk, level=4, words="收件窗口态度不好", by=city.actor(own))
    assert (rating.hall, rating.place_path) == (CHANGAN, city.town(city.HUMEN))


def test_the_permission_alone_opens_no_office():
    with pytest.raises((NotAllowed, NoSuchCase)):
        cases.accept(case_id=city.allowance().pk, by=receiver())
