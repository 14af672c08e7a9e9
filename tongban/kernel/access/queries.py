"""Reads of grants, and of who is let in to one row by which line of a policy."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from tongban.foundation import time
from tongban.kernel.access.calc import Actor, Allowance, Granted, Policy, Rule, alike, asked_by
from tongban.kernel.access.models import GlassReview, Grant
from tongban.kernel.access.rules import NOTHING, to_q
from tongban.kernel.access.states import RECUSED, ROLES, Origin, Permission
from tongban.kernel.records.queries import Kept

_Row = tuple[str, str, str, list[str], uuid.UUID | None]
_COLUMNS = ("role", "agency", "place_path", "items", "subject_id")
_TRUE, _FALSE = Value(True), Value(False)  # noqa: FBT003  # a value is given by its position
_ASKED_AT_ONCE = 300  # columns of one SELECT; SQLite takes 2,000, PostgreSQL 1,664


def _live(today: date, now: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        Q(until__isnull=True) | Q(until__gt=now),
        starts_on__lte=today,
        waits=False,
        ended_at__isnull=True,
    )


_LIVE: Kept[_Row] = Kept(
    lambda account_id, today, now: (
        _live(today, now).filter(account_id=account_id).order_by("id").values_list(*_COLUMNS)
    )
)


def _granted(row: _Row) -> Granted:
    role, agency, path, items, subject = row
    return Granted(role, agency, path, tuple(items), subject)


def live_grants(account_id: uuid.UUID, today: date) -> tuple[Granted, ...]:
    """The grants an account holds on a day, at this moment of it."""
    return tuple(map(_granted, _LIVE.all(account_id, today, time.now())))


def all_grants():
    """Every grant, newest first, for the console."""
    return Grant.objects.order_by("-id")


def holders(permission_roles: Iterable[str], today: date) -> QuerySet[Grant]:
    """Live grants of the named roles that reach more than one row."""
    return _live(today, time.now()).filter(role__in=list(permission_roles), subject_id__isnull=True)


def overlapping(account_id: uuid.UUID, starts_on: date, ends_on: date | None) -> QuerySet[Grant]:
    """The grants of an account that hold on some of these days, those that wait for confirmation too."""
    rows = Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), account_id=account_id, ended_at__isnull=True
    ).exclude(role=RECUSED)
    return (rows if ends_on is None else rows.filter(starts_on__lte=ends_on)).order_by("id")


def own_work(account_id: uuid.UUID, day: date) -> QuerySet[Grant]:
    """What an account was given itself and holds on a day: not what was lent to it."""
    rows = Grant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), account_id=account_id)
    return rows.filter(
        origin=Origin.GIVEN, waits=False, ended_at__isnull=True, subject_id__isnull=True
    ).order_by("id")


def grants_of(account_ids: Iterable[uuid.UUID]) -> QuerySet[Grant]:
    """All grants of some accounts, live, over or waiting; the newest first."""
    return Grant.objects.filter(account_id__in=list(account_ids)).order_by("-id")


def waiting() -> QuerySet[Grant]:
    """The grants that wait for a second person, the oldest first."""
    return Grant.objects.filter(waits=True, ended_at__isnull=True).order_by("id")


def one(grant_id: uuid.UUID) -> Grant | None:
    """One grant, or None."""
    return Grant.objects.filter(pk=grant_id).first()


def holds_now(row: Grant, today: date, now: datetime) -> bool:
    """Whether one grant holds at a moment: what `live_grants` asks of many."""
    begun = not row.waits and row.ended_at is None and row.starts_on <= today
    return begun and (row.ends_on is None or today <= row.ends_on) and (row.until is None or now < row.until)


def held_on(account_id: uuid.UUID, begin: datetime, day: date) -> list[Grant]:
    """The grants that an account held on a day, at whatever time of it; `begin` is the first moment of the day."""
    rows = Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        Q(ended_at__isnull=True) | Q(ended_at__gte=begin),
        account_id=account_id,
        starts_on__lte=day,
        made_at__lt=begin + timedelta(days=1),
    )
    return list(rows.filter(Q(waits=False)).order_by("id"))


def recusals(subject_ids: Iterable[uuid.UUID]) -> list[Grant]:
    """Who keeps away from these cases, persons or organisations now."""
    rows = Grant.objects.filter(role=RECUSED, subject_id__in=list(subject_ids), ended_at__isnull=True)
    return list(rows.order_by("id"))


def glass_of(account_id: uuid.UUID, subject_id: uuid.UUID) -> Grant | None:
    """The emergency access that an account has to a row now, or None."""
    rows = _live(time.today(), time.now()).filter(account_id=account_id, subject_id=subject_id)
    return rows.filter(origin=Origin.GLASS).order_by("-id").first()


def unreviewed(account_id: uuid.UUID | None = None) -> QuerySet[GlassReview]:
    """Emergency accesses that nobody has reviewed yet, the soonest due first; of one account where it is named."""
    rows = (
        GlassReview.objects.filter(reviewed_at__isnull=True).select_related("grant").order_by("due_at", "id")
    )
    return rows if account_id is None else rows.filter(account_id=account_id)


def glasses() -> QuerySet[GlassReview]:
    """All emergency accesses with their reviews, the newest first."""
    return GlassReview.objects.select_related("grant").order_by("-id")


def grants_by_account(account_ids: Iterable[uuid.UUID], today: date) -> dict[uuid.UUID, tuple[Granted, ...]]:
    """The live grants of many accounts, in one query."""
    rows = _live(today, time.now()).filter(account_id__in=list(account_ids)).order_by("id")
    found: dict[uuid.UUID, tuple[Granted, ...]] = {}
    for account_id, *row in rows.values_list("account_id", *_COLUMNS):
        found[account_id] = (*found.get(account_id, ()), _granted(row))  # type: ignore[arg-type]  # a row of _COLUMNS
    return found


def could_be_let_in(policy: Policy, verb: str, today: date) -> set[uuid.UUID]:
    """The accounts with a live grant that some line of the verb asks for, or that a bar looks at."""
    asked: frozenset[Permission] = frozenset().union(
        *(asked_by(line.rule) for line in policy.lines if line.verb == verb)
    )
    roles = [name for name, role in ROLES.items() if role.permissions & asked]
    return set(
        _live(today, time.now()).filter(role__in=roles).values_list("account_id", flat=True).distinct()
    )


@dataclass(frozen=True)
class Opening:
    """Somebody who is let in to a row: by which lines, each with the grants that open it; and what bars them if any does."""

    actor: Actor
    lines: tuple[tuple[Allowance, tuple[Granted, ...]], ...]
    bars: tuple[Allowance, ...]

    @property
    def open(self) -> bool:
        """Whether they see the row: a bar beats every line."""
        return bool(self.lines) and not self.bars


def openings(policy: Policy, row: QuerySet[Any], verb: str, actors: Sequence[Actor]) -> list[Opening]:
    """Which of the actors a policy lets in to the one row, by which line and grant, or keeps out by which bar.

    The conditions are those of lists and pages (`to_q`), asked of the database for all actors together; who is alike for
    a rule is asked for once. Left out is whom no line lets in.
    """
    lines = [line for line in policy.lines if line.verb == verb]
    asked = {
        (line.rule, alike(line.rule, one))
        for actor in actors
        for line in (*lines, *policy.bars)
        for one in (actor, *(by for _grant, by in _by_grant(line, actor)))
    }
    true = _true_of(row, sorted(asked, key=repr))
    found = []
    for actor in actors:
        by = tuple(
            (
                line,
                tuple(
                    grant
                    for grant, one in _by_grant(line, actor)
                    if (line.rule, alike(line.rule, one)) in true
                ),
            )
            for line in lines
            if (line.rule, alike(line.rule, actor)) in true
        )
        if by:
            bars = tuple(line for line in policy.bars if (line.rule, alike(line.rule, actor)) in true)
            found.append(Opening(actor, by, bars))
    return found


def _by_grant(line: Allowance, actor: Actor) -> list[tuple[Granted, Actor]]:
    """The actor with each single grant that the line asks for."""
    asked = asked_by(line.rule)
    return [(grant, replace(actor, grants=(grant,))) for grant in actor.grants if grant.permissions & asked]


def _true_of(row: QuerySet[Any], asked: Sequence[tuple[Rule, Actor]]) -> set[tuple[Rule, Actor]]:
    """Those of the questions to which the row is the answer."""
    open_ = [(one, condition) for one in asked if (condition := to_q(*one)) != NOTHING]
    true: set[tuple[Rule, Actor]] = set()
    for start in range(0, len(open_), _ASKED_AT_ONCE):
        some = open_[start : start + _ASKED_AT_ONCE]
        cases = {
            f"c{number}": Case(When(one, then=_TRUE), default=_FALSE, output_field=BooleanField())
            for number, (_asked, one) in enumerate(some)
        }
        for values in row.order_by().values_list(*cases.values()):
            true |= {one for (one, _condition), value in zip(some, values, strict=True) if value}
    return true
