"""Every policy of the platform, row by row: what the database opens is what the plain reading of its rules opens."""

import importlib
import pkgutil

import pytest
from django.apps import apps

import tongban
from tests.kernel.access.oracle import World, may
from tests.kernel.access.shadows import Shadows, leaves
from tongban.kernel.access.calc import ByGrant, Linked, Policy
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import ROLES

# The table of each policy. One that is missing here is a rule that nobody has compared.
TABLES = {
    "appeal": "appeals.Appeal",
    "appealproposal": "appeals.AppealProposal",
    "assignment": "visits.Assignment",
    "award": "policies.Award",
    "award_batch": "policies.AwardBatch",
    "award_opinion": "policies.Opinion",
    "bag": "halls.Bag",
    "card": "supervision.Card",
    "case": "cases.Case",
    "catalogue.ItemDraft": "catalogue.ItemDraft",
    "claim": "claims.Claim",
    "credential": "credentials.Credential",
    "dossier": "dossiers.Dossier",
    "fact_dispute": "parties.FactDispute",
    "factor": "identities.Factor",
    "handover": "outcomes.Handover",
    "known_device": "identities.KnownDevice",
    "keyquestion": "appeals.KeyQuestion",
    "lending": "disclosures.Lending",
    "look": "looks.Look",
    "look_alarm": "looks.LookAlarm",
    "mandate": "parties.Mandate",
    "money": "ledger.BudgetLine",
    "paper": "halls.Paper",
    "payment_batch": "ledger.PaymentBatch",
    "payout": "ledger.Payout",
    "policies.PolicyDraft": "policies.PolicyDraft",
    "post": "matching.Post",
    "project": "projects.Project",
    "projectentry": "projects.ProjectEntry",
    "projectpart": "projects.Project",
    "rating": "ratings.Rating",
    "townruletext": "appeals.TownRuleText",
    "rating_remedy": "ratings.RatingRemedy",
    "reception": "receptions.Reception",
    "sign_in": "identities.SignIn",
    "verification": "identities.Verification",
    "supervised_case": "cases.Case",
    "system_consent": "signon.SystemConsent",
}
ROWS = 90


def policies() -> dict[str, Policy]:
    """All that any package declares."""
    found = {}
    for module in pkgutil.walk_packages(tongban.__path__, "tongban."):
        if module.name.rsplit(".", 1)[-1] in ("rules", "queries"):
            declared = vars(importlib.import_module(module.name)).values()
            found |= {one.table: one for one in declared if isinstance(one, Policy)}
    return found


def carriers(policy: Policy) -> list[str]:
    """The roles that could be let in by a grant."""
    asked = set()
    for line in policy.lines:
        for leaf in leaves(line.rule):
            inner = leaves(leaf.rule) if isinstance(leaf, Linked) else [leaf]
            asked |= {one.permission for one in inner if isinstance(one, ByGrant)}
    return [name for name, role in ROLES.items() if asked & role.permissions]


def test_every_policy_is_compared():
    assert sorted(policies()) == sorted(TABLES)


@pytest.mark.django_db
@pytest.mark.parametrize("actors", [120, pytest.param(250, marks=pytest.mark.faults)])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_database_opens_what_the_rules_say(table, actors):
    policy, model = policies()[table], apps.get_model(TABLES[table])
    world = World(7)
    shadows = Shadows(policy, model, world, ROWS)
    verbs = sorted({line.verb for line in policy.lines})
    opened = dict.fromkeys(verbs, 0)
    for actor in [world.actor(carriers(policy)) for _ in range(actors)]:
        for verb in verbs:
            expected = {row.pk for row in shadows.rows if may(policy, actor, verb, row, shadows.tables)}
            found = model._base_manager.filter(allowed(policy, actor, verb)).values_list("pk", flat=True)
            assert sorted(found, key=str) == sorted(expected, key=str), (actor, verb)
            opened[verb] += len(expected)
    compared = actors * len(verbs) * ROWS
    assert all(opened.values()), opened
    assert sum(opened.values()) < compared  # neither nothing nor everything, or the comparison would be empty
