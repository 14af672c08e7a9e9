"""Lists of appeals and the figures made of them. Counts stop at a thousand: nobody acts on the difference beyond."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tongban.kernel.access.calc import Actor, covering
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.queries import Kept
from tongban.modules.appeals import rules
from tongban.modules.appeals.calc import Score, scores
from tongban.modules.appeals.models import Appeal, AppealCause, AppealTally
from tongban.modules.appeals.states import COUNTED, ENDED, Measure, Owner, Verb

OURS = (Owner.OFFICE, Owner.DESK)
_REFERRED: Kept[Appeal] = Kept(
    lambda firms, organisation_id, channel, reference: Appeal.objects.filter(
        organisation_id__in=firms, channel=channel, reference=reference
    ).filter(~Q(reference=""), organisation_id=organisation_id)
)


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


def by_reference(
    firms: Sequence[uuid.UUID], organisation_id: uuid.UUID, channel: str, reference: str
) -> Appeal | None:
    """The appeal that came in with this reference for a firm, if it is one of the `firms` that the reader may act for."""
    return _REFERRED.first(list(firms), organisation_id, channel, reference)


def from_sources(sources: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, Appeal]:
    """The appeals that came out of issues or visits, by these; `sources` have the numbers that were noted there.

    Number and state only, for those who see the source. A number that was only copied shows nothing.
    """
    numbers = [number for number in sources.values() if number]
    rows = Appeal.objects.filter(number__in=numbers, came_from__in=list(sources))
    rows = rows.only("number", "state", "outcome", "came_from").order_by("id")
    return {row.came_from: row for row in rows if row.came_from and sources[row.came_from] == row.number}


def found(rows: QuerySet[Appeal], asked: dict[str, str], match: Q | None = None) -> QuerySet[Appeal]:
    """Those that fulfil what was asked for: state, town, category, office, cause, supervision; and a `match`."""
    for name in ("town", "category", "agency", "cause", "channel"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("above"):
        rows = in_hand(rows).exclude(above="")
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
        rows = _ended(rows) if asked["state"] in ENDED else in_hand(rows)
    return rows if match is None else rows.filter(match)


def match(words: str) -> tuple[Q | None, bool]:
    """The appeals with this number, or of firms that are named so; None for no words.

    The firms are looked up first: they are a few of some ten thousand. Of a name that very many have, only what is in
    hand is looked through, which the second says.
    """
    words = words.strip()
    if not words:
        return None, False
    firms = parties.organisations_named(words, COUNTED)
    if len(firms) < COUNTED:
        return Q(number=words.upper()) | Q(organisation_id__in=firms), False
    return Q(organisation__contains=words) & ~Q(owner=""), True


def _ended(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return rows.filter(owner="").order_by("-ended_at", "-id")


def first(actor: Actor, narrowed: Callable[[QuerySet[Appeal]], QuerySet[Appeal]]) -> list[uuid.UUID]:
    """The identifiers of the first COUNTED that the actor may look at, of what `narrowed` leaves, in its order.

    What is in hand is asked for at once. What has ended is asked for by each way of reaching it, and put together.
    """
    rows = narrowed(visible(actor))
    if rows.query.order_by[:1] != ("-ended_at",):
        return list(rows.values_list("pk", flat=True)[:COUNTED])
    met = {
        pk: ended_at
        for way in rules.ways(actor)
        for ended_at, pk in narrowed(Appeal.objects.filter(way)).values_list("ended_at", "pk")[:COUNTED]
    }
    return sorted(met, key=lambda pk: (met[pk], pk), reverse=True)[:COUNTED]


def these(pks: Sequence[uuid.UUID]) -> list[Appeal]:
    """The appeals of identifiers that `first` gave, in that order."""
    held = Appeal.objects.in_bulk(pks)
    return [held[pk] for pk in pks if pk in held]


def by_lamp(rows: QuerySet[Appeal], lamp: str, today: date, soon: date) -> QuerySet[Appeal]:
    """Those under one light. Waiting for the firm is a pause; yellow is due by the next working day."""
    ours = in_hand(rows).filter(owner__in=OURS)
    match lamp:
        case "red":
            return ours.filter(next_on__lt=today)
        case "yellow":
            return ours.filter(next_on__gte=today, next_on__lte=soon)
        case "green":
            return ours.filter(next_on__gt=soon)
        case "paused":
            return in_hand(rows).filter(owner=Owner.FIRM)
        case "done":
            return _ended(rows)
    return rows


def counted(rows: QuerySet[Appeal]) -> int:
    """How many, up to COUNTED."""
    return rows.order_by()[:COUNTED].count()


def lamps(rows: QuerySet[Appeal], today: date, soon: date) -> dict[str, int]:
    """How many of those in hand are under each light, read once."""
    ours = Q(owner__in=OURS)
    return in_hand(rows).aggregate(
        red=Count("pk", filter=ours & Q(next_on__lt=today)),
        yellow=Count("pk", filter=ours & Q(next_on__gte=today, next_on__lte=soon)),
        green=Count("pk", filter=ours & Q(next_on__gt=soon)),
        paused=Count("pk", filter=Q(owner=Owner.FIRM)),
    )


def ended_in(actor: Actor, month: date, town: str = "") -> int:
    """How many were rated or left unrated to their end in a month, of the sums within the actor's reach."""
    rows = AppealTally.objects.filter(_sums(actor, town), month=month, measure=Measure.ENDED)
    return rows.aggregate(all=Sum("count"))["all"] or 0


