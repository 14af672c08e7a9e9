"""Who sees and does what was received: the receivers of that very hall, within agency and items of their grant."""

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor, ByGrant, Policy, Recused
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.receptions.models import Reception

POLICY = Policy("reception")
POLICY.allow("view", ByGrant(Permission.CASE_RECEIVE), "在收件的大厅任职", "receives at that hall")
# Who keeps away from a case or its applicant does not stand at its counter either (公务员法 art. 76).
POLICY.deny(Recused(("case_id", "case__person_id", "case__organisation_id")), "已经登记回避", "is recused")


def visible(actor: Actor) -> QuerySet[Reception]:
    """The receptions of the halls at which this actor receives; another hall's are simply not among them."""
    return Reception.objects.filter(allowed(POLICY, actor, "view"))
