"""What belongs together is joined to one that leads: one appeal by its number, or many at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.records.actions import action
from tongban.modules.appeals import queries, rules, states
from tongban.modules.appeals.actions import moving
from tongban.modules.appeals.models import Appeal, AppealTask
from tongban.modules.appeals.states import TaskState, Verb, Who
from tongban.modules.appeals.states.joining import Bar, require_lead, require_so_few


class CannotMerge(Problem):
    """An appeal is joined to another that is still open, and never to itself."""

    code = "appeal.cannot_merge"
    status = 422


class NothingToJoin(Problem):
    """None of the appeals that were named is one that the actor may join to another."""

    code = "appeal.nothing_to_join"
    status = 422


@dataclass(frozen=True)
class Joined:
    """What became of many: the lead, those that were joined to it now, and each other one with the reason."""

    lead: Appeal
    joined: tuple[Appeal, ...]
    barred: tuple[tuple[Appeal, Bar], ...]


def _locked(by: Actor, appeal_ids: Sequence[uuid.UUID], main_id: uuid.UUID | None) -> dict[uuid.UUID, Appeal]:
    """Those of the appeals that the actor may join, and the lead if it may be looked at: locked in one order, always.

    Whoever joins the two the other way round waits, and then finds that one of them has ended.
    """
    which = Q(rules.reach(by, Who.DESK), pk__in=appeal_ids)
    if main_id is not None:
        which |= Q(rules.reach(by), pk=main_id)
    rows = Appeal.objects.filter(which).order_by("id")
    # PostgreSQL locks what the condition asks for too, unless the lock names the row.
    return {one.pk: one for one in rows.select_for_update(of=("self",))}


def _join(rows: Sequence[Appeal], main: Appeal, by: Actor, brought: Sequence[uuid.UUID] = ()) -> None:
    AppealTask.objects.filter(appeal__in=rows, state=TaskState.OPEN).update(state=TaskState.CANCELLED)
    moving.end_all(rows, Verb.MERGE, by, words=main.number, main=main, brought=brought)


@action
def merge(*, appeal_id: uuid.UUID, into: str, by: Actor) -> Appeal:
    """Join an appeal to an open one (by its number) that says the same; what is joined to it goes with it.

    Raises NoSuchAppeal, StepNotPossible, CannotMerge.
    """
    named = queries.visible(by).filter(number=into.strip().upper()).exclude(pk=appeal_id)
    main_id = named.values_list("pk", flat=True).first()
    rows = _locked(by, [appeal_id], main_id)
    if appeal_id not in rows:
        raise rules.no_such()
    appeal, main = rows[appeal_id], rows.get(main_id) if main_id else None
    states.require(appeal.state, Verb.MERGE)
    if main is None or main.state in states.ENDED or main.confidential != appeal.confidential:
        raise CannotMerge(
            sentence_zh="没有这个编号的在办诉求，或者一件保密而另一件不保密。",
            sentence_en="No open appeal has this number, or one of the two is confidential.",
            todo_zh="请核对要并入的诉求编号。",
            todo_en="Check the number of the appeal to join it to.",
        )
    brought = [one.pk for one in queries.joined_to(appeal)]
    Appeal.objects.filter(pk__in=brought).update(main=main)
    _join([appeal], main, by, brought)
    return appeal


@action
def merge_all(*, appeal_ids: Sequence[uuid.UUID], into: uuid.UUID, by: Actor) -> Joined:
    """Join many to an open one; each that cannot be joined is named with its reason, and the others are joined.

    Of appeals that are not the actor's to join there is no word. Joined a second time, nothing changes. Raises
    NoSuchAppeal and CannotLead for the lead, NothingToJoin, TooManyToJoin; then nothing was joined.
    """
    ids = [one for one in dict.fromkeys(appeal_ids) if one != into]
    require_so_few(len(ids))
    rows = _locked(by, ids, into)
    main = rows.pop(into, None)
    if main is None:
        raise rules.no_such()
    require_lead(main.number, main.state)
    if not rows:
        raise NothingToJoin(
            sentence_zh="没有勾选可以并入的诉求。",
            sentence_en="No appeal was ticked that can be joined.",
            todo_zh="请勾选要并入的诉求。",
            todo_en="Tick those that are to be joined.",
        )
    checked = queries.barred(list(rows.values()), main)
    joined = tuple(one for one, reason in checked if reason is None)
    if joined:
        _join(joined, main, by)
    return Joined(main, joined, tuple((one, reason) for one, reason in checked if reason is not None))
