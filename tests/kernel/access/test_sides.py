"""Three administrators who stand apart, and what takes two people: each cell, each order, and both at one moment."""

import datetime as dt
import itertools
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from tests import city
from tongban.foundation import time
from tongban.kernel.access import actions, queries
from tongban.kernel.access.actions import GrantNotPossible, SidesMixed, Terms
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.models import Grant, Standing
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.access.states import ROLES, Permission, Side
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

# One role of each side, and a second one of business.
ONE = {
    Side.BUSINESS: "clerk",
    Side.SYSTEM: "system_admin",
    Side.SECURITY: "security_admin",
    Side.AUDIT: "audit_admin",
}
TODAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Monday, 2 March 2026, 9:00."""


def held(account) -> list[str]:
    return [one.role for one in queries.live_grants(account, TODAY)]


def security(name: str = "练志安"):
    return city.actor(city.officer("security_admin", agency="", place="", name=name))


@pytest.mark.django_db
class TestSides:
    """One account stands on one side at a time."""

    @pytest.mark.parametrize(("first", "second"), list(itertools.product(ONE.values(), repeat=2)))
    def test_every_cell(self, first, second):
        account = uuid.uuid4()
        actions.grant(account_id=account, role=first, by=SYSTEM)
        if ROLES[first].side is ROLES[second].side:
            actions.grant(account_id=account, role=second, by=SYSTEM)
            assert held(account) == [first, second]
        else:
            with pytest.raises(SidesMixed):
                actions.grant(account_id=account, role=second, by=SYSTEM)
            assert held(account) == [first]

    @pytest.mark.parametrize("business", [n for n, r in ROLES.items() if r.side is Side.BUSINESS and r.given])
    def test_no_role_of_business_beside_an_administrator(self, business):
        account = uuid.uuid4()
        actions.grant(account_id=account, role=business, by=SYSTEM)
        for admin in ("system_admin", "security_admin", "audit_admin"):
            with pytest.raises(SidesMixed):
                actions.grant(account_id=account, role=admin, by=SYSTEM)
        assert held(account) == [business]

    def test_one_after_the_other_is_possible(self):
        account = uuid.uuid4()
        actions.grant(account_id=account, role="clerk", ends_on=TODAY + DAY, by=SYSTEM)
        with pytest.raises(SidesMixed):
            actions.grant(account_id=account, role="audit_admin", starts_on=TODAY + DAY, by=SYSTEM)
        actions.grant(account_id=account, role="audit_admin", starts_on=TODAY + 2 * DAY, by=SYSTEM)
        with pytest.raises(SidesMixed):  # what lies in the future counts too
            actions.grant(account_id=account, role="clerk", starts_on=TODAY + 3 * DAY, by=SYSTEM)
        assert Standing.objects.get(account_id=account).side == "audit"

    def test_what_has_ended_or_waits(self):
        first, second = security(), security("冼丽娟")
        account = city.officer().pk
        row = actions.give(account_id=account, role="audit_admin", terms=Terms(), by=first)
        with pytest.raises(SidesMixed):  # it waits for its second person, and stands all the same
            actions.give(account_id=account, role="clerk", terms=Terms(), by=first)
        actions.end(grant_id=row.pk, by=second)
        actions.give(account_id=account, role="clerk", terms=Terms(), by=first)
        assert held(account) == ["clerk"]

    def test_an_administrator_breaks_no_glass(self):
        for role in ("system_admin", "security_admin", "audit_admin"):
            by = city.actor(city.officer(role, agency="", place=""))
            with pytest.raises(SidesMixed):
                actions.break_glass(subject_id=uuid.uuid4(), reason="窗口有人在等", by=by)

    def test_a_side_is_one_of_four(self):
        with pytest.raises(IntegrityError, match="standing_side"), transaction.atomic():
            action(Standing(account_id=uuid.uuid4(), side="none").save)(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_who_give_at_the_same_moment():
    """Whoever comes second waits for the first and is refused; without the lock both would have found nothing."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: every write takes its lock when it begins")
    for _round in range(5):
        account, begin, refused = uuid.uuid4(), threading.Barrier(2), []

        def give(role: str, account=account, begin=begin, refused=refused) -> None:
            begin.wait()
            try:
                actions.grant(account_id=account, role=role, by=SYSTEM)
            except SidesMixed:
                refused.append(role)
            finally:
                connection.close()

        both = [threading.Thread(target=give, args=[role]) for role in ("audit_admin", "security_admin")]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(refused) == 1
        assert Grant.objects.filter(account_id=account).count() == 1


