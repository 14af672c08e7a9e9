"""What belongs to one lead: appeals that are like it, those that an officer may join to it, those that were joined."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.modules.appeals import rules
from tongban.modules.appeals.calc.joining import Likeness, bar, likenesses
from tongban.modules.appeals.models import Appeal
from tongban.modules.appeals.queries.lists import visible
from tongban.modules.appeals.queries.single import appeal_for
from tongban.modules.appeals.states import ENDED, TABLE, State, Verb, Who
from tongban.modules.appeals.states.joining import MOST_ALIKE, MOST_LOOKED_AT, NEAR_DAYS, Alike, Bar

_NEAR_IN_TIME = timedelta(days=NEAR_DAYS)


class NoLead(Problem):
    """Nobody said to which appeal the others are to be joined, or none like it is in sight."""

    code = "appeal.no_lead"
    status = 422


def no_lead() -> NoLead:
    """The failure for a lead that nobody named, or that is not there for this actor."""
    return NoLead(
        sentence_zh="没有选定主诉求，或者没有这个编号的诉求。",
        sentence_en="No lead was chosen, or no appeal has this number.",
        todo_zh="请从列表勾选在办的诉求，或者核对主诉求的编号。",
        todo_en="Tick appeals that are in hand in the list, or check the number of the lead.",
    )


@dataclass(frozen=True)
class Near:
    """An appeal that is like another, why, whether it is the officer's to join to that one, and what stands against it."""

    row: Appeal
    why: Likeness
    ours: bool
    bar: Bar | None

    @property
    def joinable(self) -> bool:
        """Whether the officer can join it with others."""
        return self.ours and self.bar is None


def by_right(actor: Actor, pks: Iterable[uuid.UUID]) -> QuerySet[Appeal]:
    """Those of the appeals that the actor may join to another, however they stand; oldest first."""
    return Appeal.objects.filter(rules.reach(actor, Who.DESK), pk__in=list(pks)).order_by("id")


def barred(rows: Sequence[Appeal], lead: Appeal) -> list[tuple[Appeal, Bar | None]]:
    """Each of the appeals with why it is not joined to the lead together with others, None where it is."""
    found = Appeal.objects.filter(main__in=[one.pk for one in rows]).order_by()
    leads = set(found.values_list("main", flat=True))
    return [(one, bar(one, lead, leads=one.pk in leads)) for one in rows]


def lead_for(actor: Actor, rows: Sequence[Appeal], chosen: uuid.UUID | None, number: str) -> Appeal:
    """The appeal to join others to: the chosen one, that with the number, else of the rows which is furthest on and oldest.

    Raises NoSuchAppeal for a chosen one that is not for this actor, NoLead where there is none.
    """
    if chosen is not None:
        return appeal_for(actor, chosen)
    if number:
        found = visible(actor).filter(number=number.strip().upper()).first()
    else:
        waiting = TABLE[Verb.MERGE].sources
        open_ = [one for one in rows if one.state not in ENDED]
        found = min(open_, key=lambda one: (one.state in waiting, one.filed_at, one.pk), default=None)
    if found is None:
        raise no_lead()
    return found


def alike(actor: Actor, appeal: Appeal) -> list[Near]:
    """What may be the same, likest first: the firm's other open ones, and those of the category within thirty days."""
    rows = visible(actor).exclude(pk=appeal.pk).exclude(state=State.MERGED)
    same = list(rows.filter(organisation_id=appeal.organisation_id, ended_at=None)[:MOST_LOOKED_AT])
    filed = (appeal.filed_at - _NEAR_IN_TIME, appeal.filed_at + _NEAR_IN_TIME)
    others = rows.filter(category=appeal.category, filed_at__range=filed)
    others = others.exclude(organisation_id=appeal.organisation_id, ended_at=None)
    met = [*same, *others.order_by("-filed_at", "-id")[:MOST_LOOKED_AT]]
    why = dict(zip([one.pk for one in met], likenesses(met, appeal), strict=True))
    met.sort(key=lambda one: (_rank(why[one.pk]), -one.filed_at.timestamp(), one.pk))
    shown = met[:MOST_ALIKE]
    held = set(by_right(actor, [one.pk for one in shown]).values_list("pk", flat=True))
    if appeal.state in ENDED:
        held = set()  # nothing is joined to what has ended
    return [Near(one, why[one.pk], one.pk in held, reason) for one, reason in barred(shown, appeal)]


def _rank(why: Likeness) -> tuple[bool, bool, int, bool]:
    reasons = why.reasons
    return (
        Alike.SAME_WORDS not in reasons,
        Alike.SAME_FIRM not in reasons,
        -why.percent,
        Alike.TOWN not in reasons,
    )


def joined_in_sight(actor: Actor, appeal: Appeal) -> QuerySet[Appeal]:
    """Those that were joined to the appeal and that the actor may look at, the last joined first."""
    # No list of what is in hand: it is asked for by the lead alone, which is an index of its own.
    return Appeal.objects.filter(Q(main=appeal), rules.reach(actor)).order_by("-ended_at", "-id")
