"""Who sees and answers which cards and orders: the agency its own, a supervisor those within the grant's reach."""

from django.db.models import Q

from tongban.kernel.access.calc import Actor, ByGrant, Policy
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.modules.supervision.states import Who

# Who handles cases of an agency answers for what went wrong with them.
HANDLING = (Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE, Permission.CASE_HEAD)
POLICY = Policy("card")
_SUPERVISES = ByGrant(Permission.SUPERVISE)
_BECAUSE = ("在该机关、镇街负责电子监察", "supervises this agency and place")

POLICY.allow("view", ByGrant(Permission.CASE_VIEW), "是办理机关的工作人员", "works at the competent agency")
POLICY.allow("view", _SUPERVISES, *_BECAUSE)
for _permission in HANDLING:
    POLICY.allow(Who.AGENCY, ByGrant(_permission), "是办理机关的工作人员", "works at the competent agency")
POLICY.allow(Who.SUPERVISOR, _SUPERVISES, *_BECAUSE)


def reach(actor: Actor, verb: str = "view") -> Q:
    """The rows (cards, orders, cases: all carry agency, place and item) on which `actor` may `verb`."""
    return allowed(POLICY, actor, verb)