def open_count(actor: Actor, today: date) -> int:
    """How many appeals are overdue within the actor's reach, for the menu."""
    if not any(actor.can(one) for one in rules.SEES):
        return 0
    return counted(by_lamp(visible(actor), "red", today, today))


def waiting_for_firm(actor: Actor, organisation_id: uuid.UUID) -> int:
    """How many appeals wait for the firm: to supply something, to agree to a day, to rate."""
    rows = of_firm(actor, organisation_id)
    return rows.filter(Q(owner=Owner.FIRM) | Q(extension__isnull=False)).count()


def score_rows(actor: Actor, first: date, town: str = "") -> list[Score]:
    """The scorecard since a month, of the offices within the actor's reach: a desk's towns, an office itself."""
    rows = AppealTally.objects.filter(_sums(actor, town), month__gte=first)
    sums = rows.order_by().values_list("agency", "measure").annotate(Sum("count"))
    return scores(sums)


def months(actor: Actor, first: date) -> list[tuple[date, str, int]]:
    """What happened in each month since the first, all offices within reach together."""
    rows = AppealTally.objects.filter(_sums(actor), month__gte=first)
    return list(
        rows.order_by("month", "measure").values_list("month", "measure").annotate(total=Sum("count"))
    )


def _sums(actor: Actor, town: str = "") -> Q:
    """Whose sums an actor reads: a coordinator and a town's manager those of the places of the grant, an office its own.

    The sums of all towns ("") are read where no town is asked for and none limits the actor: they are few.
    """
    routes = [
        _town(grant.place_path)
        for permission in (Permission.APPEAL_ROUTE, Permission.APPEAL_TOWN)
        for grant in covering(actor.grants, permission)
    ]
    offices = [grant.agency for grant in covering(actor.grants, Permission.APPEAL_HANDLE) if grant.agency]
    if "" in routes:
        return Q(town=town)
    mine = Q(agency__in=offices) if offices else Q(pk__in=[])
    if not routes:
        return mine & Q(town=town)
    reach = Q(town__in=routes) | mine
    return reach & Q(town=town) if town else reach & ~Q(town="")


def _town(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    return parts[1] if len(parts) > 1 else ""


def causes(actor: Actor, since: date, town: str = "", most: int = 10) -> list[tuple[str, str, int]]:
    """The commonest causes since a month, of the sums within reach: (cause, category, appeals), most frequent first."""
    rows = AppealCause.objects.filter(_sums(actor, town), month__gte=since)
    grouped = rows.order_by().values_list("cause", "category").annotate(number=Sum("count"))
    return list(grouped.order_by("-number", "cause", "category")[:most])


def ratings_of(rows: Iterable[Any]) -> list[int]:
    """The stars in the course of an appeal, oldest first."""
    return [one.value for one in rows if one.verb == Verb.RATE and one.value]
