"""Reads of correspondence. Every way in goes through the case: who may not see it has no conversation either."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from tongban.kernel.access.calc import Actor, like
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.records.queries import Kept
from tongban.modules.correspondence.models import Label, Message, Note
from tongban.modules.correspondence.states import OTHER, Side

MOST_SUGGESTED = 20  # labels to choose from

_MESSAGES: Kept[Message] = Kept(lambda case_id: Message.objects.filter(case_id=case_id).order_by("id"))
_NOTES: Kept[Note] = Kept(lambda case_id: Note.objects.filter(case_id=case_id).order_by("id"))
_LABELS: Kept[Label] = Kept(
    lambda case_id, agency: Label.objects.filter(case_id=case_id, agency=agency).order_by("id")
)
_USED: Kept[tuple[str, int]] = Kept(
    lambda agency: (
        Label.objects.filter(agency=agency)
        .values("text")
        .annotate(n=Count("pk"))
        .order_by("-n", "text")
        .values_list("text", "n")[:MOST_SUGGESTED]
    )
)
_UNREAD: Kept[Any] = Kept(lambda *actor: with_unread(like(*actor)).order_by().values("pk"))


def _no_such_case() -> NoSuchCase:
    return NoSuchCase(
        sentence_zh="没有找到这个办件。",
        sentence_en="There is no such case.",
        todo_zh="请从办件列表进入。",
        todo_en="Open it from the list of cases.",
    )


def side_of(actor: Actor) -> Side:
    """The side an actor speaks for: officers for the office, everybody else for the applicant."""
    return Side.OFFICE if actor.is_staff else Side.APPLICANT


def case_of(actor: Actor, case_id: uuid.UUID) -> tuple[Any, Side]:
    """The submitted case and the side on which the actor stands in it; raises NoSuchCase.

    An officer is let in by a grant only, an applicant only by the own case: nobody is on both sides.
    """
    side = side_of(actor)
    rows = cases.desk(actor) if side is Side.OFFICE else cases.mine(actor)
    found = rows.filter(pk=case_id).exclude(state=CaseState.DRAFT).first()
    if found is None:
        raise _no_such_case()
    return found, side


def officers_case(actor: Actor, case_id: uuid.UUID) -> Any:
    """The case for an officer who may see it; raises NoSuchCase for everybody else."""
    found, side = case_of(actor, case_id)
    if side is not Side.OFFICE:
        raise _no_such_case()
    return found


def messages(case_id: uuid.UUID) -> list[Message]:
    """The conversation on a case that the caller was found to see, oldest first."""
    return _MESSAGES.all(case_id)


def unread_rows(case_id: uuid.UUID, side: Side) -> QuerySet[Message]:
    """What the other side wrote and `side` has not read."""
    return Message.objects.filter(case_id=case_id, side=OTHER[side], read_at__isnull=True)


def notes(case_id: uuid.UUID) -> list[Note]:
    """The notes on a case, oldest first; only for pages of officers."""
    return _NOTES.all(case_id)


def labels(case_id: uuid.UUID, agency: str) -> list[Label]:
    """The labels that an agency put on a case, in the order in which it put them."""
    return _LABELS.all(case_id, agency)


def labels_by_case(case_ids: Iterable[uuid.UUID], agency: str) -> dict[uuid.UUID, list[str]]:
    """An agency's labels of many cases in one query, for lists."""
    found: dict[uuid.UUID, list[str]] = {}
    rows = Label.objects.filter(case_id__in=list(case_ids), agency=agency).order_by("id")
    for case_id, text in rows.values_list("case_id", "text"):
        found.setdefault(case_id, []).append(text)
    return found


def pack_labels() -> tuple[list[str], bool]:
    """The labels that the city's pack offers, and whether an agency may write others."""
    data = catalogue.snapshot().pack.get("labels", {"offered": [], "free": True})
    return list(data["offered"]), bool(data["free"])


def used_labels(agency: str) -> list[str]:
    """The labels to choose from: the pack's first, then those of its own that an agency uses most."""
    offered, free = pack_labels()
    own = [text for text, _n in _USED.all(agency)] if free else []
    return [*offered, *(text for text in own if text not in offered)]


def unread_by_case(case_ids: Iterable[uuid.UUID], side: Side) -> dict[uuid.UUID, int]:
    """How many unread messages of the other side each of many cases has, in one query; cases without any are left out."""
    rows = Message.objects.filter(case_id__in=list(case_ids), side=OTHER[side], read_at__isnull=True)
    return dict(rows.order_by().values_list("case_id").annotate(n=Count("pk")))


def with_unread(actor: Actor) -> QuerySet:
    """The cases within an officer's reach in which the applicant waits to be read."""
    waiting = Message.objects.filter(side=Side.APPLICANT, read_at__isnull=True).values("case_id")
    return cases.desk(actor).filter(pk__in=waiting).order_by("id")


def unread_cases(actor: Actor) -> int:
    """In how many cases within an officer's reach the applicant waits to be read."""
    return _UNREAD.count(*actor.identifiers, by=(actor.shape,))


def message(message_id: uuid.UUID) -> Message:
    """One message for the machinery; raises Message.DoesNotExist."""
    return Message.objects.get(pk=message_id)


def writers(case_id: uuid.UUID, side: Side) -> list[uuid.UUID]:
    """Who of one side has written on a case, for the notice that an answer came."""
    rows = Message.objects.filter(case_id=case_id, side=side).order_by("sent_by")
    return list(rows.values_list("sent_by", flat=True).distinct())