@pytest.mark.django_db
class TestGiving:
    """What the security administrator gives, confirms and ends."""

    @pytest.mark.parametrize("role", ["clerk", "system_admin", "audit_admin", "bureau", "decider"])
    def test_nobody_else_gives(self, role):
        by = city.actor(city.officer(role, agency="", place=""))
        account = city.officer().pk
        waits = actions.give(account_id=account, role="decider", terms=Terms(), by=security())
        for attempt in (
            lambda: actions.give(account_id=account, role="clerk", terms=Terms(), by=by),
            lambda: actions.confirm(grant_id=waits.pk, by=by),
            lambda: actions.end(grant_id=waits.pk, by=by),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert held(account) == []

    def test_a_plain_role_holds_at_once(self):
        by, account = security(), city.officer().pk
        terms = Terms("civil-affairs", city.town(), ("food",), TODAY, TODAY + DAY)
        row = actions.give(account_id=account, role="clerk", terms=terms, by=by)
        assert held(account) == ["clerk"]
        assert (row.waits, row.made_by, row.items) == (False, by.account_id, ["food"])
        assert events.history(row.pk)[0].payload == {
            "role": "clerk",
            "agency": "civil-affairs",
            "place": city.town(),
            "to": str(account),
        }

    @pytest.mark.parametrize("role", [n for n, r in ROLES.items() if r.given and r.weighty])
    def test_a_weighty_one_waits_for_a_second_person(self, role):
        first, second, account = security(), security("冼丽娟"), city.officer().pk
        row = actions.give(account_id=account, role=role, terms=Terms(), by=first)
        assert held(account) == []
        assert [one.pk for one in queries.waiting()] == [row.pk]
        with pytest.raises(GrantNotPossible):
            actions.confirm(grant_id=row.pk, by=first)
        actions.confirm(grant_id=row.pk, by=second)
        assert held(account) == [role]
        with pytest.raises(GrantNotPossible):
            actions.confirm(grant_id=row.pk, by=second)
        assert [event.name for event in events.history(row.pk)] == ["grant.made", "grant.confirmed"]

    def test_exactly_these_take_two(self):
        assert {name for name, role in ROLES.items() if role.weighty} == {
            "decider", "village_head", "claim_decider", "award_decider", "fund_officer", "fund_checker",
            "finance_officer", "system_admin", "security_admin", "audit_admin",
        }  # fmt: skip
        assert Permission.CASE_VIEW not in {
            p for r in ROLES.values() if r.side is not Side.BUSINESS for p in r.permissions
        }

    def test_who_is_given_it_confirms_nothing(self):
        first, second = security(), security("冼丽娟")
        row = actions.give(account_id=second.account_id, role="security_admin", terms=Terms(), by=first)
        with pytest.raises(GrantNotPossible):
            actions.confirm(grant_id=row.pk, by=second)

    def test_nothing_to_oneself_and_nothing_of_ones_own_ended(self):
        by = security()
        with pytest.raises(GrantNotPossible, match="themself"):
            actions.give(account_id=by.account_id, role="security_admin", terms=Terms(), by=by)
        own = Grant.objects.get(account_id=by.account_id)
        with pytest.raises(GrantNotPossible):
            actions.end(grant_id=own.pk, by=by)

    @pytest.mark.parametrize("role", ["break_glass", "recused"])
    def test_what_comes_by_itself_is_not_given(self, role):
        with pytest.raises(GrantNotPossible):
            actions.give(account_id=uuid.uuid4(), role=role, terms=Terms(), by=security())

    def test_an_administrator_of_a_town_gives_within_it(self):
        by = city.actor(city.officer("security_admin", agency="civil-affairs", place=city.town()))
        account = city.officer().pk
        actions.give(account_id=account, role="clerk", terms=Terms("civil-affairs", city.town()), by=by)
        for agency, place in (
            ("", city.town()),
            ("civil-affairs", ""),
            ("civil-affairs", city.town(city.HUMEN)),
        ):
            with pytest.raises(GrantNotPossible):
                actions.give(account_id=account, role="clerk", terms=Terms(agency, place), by=by)
        beyond = actions.give(account_id=account, role="reviewer", terms=Terms("housing"), by=security())
        with pytest.raises(GrantNotPossible):
            actions.end(grant_id=beyond.pk, by=by)

    @pytest.mark.parametrize(("starts", "ends"), [(0, -1), (3, 2), (-5, -1)])
    def test_days_that_cannot_be(self, starts, ends):
        terms = Terms(starts_on=TODAY + starts * DAY, ends_on=TODAY + ends * DAY)
        with pytest.raises(GrantNotPossible):
            actions.give(account_id=uuid.uuid4(), role="clerk", terms=terms, by=security())

    def test_an_end_holds_at_once(self):
        by, account = security(), city.officer("clerk")
        row = Grant.objects.get(account_id=account.pk)
        assert held(account.pk) == ["clerk"]
        actions.end(grant_id=row.pk, by=by)
        assert held(account.pk) == []
        with pytest.raises(GrantNotPossible):
            actions.end(grant_id=row.pk, by=by)
        assert [one.role for one in queries.held_on(account.pk, _begin(TODAY), TODAY)] == ["clerk"]
        assert queries.held_on(account.pk, _begin(TODAY + DAY), TODAY + DAY) == []

    @pytest.mark.parametrize(
        ("name", "of"),
        [
            ("grant_confirmed", {"confirmed_at": dt.datetime(2026, 3, 2, tzinfo=dt.UTC)}),
            ("grant_not_to_oneself", {"made_by": "account"}),
            ("grant_of_one", {"role": "recused", "origin": "recusal"}),
            ("grant_glass", {"role": "break_glass", "origin": "glass", "subject_id": uuid.UUID(int=1)}),
            ("grant_delegated", {"origin": "delegated"}),
            ("grant_origin", {"origin": "found"}),
        ],
    )
    def test_what_the_table_refuses(self, name, of):
        account = uuid.uuid4()
        values = {key: account if value == "account" else value for key, value in of.items()}
        row = Grant(
            **{"account_id": account, "role": "clerk", "starts_on": TODAY, "made_at": time.now(), **values}
        )
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            action(row.save)(force_insert=True)

    def test_the_table_refuses_one_who_confirms_twice_over(self):
        one = uuid.uuid4()
        row = Grant(
            account_id=uuid.uuid4(), role="decider", starts_on=TODAY, made_at=time.now(), made_by=one,
            confirmed_at=time.now(), confirmed_by=one,
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="grant_confirmed_by_another"), transaction.atomic():
            action(row.save)(force_insert=True)


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), time.SHANGHAI)


