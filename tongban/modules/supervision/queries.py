"""Reads of supervision: what the scan looks for, cards and orders within somebody's reach, figures."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from tongban.foundation.errors import Problem
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor, like
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import DEEMED_ACCEPTED, DEEMED_RENEWED, OPEN_STATES
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.events import queries as events
from tongban.kernel.outcomes.states import RENEWAL_ALERTED
from tongban.kernel.places.calc import codes_on
from tongban.kernel.records.queries import Kept
from tongban.modules.supervision import calc, rules
from tongban.modules.supervision.models import Card, ChaseEntry, ChaseOrder, Scan
from tongban.modules.supervision.states import WAITING_ORDERS, CardState, Colour, Trigger

_OPEN_RED: Kept[Any] = Kept(
    lambda *given: (
        cards(like(*given[:-1]))
        .order_by()
        .filter(colour=Colour.RED, closed_on__isnull=True)
        .values("pk")[: given[-1]]
    ),
    planned_anew=True,
)


class NoSuchCard(Problem):
    """No card or order that the actor may see has this identifier."""

    code = "supervision.unknown"
    status = 404


def _no_such_card() -> NoSuchCard:
    return NoSuchCard(
        sentence_zh="没有找到这张监察牌或者督办单。",
        sentence_en="There is no such card or chase order.",
        todo_zh="请从“电子监察”进入。",
        todo_en="Open it from the supervision board.",
    )


def settings() -> calc.Settings:
    """What the pack says of supervision."""
    return calc.Settings.read(catalogue.snapshot().pack.get("supervision", {}))


def standing(trigger: Trigger, day: date, *conditions: Any, **more: Any) -> QuerySet:
    """The running cases in which `trigger` holds on a day, read from the columns that the clocks keep.

    What else is asked of the rows must stand in the same `filter`, or a condition on steps would join them twice.
    """
    running = cases.all_submitted().filter(state__in=OPEN_STATES, paused=False)
    match trigger:
        case Trigger.CASE_NEAR_DUE:
            return running.filter(*conditions, yellow_on__lte=day, due_on__gte=day, **more)
        case Trigger.CASE_OVERDUE:
            return running.filter(*conditions, due_on__lt=day, **more)
        case Trigger.STEP_OVERDUE:
            # Only where the case as a whole is not: its own card would say the same.
            return running.filter(
                *conditions, due_on__gte=day, steps__state="open", steps__due_on__lt=day, **more
            )
    raise ValueError(f"{trigger} does not follow from how a case stands")


def unraised(trigger: Trigger, colour: Colour, day: date) -> QuerySet:
    """Those of `standing` that have no card of this colour for this limit yet."""
    raised = Card.objects.filter(trigger=trigger, colour=colour)
    if trigger is Trigger.STEP_OVERDUE:
        raised = raised.filter(step_id=OuterRef("steps__pk"), due_on=OuterRef("steps__due_on"))
    else:
        raised = raised.filter(case_id=OuterRef("pk"), due_on=OuterRef("due_on"))
    return standing(trigger, day, ~Exists(raised))


def moved_on(trigger: Trigger, day: date) -> QuerySet[Card]:
    """Open cards whose trigger does not hold any more, or holds for another limit."""
    if trigger is Trigger.STEP_OVERDUE:
        still = standing(trigger, day, steps__pk=OuterRef("step_id"), steps__due_on=OuterRef("due_on"))
    else:
        still = standing(trigger, day, due_on=OuterRef("due_on"))
    still = still.filter(pk=OuterRef("case_id"))
    return Card.objects.filter(~Exists(still), trigger=trigger, closed_on__isnull=True)


def happened(trigger: Trigger, first: date, last: date) -> QuerySet:
    """Cases in which something happened from `first` to `last`, both included: a supplement asked for, acceptance deemed."""
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    submitted = cases.all_submitted()
    if trigger is Trigger.LATE_NOTICE:
        return submitted.filter(supplement__asked_at__gte=begin, supplement__asked_at__lt=end)
    deemed = events.by_name(_EVENTS[trigger]).filter(at__gte=begin, at__lt=end)
    return submitted.filter(pk__in=deemed.order_by().values("subject_id"))


# What happened is an event of the case.
_EVENTS = {
    Trigger.DEEMED_ACCEPTED: DEEMED_ACCEPTED,
    Trigger.RENEWAL_NEAR: RENEWAL_ALERTED,
    Trigger.DEEMED_RENEWED: DEEMED_RENEWED,
}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock_time.min, SHANGHAI)


def with_card(trigger: Trigger, case_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these cases have a card for this trigger already."""
    rows = Card.objects.filter(trigger=trigger, case_id__in=list(case_ids))
    return set(rows.values_list("case_id", flat=True))


def last_scan(before: date | None = None) -> Scan | None:
    """The newest scan, or the newest one before a day."""
    rows = Scan.objects.filter(day__lt=before) if before else Scan.objects.all()
    return rows.order_by("-day").first()


def scan_of(day: date) -> Scan:
    """The scan of a day; a fresh row when there was none."""
    return Scan.objects.filter(day=day).first() or Scan(day=day)


def cards(actor: Actor) -> QuerySet[Card]:
    """The cards that the actor may see, red ones and new ones first."""
    return Card.objects.filter(rules.reach(actor)).order_by("colour", "-raised_on", "-id")


