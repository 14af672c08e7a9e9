"""Who may have a dossier: who asked for it, while they are the person or may act for the enterprise."""

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, Own, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.modules.dossiers.models import Dossier

POLICY = Policy("dossier")
_ASKED = Own("asked_by", "account_id")
POLICY.allow("view", _ASKED & Own("subject_id", "person_id"), "本人要求的", "asked for it, about oneself")
POLICY.allow(
    "view",
    _ASKED & Represented("subject_id"),
    "代表企业要求的",
    "asked for it, for an organisation acted for",
)


class NoSuchDossier(Problem):
    """There is no such dossier, it is somebody else's, or its file is gone."""

    code = "dossier.unknown"
    status = 404


def visible(actor: Actor) -> QuerySet[Dossier]:
    """The dossiers that the actor asked for and may still have, newest first."""
    return Dossier.objects.filter(allowed(POLICY, actor, "view")).order_by("-id")


def missing() -> NoSuchDossier:
    """What is said of a copy that is not there."""
    return NoSuchDossier(
        sentence_zh="没有找到这份数据副本，或者文件已经删除。",
        sentence_en="There is no such copy, or its file has been deleted.",
        todo_zh="需要时请重新导出。",
        todo_en="Ask for another one where you need it.",
    )


def found(row: Dossier | None) -> Dossier:
    """The dossier; raises NoSuchDossier."""
    if row is None:
        raise missing()
    return row
