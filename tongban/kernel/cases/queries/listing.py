"""The desk's lists page by page: the hottest reads of an office, so their SQL is written once for each shape."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tongban.kernel.access.calc import Actor, like
from tongban.kernel.access.rules import NOTHING
from tongban.kernel.cases import rules
from tongban.kernel.cases.models import Case, WorkItem
from tongban.kernel.cases.queries.desk import day_of, decided_within, lamp
from tongban.kernel.cases.queries.work import with_steps, work_for
from tongban.kernel.records.queries import Kept, once

LAMPS = ("red", "yellow", "green", "paused", "done")
_LAST_FIRST = F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), F("id").asc()
# The same order without an index to read it from. What the procedures of others ask is little: it is gathered and put in
# order, where along the index a database reads all cases to find some.
_GATHERED = Coalesce("closed_at", Value(datetime.max.replace(tzinfo=UTC))).desc(), *_LAST_FIRST[1:]
_DUE_FIRST = F("case_due_on").asc(nulls_last=True), F("case_id").asc()


@dataclass(frozen=True)
class Listing:
    """A list of the desk: an officer's own work or all that they may see, and what narrows it. Empty is no filter."""

    mine: bool
    lamp: str = ""
    item: str = ""
    state: str = ""
    place_path: str = ""

    @property
    def by_work(self) -> bool:
        """Whether the rows of open work say all that is asked."""
        return self.mine and not self.state and self.lamp != "done"


def _narrowed(rows: QuerySet[Any], listing: Listing) -> QuerySet[Any]:
    if listing.item:
        rows = rows.filter(item_code=listing.item)
    return rows.filter(place_path__startswith=listing.place_path) if listing.place_path else rows


def _work(*given: Any) -> QuerySet[WorkItem]:
    """The tasks of a list: read without looking at a case."""
    *actor_ids, today, _begin, _end, shape, listing = given
    rows = _narrowed(work_for(like(*actor_ids, shape), today), listing)
    match listing.lamp:
        case "red":
            return rows.filter(case_paused=False, case_due_on__lt=today)
        case "yellow":
            return rows.filter(case_paused=False, case_due_on__gte=today, case_yellow_on__lte=today)
        case "green":
            return rows.filter(case_paused=False, case_due_on__gte=today, case_yellow_on__gt=today)
        case "paused":
            return rows.filter(case_paused=True)
    return rows


def _work_keys(*given: Any) -> QuerySet[Any]:
    *rest, start, stop = given
    rows = _work(*rest).order_by(*_DUE_FIRST).values_list("case_due_on", "case_id")
    return rows.distinct()[start:stop]


def _rows(*given: Any) -> QuerySet[Case]:
    *actor_ids, today, begin, end, shape, listing, part = given
    actor = like(*actor_ids, shape)
    within = (
        Q(pk__in=work_for(actor, today).values("case_id")) if listing.mine else rules.staff_parts(actor)[part]
    )
    rows = _narrowed(Case.objects.filter(within), listing)
    if listing.state:
        rows = rows.filter(state=listing.state)
    return decided_within(rows, begin, end) if listing.lamp == "done" else lamp(rows, listing.lamp, today)


def _keys(*given: Any) -> QuerySet[Any]:
    *rest, stop = given
    order = _GATHERED if rest[-1] else _LAST_FIRST
    return _rows(*rest).order_by(*order).values_list("closed_at", "due_on", "id")[:stop]


def _whole(case_ids: Any) -> QuerySet[Case]:
    # The letters' words and the form as it was filled in are read where they are shown.
    rows = Case.objects.filter(pk__in=case_ids).select_related("supplement")
    return rows.defer("answers", "sources", "reasons").order_by("id")


_WORK_KEYS: Kept[tuple[date | None, Any]] = Kept(_work_keys, planned_anew=True)
_KEYS: Kept[tuple[Any, date | None, Any]] = Kept(_keys, planned_anew=True)
_SOME: Kept[Any] = Kept(
    lambda *given: _rows(*given[:-1]).order_by().values("pk")[: given[-1]], planned_anew=True
)
# One row is answer enough: an office that is asked in every procedure has hundreds of thousands of them.
_ASKED: Kept[Any] = Kept(lambda *given: rules.asked(like(*given)).values("pk")[:1], planned_anew=True)
_WHOLE: Kept[Case] = Kept(_whole)


def _values(actor: Actor, today: date) -> tuple[Any, ...]:
    return *actor.identifiers, today, *day_of(today)


def _parts(actor: Actor, listing: Listing) -> range:
    """A list of all is read in the parts that `rules.staff_parts` makes, a list of work in one.

    Whoever is not asked by others, as most are, is spared their part: to find nothing takes a database longest.
    """
    if listing.mine or rules.staff_parts(actor)[1] == NOTHING:
        return range(1)
    found = once(
        ("asked", actor.identifiers, actor.shape),
        lambda: _ASKED.first(*actor.identifiers, by=(actor.shape,)),
    )
    return range(2 if found else 1)


def listed(actor: Actor, listing: Listing, today: date, start: int, stop: int) -> list[Case]:
    """The cases from `start` to before `stop` of a list, soonest due first and the finished ones last, with their steps.

    A few queries, the same for any number of cases. What is encrypted is left out until somebody asks for it.
    """
    values = _values(actor, today)
    if listing.by_work:
        ids = [id for _due, id in _WORK_KEYS.all(*values, by=(actor.shape, listing, start, stop))]
    else:
        found = [
            key
            for part in _parts(actor, listing)
            for key in _KEYS.all(*values, by=(actor.shape, listing, part, stop))
        ]
        ids = [id for *_order, id in sorted(found, key=_last_first)[start:stop]]
    held = {case.pk: case for case in (_WHOLE.all(ids) if ids else ())}
    return with_steps([held[id] for id in ids if id in held])


def _last_first(key: tuple[Any, date | None, Any]) -> tuple[Any, ...]:
    closed_at, due_on, id = key
    closed = (0, 0.0) if closed_at is None else (1, -closed_at.timestamp())
    return *closed, due_on is None, due_on or date.min, id.bytes


def listed_up_to(actor: Actor, listing: Listing, today: date, most: int) -> int:
    """How many cases a list has, or `most` when there are more: counting all would take as long as there are."""
    values = _values(actor, today)
    return once((values, actor.shape, listing, most), lambda: _counted(actor, listing, values, most))


def _counted(actor: Actor, listing: Listing, values: tuple[Any, ...], most: int) -> int:
    if listing.by_work:
        return _WORK_KEYS.count(*values, by=(actor.shape, listing, 0, most))
    counts = (_SOME.count(*values, by=(actor.shape, listing, part, most)) for part in _parts(actor, listing))
    return min(sum(counts), most)


def waiting(actor: Actor, today: date, most: int, *, red: bool = False) -> int:
    """How many cases wait for an officer, or of them are red today, up to `most`; for the figure beside a link."""
    return listed_up_to(actor, Listing(mine=True, lamp="red" if red else ""), today, most)