def card_for(actor: Actor, card_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Card:
    """The card when the actor may `verb` it; raises NoSuchCard otherwise."""
    rows = Card.objects.filter(rules.reach(actor, verb), pk=card_id)
    return _found(rows.select_for_update() if lock else rows)


def orders(actor: Actor) -> QuerySet[ChaseOrder]:
    """The chase orders that the actor may see, the first due first, closed ones last."""
    return ChaseOrder.objects.filter(rules.reach(actor)).order_by(
        F("closed_at").desc(nulls_first=True), "due_on", "id"
    )


def order_for(actor: Actor, order_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> ChaseOrder:
    """The order when the actor may `verb` it; raises NoSuchCard otherwise."""
    rows = ChaseOrder.objects.filter(rules.reach(actor, verb), pk=order_id)
    return _found(rows.select_for_update() if lock else rows)


def _found(rows: QuerySet) -> Any:
    row = rows.first()
    if row is None:
        raise _no_such_card()
    return row


def may(actor: Actor, row: Card | ChaseOrder) -> frozenset[str]:
    """For which sides (agency, supervisor) the actor can speak on a card or an order, in one query; for offering only."""
    sides = ("agency", "supervisor")
    counts = (
        type(row)
        .objects.filter(pk=row.pk)
        .aggregate(**{side: Count("pk", filter=rules.reach(actor, side)) for side in sides})
    )
    return frozenset(side for side in sides if counts[side])


def thread(orders: Iterable[ChaseOrder]) -> dict[uuid.UUID, list[ChaseEntry]]:
    """What was said about each of the orders, oldest first, in one query."""
    said: dict[uuid.UUID, list[ChaseEntry]] = {order.pk: [] for order in orders}
    for entry in ChaseEntry.objects.filter(order_id__in=list(said)).order_by("id"):
        said[entry.order_id].append(entry)
    return said


def supervised_case(actor: Actor, number: str) -> Any:
    """The submitted case with this number within a supervisor's reach; raises NoSuchCard."""
    rows = cases.all_submitted().filter(rules.cases(actor, "supervisor"))
    return _found(rows.filter(short_no__iexact=number.strip()) if "\x00" not in number else rows.none())


def is_late(order: ChaseOrder, today: date) -> bool:
    """Whether an order is red: its day is over and the agency has not answered."""
    return order.state in WAITING_ORDERS and order.due_on < today


def counts(actor: Actor, today: date) -> dict[str, int]:
    """The figures above the board: open red and yellow cards, objections to decide, orders waiting and late; two queries."""
    is_open = Q(closed_on__isnull=True)
    found = (
        cards(actor)
        .order_by()
        .aggregate(
            red=Count("pk", filter=is_open & Q(colour=Colour.RED)),
            yellow=Count("pk", filter=is_open & Q(colour=Colour.YELLOW)),
            contested=Count("pk", filter=Q(state=CardState.CONTESTED)),
        )
    )
    waiting = Q(state__in=WAITING_ORDERS)
    return found | orders(actor).order_by().aggregate(
        waiting=Count("pk", filter=waiting), late=Count("pk", filter=waiting & Q(due_on__lt=today))
    )


def open_red(actor: Actor, most: int) -> int:
    """How many red cards stand within the actor's reach, up to `most`; the index alone says it.

    From whose cases somebody keeps away changes with the cases, so a text that is kept would not know the new ones.
    """
    if actor.recused:
        return cards(actor).order_by().filter(colour=Colour.RED, closed_on__isnull=True)[:most].count()
    return _OPEN_RED.count(*actor.identifiers, by=(actor.shape, most))


def red_list() -> QuerySet[Card]:
    """Every red card that stands, for everybody inside government: what, which agency, where. Nothing of the applicant."""
    return (
        Card.objects.filter(colour=Colour.RED).exclude(state=CardState.LIFTED).order_by("-raised_on", "-id")
    )


def tallies(actor: Actor, first: date, end: date) -> list[calc.Tally]:
    """The cases within the actor's reach decided from `first` until the day before `end`, counted by how long they took.

    Days are working days of the loaded calendar from acceptance to decision, pauses included: what the applicant
    waited. Whether a case was late is judged by the promised clock as it stood when it stopped, pauses excluded.
    One query for any number of cases.
    """
    rows = (
        cases.all_submitted()
        .filter(rules.cases(actor), decided_at__gte=_midnight(first), decided_at__lt=_midnight(end))
        .annotate(
            accepted_day=TruncDate("accepted_at", tzinfo=SHANGHAI),
            decided_day=TruncDate("decided_at", tzinfo=SHANGHAI),
            limit=deadlines.due_of(ClockKind.DECISION_PROMISED),
        )
        .order_by()
        .values_list("item_code", "agency", "place_path", "accepted_day", "decided_day", "limit")
        .annotate(number=Count("pk"))
    )
    days = deadlines.calendar()
    return [
        calc.Tally(
            item,
            agency,
            _town(path),
            max(days.position(decided) - days.position(accepted), 0),
            bool(limit and decided > limit),
            number,
        )
        for item, agency, path, accepted, decided, limit, number in rows
    ]


def _town(path: str) -> str:
    codes = codes_on(path)
    return codes[1] if len(codes) > 1 else codes[0]
