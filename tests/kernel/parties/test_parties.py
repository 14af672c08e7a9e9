"""Persons, organisations, mandates, facts: real rows, and others' rows beside them that could leak."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from tests import city
from tongban.foundation.ids import make_resident_id
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.calc import age_on
from tongban.kernel.parties.models import Account, Fact, Mandate, Organisation, Person
from tongban.kernel.parties.states import FactState, MandateSource
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MONDAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)


class TestNumbers:
    """Check digits."""

    @pytest.mark.parametrize("number", ["441900199003070011", "44190019900230001X", "12345", "", "X" * 18])
    def test_a_person_with_a_wrong_number_is_refused(self, number):
        with pytest.raises(actions.InvalidNumber) as refused:
            actions.register_person(name="陈", id_no=number, by=SYSTEM)
        assert refused.value.status == 422
        assert not Person.objects.exists()

    def test_every_single_wrong_digit_is_refused(self):
        right = make_resident_id("44190019900307001")
        for position in range(18):
            for digit in "0123456789X":
                wrong = right[:position] + digit + right[position + 1 :]
                if wrong != right:
                    with pytest.raises(actions.InvalidNumber):
                        actions.register_person(name="陈", id_no=wrong, by=SYSTEM)
        assert actions.register_person(name="陈", id_no=right, by=SYSTEM).id_no == right

    def test_a_fifteen_digit_number_is_kept_as_eighteen(self):
        row = actions.register_person(name="陈", id_no="441900900307001", by=SYSTEM)
        assert row.id_no == make_resident_id("44190019900307001")
        with pytest.raises(IntegrityError):
            actions.register_person(name="陈", id_no=row.id_no, by=SYSTEM)

    @pytest.mark.parametrize("code", ["91441900MA9Y00004F", "91441900MA9Y0000", "", "91441900MA9Y0000IE"])
    def test_an_organisation_with_a_wrong_code_is_refused(self, code):
        with pytest.raises(actions.InvalidNumber):
            actions.register_organisation(name="店", uscc=code, kind="company", by=SYSTEM)
        assert not Organisation.objects.exists()


class TestMandates:
    """Who may act for whom, when."""

    def test_the_legal_representative_may_act_at_once_and_nobody_else(self, clock):
        representative, stranger = city.person(), city.person()
        mine, other = city.organisation(representative), city.organisation(stranger)
        assert city.actor(city.account(representative)).represents == (mine.pk,)
        assert queries.agents_of(mine.pk, MONDAY) == [representative.pk]
        assert queries.organisations_of(city.actor(city.account(stranger))) == [other]
        (row,) = Mandate.objects.filter(organisation=mine)
        assert (row.source, row.starts_on, row.ends_on) == ("legal_representative", MONDAY, None)
        assert [event.name for event in events.history(row.pk)] == ["mandate.given"]

    def test_a_mandate_lives_from_its_first_day_to_its_last(self, clock):
        agent = city.person()
        of = city.organisation(city.person())
        actions.give_mandate(
            organisation=of,
            agent=agent,
            source=MandateSource.ONLINE,
            starts_on=MONDAY + DAY,
            ends_on=MONDAY + 3 * DAY,
            by=SYSTEM,
        )
        account = city.account(agent)
        alive = [n for n in range(6) if queries.actor_for(account, MONDAY + n * DAY, of.pk).organisation_id]
        assert alive == [1, 2, 3]
        assert [n for n in range(6) if agent.pk in queries.agents_of(of.pk, MONDAY + n * DAY)] == alive

    def test_a_mandate_needs_a_known_source_and_a_sane_end(self, clock):
        agent, of = city.person(), city.organisation(city.person())
        for broken in ({"source": "hearsay"}, {"source": "online", "ends_on": MONDAY - DAY}):
            with pytest.raises(IntegrityError):
                actions.give_mandate(organisation=of, agent=agent, by=SYSTEM, **broken)

    def test_nobody_acts_for_an_organisation_without_a_mandate(self, clock):
        other = city.organisation(city.person())
        who = city.actor(city.account(city.person()), other)
        assert (who.organisation_id, who.represents, who.kind) == (None, (), ActorKind.PERSON)


class TestActors:
    """Who stands behind an account."""

    def test_a_closed_account_is_nobody(self, clock):
        account = city.account(city.person())
        account.is_active = False
        action(account.save)()
        assert queries.actor_for(account, MONDAY) is ANONYMOUS
        assert queries.account(account.pk) is None
        assert queries.account_by_username(account.username) is None
        assert queries.account_by_username("\x00") is None

    def test_an_officer_acts_by_grants_alone_never_as_a_citizen(self, clock):
        officer = city.actor(city.officer("clerk", "reviewer"))
        assert (officer.kind, officer.person_id, officer.represents) == (ActorKind.STAFF, None, ())
        assert {grant.role for grant in officer.grants} == {"clerk", "reviewer"}

    def test_accounts_cannot_be_opened_twice_under_one_name_and_have_no_password(self, clock):
        row = actions.open_account(username="x", display_name="陈", by=SYSTEM)
        assert not row.has_usable_password()
        with pytest.raises(IntegrityError):
            actions.open_account(username="x", display_name="李", by=SYSTEM)

    def test_names_and_accounts_of_exactly_those_asked_for(self, clock):
        one, other = city.person("陈晓雯"), city.person("李明")
        first, second, foreign = city.account(one), city.account(one), city.account(other)
        assert queries.account_names([first.pk, None, uuid.uuid4()]) == {first.pk: "陈晓雯"}
        assert set(queries.accounts_of_person(one.pk)) == {first.pk, second.pk}
        assert set(queries.accounts()) == {first, second, foreign}
        assert Account.objects.get_by_natural_key(foreign.username) == foreign


class TestFacts:
    """What is known, from whom, and what its subject disputes."""

    def test_a_newer_value_replaces_the_older_and_says_where_it_came_from(self, clock):
        row = city.person(person__address="旧路 1 号")
        clock.move(days=1)
        actions.learn(
            subject_kind="person",
            subject_id=row.pk,
            facts={"person.address": "新路 2 号", "person.bank_name": "示例银行"},
            source="housing",
            by=SYSTEM,
        )
        fact = queries.profile(row.pk, None, MONDAY).get("person.address")
        assert (fact.value, fact.source, fact.as_of, fact.state) == (
            "新路 2 号",
            "housing",
            clock.now,
            FactState.KNOWN,
        )
        assert Fact.objects.filter(subject_id=row.pk, name="person.address").count() == 1
        assert events.history(row.pk)[-1].payload == {"facts": ["person.address", "person.bank_name"]}

    def test_learning_nothing_writes_nothing(self, clock):
        row = city.person()
        before = len(events.history(row.pk))
        actions.learn(subject_kind="person", subject_id=row.pk, facts={}, source="x", by=SYSTEM)
        assert len(events.history(row.pk)) == before

    def test_no_value_of_a_fact_reaches_the_log(self, clock):
        row = city.person()
        log = str([event.payload for event in events.history(row.pk)])
        assert row.id_no not in log
        assert row.name not in log
        assert row.phone not in log

    def test_a_disputed_fact_is_shown_but_no_rule_reads_it(self, clock):
        row, other = city.person(), city.person()
        fact = actions.dispute(subject_id=row.pk, name="person.address", by=SYSTEM)
        assert fact.state == FactState.DISPUTED
        assert actions.dispute(subject_id=row.pk, name="person.address", by=SYSTEM) == fact
        assert [event.name for event in events.history(fact.pk)] == ["fact.disputed"]
        profile = queries.profile(row.pk, None, MONDAY)
        assert profile.get("person.address").state == FactState.DISPUTED
        assert "person.address" not in profile.values()
        assert "person.address" in queries.profile(other.pk, None, MONDAY).values()
        assert actions.dispute(subject_id=row.pk, name="person.shoe_size", by=SYSTEM) is None

    def test_a_disputed_birth_date_takes_the_age_with_it(self, clock):
        row = city.person(born="1990-03-07")
        actions.dispute(subject_id=row.pk, name="person.birth_date", by=SYSTEM)
        assert {"person.age", "person.birth_date"} & set(
            queries.profile(row.pk, None, MONDAY).values()
        ) == set()

    def test_learning_it_anew_settles_a_dispute(self, clock):
        row = city.person()
        actions.dispute(subject_id=row.pk, name="person.address", by=SYSTEM)
        actions.learn(
            subject_kind="person", subject_id=row.pk, facts={"person.address": "x"}, source="y", by=SYSTEM
        )
        assert queries.profile(row.pk, None, MONDAY).values()["person.address"] == "x"

    def test_a_profile_joins_person_and_organisation_and_nobody_else(self, clock):
        row, other = city.person(), city.person()
        of = city.organisation(row)
        city.organisation(other, name="别家")
        profile = queries.profile(row.pk, of.pk, MONDAY)
        assert profile.values()["org.name"] == of.name
        assert profile.values()["person.name"] == row.name
        assert {fact.name.split(".")[0] for fact in profile} == {"person", "org"}
        assert not list(queries.profile(None, None, MONDAY))

    def test_the_age_is_that_of_the_day(self, clock):
        row = city.person(born="1946-03-03")
        assert queries.profile(row.pk, None, MONDAY).values()["person.age"] == 79
        assert queries.profile(row.pk, None, MONDAY + DAY).values()["person.age"] == 80


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1990-03-07", "2026-03-06", 35),
        ("1990-03-07", "2026-03-07", 36),
        ("1990-03-07", "2026-03-08", 36),
        ("2000-02-29", "2026-02-28", 25),
        ("2000-02-29", "2026-03-01", 26),
        ("2000-02-29", "2028-02-29", 28),
        ("1946-12-31", "2026-12-30", 79),
        ("1946-12-31", "2026-12-31", 80),
        ("2026-03-02", "2026-03-02", 0),
    ],
)
def test_age_on_birthdays(born, day, age):
    assert age_on(born, dt.date.fromisoformat(day)) == age