@pytest.mark.django_db
class TestLent:
    """A colleague who is away lends their work, and nothing else."""

    def lend(self, by, to, starts=0, ends=5):
        return actions.delegate(to=to, starts_on=TODAY + starts * DAY, ends_on=TODAY + ends * DAY, by=by)

    def test_rights_of_work_go_over_for_the_days(self, clock):
        away, colleague = city.officer("clerk", "reviewer", items=("food",)), city.officer(name="罗倩")
        made = self.lend(city.actor(away), colleague.pk)
        assert [(one.role, one.items, one.origin) for one in made] == [
            ("clerk", ["food"], "delegated"),
            ("reviewer", ["food"], "delegated"),
        ]
        assert {one.origin_id for one in made} == set(
            Grant.objects.filter(account_id=away.pk).values_list("pk", flat=True)
        )
        assert held(colleague.pk) == ["clerk", "reviewer"]
        clock.move(days=6)
        assert queries.live_grants(colleague.pk, time.today()) == ()

    def test_what_was_lent_is_not_lent_on(self):
        away, colleague, third = city.officer("clerk"), city.officer(name="罗倩"), city.officer(name="邓宇")
        self.lend(city.actor(away), colleague.pk)
        with pytest.raises(GrantNotPossible):
            self.lend(city.actor(colleague), third.pk)
        assert held(third.pk) == []

    @pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
    def test_administration_is_never_lent(self, role):
        away = city.officer(role, agency="", place="")
        with pytest.raises(GrantNotPossible):
            self.lend(city.actor(away), city.officer().pk)

    def test_not_to_an_administrator_and_not_to_oneself(self):
        away = city.officer("clerk")
        with pytest.raises(SidesMixed):
            self.lend(city.actor(away), city.officer("audit_admin", agency="", place="").pk)
        for to, starts, ends in ((away.pk, 0, 1), (uuid.uuid4(), 2, 1), (uuid.uuid4(), -3, -1)):
            with pytest.raises(GrantNotPossible):
                self.lend(city.actor(away), to, starts, ends)

    def test_it_ends_with_what_it_came_from(self):
        away, colleague = city.officer("clerk"), city.officer(name="罗倩")
        self.lend(city.actor(away), colleague.pk)
        actions.end(grant_id=Grant.objects.get(account_id=away.pk).pk, by=security())
        assert (held(away.pk), held(colleague.pk)) == ([], [])

    def test_never_longer_than_what_it_came_from(self):
        away = city.officer()
        actions.grant(account_id=away.pk, role="clerk", ends_on=TODAY + DAY, by=SYSTEM)
        [made] = self.lend(city.actor(away), city.officer().pk, 0, 30)
        assert made.ends_on == TODAY + DAY
