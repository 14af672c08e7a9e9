"""Who may do what to which cases: one expression for the list and for the single case."""

from django.db.models import Q, QuerySet

from tongban.kernel.access.calc import Actor, Among, ByGrant, Missing, Own, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState

POLICY = Policy("case")
_DRAFT = Among("state", (CaseState.DRAFT,))
# Once a mandate has ended, having filed for an organisation opens nothing any more.
_OWN = Own("person_id", "person_id") & Missing("organisation_id")
_FOR_ORGANISATION = Represented("organisation_id")

POLICY.allow("view", _OWN, "是申请人本人", "is the applicant")
POLICY.allow("view", _FOR_ORGANISATION, "可以代表申请单位", "may act for the applicant")
POLICY.allow(
    "view",
    ByGrant(Permission.CASE_VIEW) & ~_DRAFT,
    "在办理机关、镇街有查看权限",
    "has a grant at the competent agency and place",
)
for _verb in ("edit", "withdraw", "rate"):
    POLICY.allow(_verb, _OWN, "是申请人本人", "is the applicant")
    POLICY.allow(_verb, _FOR_ORGANISATION, "可以代表申请单位", "may act for the applicant")
POLICY.allow("accept", ByGrant(Permission.CASE_ACCEPT) & ~_DRAFT, "有受理权限", "may accept")
POLICY.allow("review", ByGrant(Permission.CASE_REVIEW) & ~_DRAFT, "有审查权限", "may review")
POLICY.allow("decide", ByGrant(Permission.CASE_DECIDE) & ~_DRAFT, "有决定权限", "may decide")


def visible(actor: Actor, verb: str = "view") -> QuerySet[Case]:
    """The cases on which `actor` may use `verb`; another's case is simply not among them."""
    return Case.objects.filter(allowed(POLICY, actor, verb))


def staff_only(actor: Actor) -> Q:
    """The cases that an officer sees through grants, leaving out their own affairs as a citizen."""
    rule = ByGrant(Permission.CASE_VIEW) & ~_DRAFT
    policy = Policy("case")
    policy.allow("view", rule, "", "")
    return allowed(policy, actor, "view")
