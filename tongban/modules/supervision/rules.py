"""Who sees and answers which cards and orders: the agency its own, a supervisor those within the grant's reach.

Whoever keeps away from a case, or from its applicant, sees nothing of what went wrong with it (公务员法 art. 76).
"""

from django.db.models import Q

from tongban.kernel.access.calc import Actor, ByGrant, Policy, Recused, Touches
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.modules.supervision.states import Who

# Who handles cases of an agency answers for what went wrong with them.
HANDLING = (Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE, Permission.CASE_HEAD)
POLICY, CASES = Policy("card"), Policy("supervised_case")
_SUPERVISES = ByGrant(Permission.SUPERVISE)
_AWAY = "已经登记回避", "is recused"
_BECAUSE = ("在该机关、镇街负责电子监察", "supervises this agency and place")

POLICY.allow("view", ByGrant(Permission.CASE_VIEW), "是办理机关的工作人员", "works at the competent agency")
POLICY.allow("view", _SUPERVISES, *_BECAUSE)
for _permission in HANDLING:
    POLICY.allow(Who.AGENCY, ByGrant(_permission), "是办理机关的工作人员", "works at the competent agency")
POLICY.allow(Who.SUPERVISOR, _SUPERVISES, *_BECAUSE)
POLICY.deny(Recused(("case_id",)), *_AWAY)
POLICY.deny(Touches("cases.Case", "id", ("person_id", "organisation_id"), at="case_id"), *_AWAY)
# The cases of which a supervisor may raise a card or an order, and those that the figures of an office count.
CASES.allow("view", ByGrant(Permission.CASE_VIEW), "是办理机关的工作人员", "works at the competent agency")
for _verb in ("view", Who.SUPERVISOR):
    CASES.allow(_verb, _SUPERVISES, *_BECAUSE)
CASES.deny(Recused(), *_AWAY)


def reach(actor: Actor, verb: str = "view") -> Q:
    """The cards or orders (both carry agency, place, item and case) on which `actor` may `verb`."""
    return allowed(POLICY, actor, verb)


def cases(actor: Actor, verb: str = "view") -> Q:
    """The cases on which `actor` may `verb`."""
    return allowed(CASES, actor, verb)
