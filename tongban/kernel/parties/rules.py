"""Which disputes about facts an officer answers: those about facts of the own agency, where the grant reaches."""

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, ByGrant, Governed, Own, Policy, Recused, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.parties.models import FactDispute, Mandate

DISPUTES = Policy("fact_dispute")
DISPUTES.allow(
    "answer",
    ByGrant(Permission.FACT_ANSWER, item="name"),
    "数据来源部门的核实岗位",
    "the fact is the own agency's",
)
# What was sent in, byte for byte, besides the right to answer: everybody else has its pages drawn anew.
DISPUTES.allow(
    "original",
    ByGrant(Permission.FACT_ANSWER, item="name") & ByGrant(Permission.MATERIAL_ORIGINAL, item="name"),
    "有查验材料原件的权限",
    "may examine what was uploaded",
)
DISPUTES.allow("own", Own("subject_id", "person_id"), "本人", "one's own")
DISPUTES.allow("own", Represented("subject_id"), "代表的企业", "of an organisation acted for")
# Who keeps away from somebody says nothing of their data (公务员法 art. 76).
DISPUTES.deny(Recused(("subject_id",)), "已经登记回避", "is recused")


MANDATES = Policy("mandate")
MANDATES.allow("own", Own("principal_id", "person_id"), "委托人本人", "is its principal")
MANDATES.allow("own", Governed("organisation_id"), "委托单位的法定代表人、管理人员", "governs its principal")
MANDATES.allow("agent", Own("agent_id", "person_id"), "受托人本人", "is its agent")


class NoSuchMandate(Problem):
    """There is no such mandate, or it is between others."""

    code = "mandate.unknown"
    status = 404


def mandates(actor: Actor, verb: str) -> QuerySet[Mandate]:
    """The mandates that the actor gives ("own") or holds ("agent")."""
    return Mandate.objects.filter(allowed(MANDATES, actor, verb))


def mandate_found(row: Mandate | None) -> Mandate:
    """The mandate; raises NoSuchMandate."""
    if row is None:
        raise NoSuchMandate(
            sentence_zh="没有这条授权，或者和您无关。",
            sentence_en="There is no such mandate, or it does not concern you.",
            todo_zh="请从“代办授权”重新打开。",
            todo_en="Open it from Acting for others again.",
        )
    return row


class NoSuchDispute(Problem):
    """There is no such dispute, or it is about another agency's fact."""

    code = "fact.no_such_dispute"
    status = 404


def disputes(actor: Actor, verb: str = "answer") -> QuerySet[FactDispute]:
    """The disputes that this actor may answer, or that are its own."""
    return FactDispute.objects.filter(allowed(DISPUTES, actor, verb))


def found(row: FactDispute | None) -> FactDispute:
    """The dispute; raises NoSuchDispute."""
    if row is None:
        raise NoSuchDispute(
            sentence_zh="没有这条数据异议，或者不归您的部门核实。",
            sentence_en="There is no such dispute, or another agency answers it.",
            todo_zh="请从“数据异议”列表重新打开。",
            todo_en="Open it from the list of disputes again.",
        )
    return row
