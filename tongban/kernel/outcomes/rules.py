"""Who hands out what: clerks of the counter where the result lies, of the agency whose result it is."""

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor, ByGrant, Policy, Recused
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.outcomes.models import Handover

POLICY = Policy("handover")
POLICY.allow(
    "hand_out", ByGrant(Permission.CASE_ACCEPT), "在发放窗口任职", "works at the counter that hands it out"
)
# Who keeps away from a case or its applicant does not stand at its counter either (公务员法 art. 76).
POLICY.deny(Recused(("case_id", "case__person_id", "case__organisation_id")), "已经登记回避", "is recused")


def visible(actor: Actor) -> QuerySet[Handover]:
    """The results on paper that this clerk hands out or posts."""
    return Handover.objects.filter(allowed(POLICY, actor, "hand_out"))
