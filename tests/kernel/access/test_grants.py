"""Grants: made with an event, alive from the first day to the last, only for roles that exist."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from tests import city
from tongban.foundation import time
from tongban.kernel.access import actions, queries, rules, states
from tongban.kernel.access.calc import SYSTEM, Granted, live
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import rules as case_rules
from tongban.kernel.events import queries as events
from tongban.kernel.parties import queries as parties

MONDAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)


@pytest.mark.django_db
class TestGrants:
    """Real rows."""

    def test_a_grant_is_kept_with_who_made_it(self, clock):
        account = uuid.uuid4()
        row = actions.grant(
            account_id=account, role="clerk", agency="a", place_path=city.town(), items=("food",), by=SYSTEM
        )
        assert (row.starts_on, row.ends_on, row.made_at, row.made_by) == (MONDAY, None, clock.now, None)
        assert queries.live_grants(account, MONDAY) == (Granted("clerk", "a", city.town(), ("food",)),)
        assert [event.name for event in events.history(row.pk)] == ["grant.made"]

    def test_a_grant_holds_from_its_first_day_to_its_last(self, clock):
        account = uuid.uuid4()
        actions.grant(account_id=account, role="clerk", starts_on=MONDAY, ends_on=MONDAY + 3 * DAY, by=SYSTEM)
        holding = [n for n in range(-2, 6) if queries.live_grants(account, MONDAY + n * DAY)]
        assert holding == [0, 1, 2, 3]
        assert [row.account_id for row in queries.holders(["clerk"], MONDAY)].count(account) == 1
        assert account not in [row.account_id for row in queries.holders(["clerk"], MONDAY + 4 * DAY)]

    def test_an_ended_grant_opens_nothing_from_the_next_request_on(self, clock):
        case = city.allowance()
        account = city.officer(place="441900/441900121/")
        actions.grant(
            account_id=account.pk,
            role="clerk",
            agency="civil-affairs",
            place_path=city.town(),
            ends_on=MONDAY,
            by=SYSTEM,
        )
        visible = case_rules.visible
        assert [row.pk for row in visible(parties.actor_for(account, time.today()), "accept")] == [case.pk]
        clock.move(days=1)
        assert not visible(parties.actor_for(account, time.today()), "accept").exists()

    def test_others_grants_are_not_mine(self, clock):
        mine, other = uuid.uuid4(), uuid.uuid4()
        for account, role in ((mine, "clerk"), (other, "decider")):
            actions.grant(account_id=account, role=role, by=SYSTEM)
        assert [grant.role for grant in queries.live_grants(mine, MONDAY)] == ["clerk"]
        assert [row.account_id for row in queries.all_grants()][:2] == [other, mine]

    def test_an_unknown_role_is_refused_with_those_that_exist(self):
        with pytest.raises(actions.UnknownRole) as refused:
            actions.grant(account_id=uuid.uuid4(), role="emperor", by=SYSTEM)
        assert (
            refused.value.todo_en
            == "Roles: clerk, receiver, reviewer, decider, head, material_examiner, village_handler, village_head, editor,"
            " publisher, supervisor, ratings, bureau, award_officer, award_decider, claim_clerk, claim_reviewer, claim_decider,"
            " fund_officer, fund_checker, finance_officer, policy_drafter, policy_publisher, exchange_officer,"
            " fact_officer, project_partner, project_officer, service_officer, town_manager, appeal_officer,"
            " appeal_coordinator, leader, matching_officer, matching_head, signon_officer, system_admin,"
            " security_admin, audit_admin, break_glass, recused."
        )

    def test_a_grant_cannot_end_before_it_begins(self, clock):
        with pytest.raises(IntegrityError, match="grant_ends_after_start"):
            actions.grant(account_id=uuid.uuid4(), role="clerk", ends_on=MONDAY - DAY, by=SYSTEM)

    def test_who_lacks_a_permission_is_told_which(self):
        clerk = city.actor(city.officer("clerk"))
        rules.require(clerk, Permission.CASE_ACCEPT)
        with pytest.raises(rules.NotAllowed, match=r"case\.decide"):
            rules.require(clerk, Permission.CASE_DECIDE)


@pytest.mark.parametrize(
    ("starts", "ends", "alive"),
    [(0, None, True), (0, 0, True), (-5, -1, False), (1, None, False), (-5, None, True), (-5, 5, True)],
)
def test_days_of_a_grant(starts, ends, alive):
    end = None if ends is None else MONDAY + ends * DAY
    assert live(MONDAY + starts * DAY, end, MONDAY) is alive


def test_roles_carry_exactly_these_permissions():
    assert {name: {str(p) for p in role.permissions} for name, role in states.ROLES.items()} == {
        "clerk": {"case.view", "case.accept"},
        "receiver": {"case.receive"},
        "material_examiner": {"case.view", "material.original"},
        "village_handler": {"case.view", "case.accept", "case.review"},
        "village_head": {"case.view", "case.decide", "seal.use"},
        "reviewer": {"case.view", "case.review"},
        "decider": {"case.view", "case.decide", "seal.use", "credential.manage"},
        "head": {"case.view", "case.head"},
        "editor": {"item.edit"},
        "publisher": {"item.publish"},
        "supervisor": {"supervise"},
        "ratings": {"case.view", "rating.manage"},
        "bureau": {"console.view", "item.publish", "rating.manage"},
        "award_officer": {"claim.review"},
        "award_decider": {"claim.review", "claim.decide"},
        "claim_clerk": {"case.view", "case.accept", "claim.accept"},
        "claim_reviewer": {"case.view", "case.review", "claim.review"},
        "claim_decider": {"case.view", "case.decide", "seal.use", "claim.decide"},
        "fund_officer": {"ledger.view", "ledger.reserve", "ledger.make"},
        "fund_checker": {"ledger.view", "ledger.check"},
        "finance_officer": {"ledger.view", "ledger.finance"},
        "policy_drafter": {"policy.draft"},
        "policy_publisher": {"policy.publish"},
        "exchange_officer": {"exchange.manage"},
        "fact_officer": {"fact.answer"},
        "project_partner": {"project.view"},
        "project_officer": {"project.view", "project.manage"},
        "service_officer": {"enterprise.serve"},
        "town_manager": {
            "project.view",
            "project.manage",
            "enterprise.serve",
            "town.manage",
            "appeal.town",
        },
        "appeal_officer": {"appeal.handle"},
        "appeal_coordinator": {"appeal.route"},
        "leader": {"question.lead"},
        "matching_officer": {"matching.manage"},
        "matching_head": {"matching.manage", "matching.publish"},
        "signon_officer": {"signon.manage"},
        "system_admin": {"account.manage"},
        "security_admin": {"grant.manage"},
        "audit_admin": {"audit.view"},
        "break_glass": {"case.view"},
        "recused": set(),
    }
