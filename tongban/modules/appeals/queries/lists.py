"""Lists of appeals and the figures made of them. Counts stop at a thousand: nobody acts on the difference beyond."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.modules.appeals import rules
from tongban.modules.appeals.calc import Score, scores
from tongban.modules.appeals.models import Appeal, AppealTally
from tongban.modules.appeals.states import COUNTED, Owner, State, Verb

_RECENT = timedelta(days=30)


def visible(actor: Actor) -> QuerySet[Appeal]:
    """The appeals that a member of staff may look at, next date first."""
    return Appeal.objects.filter(rules.reach(actor)).order_by("next_on", "id")


def in_hand(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Those that have not ended."""
    return rows.exclude(owner="")


def of_firm(actor: Actor, organisation_id: uuid.UUID) -> QuerySet[Appeal]:
    """The appeals of a firm that the actor may act for, newest first."""
    rows = Appeal.objects.filter(rules.reach(actor, "firm"), organisation_id=organisation_id)
    return rows.order_by("-filed_at", "-id")


def from_sources(sources: Iterable[uuid.UUID]) -> dict[uuid.UUID, Appeal]:
    """The appeals that came out of visits or issues, by these: number and state only, for those who see the source."""
    rows = Appeal.objects.filter(came_from__in=list(sources)).only("number", "state", "outcome", "came_from")
    return {row.came_from: row for row in rows.order_by("id") if row.came_from}


def found(rows: QuerySet[Appeal], asked: dict[str, str]) -> QuerySet[Appeal]:
    """Those that fulfil what was asked for: state, town, category, office, cause, number or name of the firm."""
    for name in ("state", "town", "category", "agency", "cause", "channel"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    words = asked.get("q", "").strip()
    if words:
        rows = rows.filter(Q(number=words.upper()) | Q(organisation__contains=words))
    return rows


def by_lamp(rows: QuerySet[Appeal], lamp: str, today: date, soon: date) -> QuerySet[Appeal]:
    """Those under one light. Waiting for the firm is a pause; yellow is due by the next working day."""
    ours = rows.filter(owner__in=(Owner.OFFICE, Owner.DESK))
    match lamp:
        case "red":
            return ours.filter(next_on__lt=today)
        case "yellow":
            return ours.filter(next_on__gte=today, next_on__lte=soon)
        case "green":
            return ours.filter(next_on__gt=soon)
        case "paused":
            return rows.filter(owner=Owner.FIRM)
        case "done":
            return rows.filter(owner="").order_by("-ended_at", "-id")
    return rows


def counted(rows: QuerySet[Appeal]) -> int:
    """How many, up to COUNTED."""
    return rows.order_by()[:COUNTED].count()


def lamps(rows: QuerySet[Appeal], today: date, soon: date) -> dict[str, int]:
    """How many under each light, each up to COUNTED."""
    return {
        lamp: counted(by_lamp(rows, lamp, today, soon))
        for lamp in ("red", "yellow", "green", "paused", "done")
    }


def open_count(actor: Actor, today: date) -> int:
    """How many appeals are overdue within the actor's reach, for the menu."""
    if not (actor.can(Permission.APPEAL_HANDLE) or actor.can(Permission.APPEAL_ROUTE)):
        return 0
    return counted(by_lamp(visible(actor), "red", today, today))


def waiting_for_firm(actor: Actor, organisation_id: uuid.UUID) -> int:
    """How many appeals wait for the firm: to supply something, to agree to a day, to rate."""
    rows = of_firm(actor, organisation_id)
    return rows.filter(Q(owner=Owner.FIRM) | Q(extension__isnull=False)).count()


def similar(actor: Actor, appeal: Appeal, most: int = 5) -> list[Appeal]:
    """What may be the same: the firm's other open ones first, then others of the category in the last thirty days."""
    rows = visible(actor).exclude(pk=appeal.pk).exclude(state=State.MERGED)
    same = list(rows.filter(organisation_id=appeal.organisation_id, ended_at=None)[:most])
    alike = rows.filter(
        category=appeal.category, filed_at__gte=appeal.filed_at - _RECENT, filed_at__lte=appeal.filed_at
    ).exclude(pk__in=[one.pk for one in same])
    return (same + list(alike.order_by("-filed_at", "-id")[:most]))[:most]


def score_rows(actor: Actor, first: date, town: str = "") -> list[Score]:
    """The scorecard since a month, of the offices within the actor's reach: a desk's towns, an office itself."""
    rows = AppealTally.objects.filter(_tally_reach(actor), month__gte=first)
    if town:
        rows = rows.filter(town=town)
    sums = rows.order_by().values_list("agency", "measure").annotate(Sum("count"))
    return scores(sums)


def months(actor: Actor, first: date) -> list[tuple[date, str, int]]:
    """What happened in each month since the first, all offices within reach together."""
    rows = AppealTally.objects.filter(_tally_reach(actor), month__gte=first)
    return list(
        rows.order_by("month", "measure").values_list("month", "measure").annotate(total=Sum("count"))
    )


def _tally_reach(actor: Actor) -> Q:
    """Whose sums an actor reads: a coordinator those of the places of the grant, an office its own."""
    condition = Q(pk__in=[])
    for grant in actor.grants:
        if Permission.APPEAL_ROUTE in grant.permissions:
            town = _town(grant.place_path)
            condition |= Q(town=town) if town else ~Q(pk__in=[])
        if Permission.APPEAL_HANDLE in grant.permissions and grant.agency:
            condition |= Q(agency=grant.agency)
    return condition


def _town(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    return parts[1] if len(parts) > 1 else ""


def causes(actor: Actor, since: date, most: int = 10) -> list[tuple[str, str, int, int]]:
    """The commonest causes since a day: (cause, category, appeals, firms), most frequent first."""
    rows = Appeal.objects.filter(
        rules.reach(actor), filed_at__gte=datetime.combine(since, clock_time.min, SHANGHAI)
    ).exclude(cause="")
    grouped = rows.order_by().values_list("cause", "category")
    return list(
        grouped.annotate(number=Count("pk"), firms=Count("organisation_id", distinct=True)).order_by(
            "-number", "cause", "category"
        )[:most]
    )


def ratings_of(rows: Iterable[Any]) -> list[int]:
    """The stars in the course of an appeal, oldest first."""
    return [one.value for one in rows if one.verb == Verb.RATE and one.value]
