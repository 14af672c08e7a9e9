"""Writes of supervision: the scan, what is said about cards, chase orders."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Func, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce, NullIf

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import queries as outcomes
from tongban.kernel.records.actions import action
from tongban.modules.supervision import queries, states
from tongban.modules.supervision.models import Card, ChaseEntry, ChaseOrder, Scan
from tongban.modules.supervision.states import (
    BY_HAND,
    CARD_TABLE,
    FACTS,
    NOTICE_WORKDAYS,
    ORDER_TABLE,
    WHILE_IT_LASTS,
    CardState,
    CardVerb,
    Colour,
    OrderVerb,
    Trigger,
    Who,
)

# How far the very first scan looks back for notices that came too late; later ones begin where the last one ended.
FIRST_LOOK_BACK = timedelta(days=31)


class WordsMissing(Problem):
    """An explanation, an objection or an order without words tells nobody anything."""

    code = "supervision.words_missing"
    status = 422


class BadLimit(Problem):
    """The day until which an order is to be answered is none, or lies in the past."""

    code = "supervision.bad_limit"
    status = 422


class SamePerson(Problem):
    """Who raised or contested a card does not rule on the objection."""

    code = "supervision.same_person"
    status = 409


class ContestedAlready(Problem):
    """A card is contested once; what was decided then stands."""

    code = "supervision.contested_already"
    status = 409


@action
def scan(*, day: date, by: Actor = SYSTEM) -> Scan:
    """Raise the cards that are due on a day and close those whose case moved on; a second time changes nothing.

    A few statements whatever the number of cases: the rows are made where the cases lie.
    """
    before = queries.last_scan(before=day)
    colours = queries.settings().colours
    closed = sum(queries.moved_on(trigger, day).update(closed_on=day) for trigger in WHILE_IT_LASTS)
    raised = sum(
        _raise_standing(trigger, colours[trigger], day) for trigger in WHILE_IT_LASTS if trigger in colours
    )
    since = before.day if before else day - FIRST_LOOK_BACK
    raised += sum(
        _raise_facts(trigger, colours[trigger], since, day) for trigger in FACTS if trigger in colours
    )
    row = queries.scan_of(day)
    row.run_at, row.raised, row.closed = time.now(), row.raised + raised, row.closed + closed
    row.save()
    payload = {"day": day.isoformat(), "raised": raised, "closed": closed}
    events.record(name=states.SCANNED, about=row, by=by, payload=payload)
    return row


class _FreshId(Func):
    """A new time-ordered identifier for each row: the time and version of one made by us, the rest random."""

    output_field = UUIDField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """On PostgreSQL, where identifiers have a type."""
        return "(%s || substr(gen_random_uuid()::text, 16))::uuid", [str(uuid7())[:15]]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """On SQLite, where they are 32 hexadecimal digits."""
        # Thirteen digits of ours, then random ones with the variant in the 17th place (RFC 9562).
        return (
            "%s || lower(substr(hex(randomblob(2)), 1, 3)) || 'a' || lower(substr(hex(randomblob(8)), 1, 15))",
            [uuid7().hex[:13]],
        )


def _raise_standing(trigger: Trigger, colour: Colour, day: date) -> int:
    values = {
        "id": _FreshId(),
        "case_id": F("pk"),
        "short_no": F("short_no"),
        "item_code": F("item_code"),
        "agency": F("agency"),
        "place_path": F("place_path"),
        "due_on": F("due_on"),
        "trigger": Value(str(trigger)),
        "colour": Value(str(colour)),
        "state": Value(str(CardState.RAISED)),
        "raised_on": Value(day),
    }
    if trigger is Trigger.STEP_OVERDUE:
        # Whoever does the step answers for it: in joint handling that is another agency than the case's.
        values |= {
            "step_id": F("steps__pk"),
            "due_on": F("steps__due_on"),
            "place_path": F("steps__place_path"),
            "agency": Coalesce(NullIf(F("steps__agency"), Value("")), F("agency")),
        }
    return _insert_from(queries.unraised(trigger, colour, day), values)


def _insert_from(rows: QuerySet, values: dict[str, Any]) -> int:
    """INSERT … SELECT into the cards, one for each of the rows; returns how many. Fetching them would take minutes."""
    compiled = rows.order_by().values_list(*values.values()).query.get_compiler(connection=connection)
    select, params = compiled.as_sql()
    quote = connection.ops.quote_name
    columns = ", ".join(quote(Card._meta.get_field(name).column) for name in values)
    table = quote(Card._meta.db_table)
    with connection.cursor() as cursor:
        # The select ends in its condition, so that SQLite cannot take ON for a join.
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING", params)
        return cursor.rowcount


def _raise_facts(trigger: Trigger, colour: Colour, since: date, day: date) -> int:
    """Cards for what the agency let pass: nothing told within five working days (article 32), no word on a renewal before
    the licence expired or soon will (article 50).
    """
    days = deadlines.calendar()
    found = []
    columns = ("short_no", "item_code", "agency", "place_path", "submitted_at", "supplement__asked_at")
    rows = queries.happened(trigger, since, day).select_related("supplement").only(*columns)
    for case in rows.iterator(chunk_size=2000):
        if trigger in (Trigger.RENEWAL_NEAR, Trigger.DEEMED_RENEWED):
            found.append((case, outcomes.expiries([case.pk])[case.pk]))
            continue
        received = days.add_workdays(_on(case.submitted_at), 0).date
        limit = days.add_workdays(received, NOTICE_WORKDAYS).date
        if trigger is Trigger.DEEMED_ACCEPTED or _on(case.supplement.asked_at) > limit:
            found.append((case, limit))
    known = queries.with_card(trigger, [case.pk for case, _ in found])
    cards = [
        _card_of(case, trigger=trigger, colour=colour, due_on=limit, raised_on=day)
        for case, limit in found
        if case.pk not in known
    ]
    Card.objects.bulk_create(cards)
    return len(cards)


def _on(moment: datetime) -> date:
    return moment.astimezone(time.SHANGHAI).date()


def _card_of(case: Any, **values: Any) -> Card:
    return Card(
        case_id=case.pk,
        short_no=case.short_no,
        item_code=case.item_code,
        agency=case.agency,
        place_path=case.place_path,
        **values,
    )


@action
def raise_card(*, number: str, trigger: str, words: str, by: Actor) -> Card:
    """Raise a red card for what no column shows, as a supervisor found it. Raises NoSuchCard, WordsMissing."""
    case = queries.supervised_case(by, number)
    words = _required(words, "发现的问题", "what was found")
    if trigger not in BY_HAND:
        raise WordsMissing(
            sentence_zh="没有选择发牌的情形。",
            sentence_en="It was not chosen what the card is for.",
            todo_zh="请从情形中选择一种。",
            todo_en="Choose one of the reasons.",
        )
    card = _card_of(
        case,
        trigger=trigger,
        colour=Colour.RED,
        raised_on=time.today(),
        raised_by=by.account_id,
        words=words,
    )
    card.save(force_insert=True)
    events.record(
        name=states.CARD_RAISED, about=card, by=by, payload={"case": str(case.pk), "trigger": trigger}
    )
    return card


def _required(words: str, zh: str, en: str) -> str:
    if not words.strip():
        raise WordsMissing(
            sentence_zh=f"没有填写{zh}。",
            sentence_en=f"There is nothing on {en}.",
            todo_zh=f"请写明{zh}。",
            todo_en=f"Write {en}.",
        )
    return words.strip()


def _locked_card(card_id: uuid.UUID, verb: CardVerb, by: Actor) -> tuple[Card, states.Transition]:
    card = queries.card_for(by, card_id, CARD_TABLE[verb].who, lock=True)
    return card, states.require(CARD_TABLE, card.state, verb)


def _moved_card(card: Card, row: states.Transition, by: Actor) -> Card:
    card.state = row.target
    card.save()
    payload = {"case": str(card.case_id), "trigger": card.trigger}
    events.record(name=row.event, about=card, by=by, payload=payload)
    return card


@action
def answer_card(*, card_id: uuid.UUID, words: str, by: Actor) -> Card:
    """Say why it came to the card and what is done. Raises NoSuchCard, WordsMissing, StepNotPossible."""
    card, row = _locked_card(card_id, CardVerb.ANSWER, by)
    card.answer = _required(words, "原因和措施", "the cause and what is done")
    card.answered_by, card.answered_at = by.account_id, time.now()
    return _moved_card(card, row, by)


@action
def contest(*, card_id: uuid.UUID, reasons: str, by: Actor) -> Card:
    """Object to a card, once, with reasons. Raises NoSuchCard, WordsMissing, StepNotPossible, ContestedAlready."""
    card, row = _locked_card(card_id, CardVerb.CONTEST, by)
    if card.contested_at is not None:
        raise ContestedAlready(
            sentence_zh="对这张监察牌已经提出过异议。",
            sentence_en="This card was contested already.",
            todo_zh="请说明原因和整改措施。",
            todo_en="Explain the cause and what is done about it.",
        )
    card.objection = _required(reasons, "异议理由", "the reasons of the objection")
    card.contested_by, card.contested_at = by.account_id, time.now()
    return _moved_card(card, row, by)


@action
def rule(*, card_id: uuid.UUID, upheld: bool, words: str, by: Actor) -> Card:
    """Decide an objection: the card stands, or it is lifted.

    Raises NoSuchCard, WordsMissing, StepNotPossible, SamePerson.
    """
    card, row = _locked_card(card_id, CardVerb.UPHOLD if upheld else CardVerb.LIFT, by)
    if by.account_id in {card.contested_by, card.raised_by}:
        raise SamePerson(
            sentence_zh="发牌人和提出异议的人不能审定这项异议。",
            sentence_en="Who raised or contested the card cannot decide on the objection.",
            todo_zh="请交由另一位监察人员审定。",
            todo_en="Leave it to another supervisor.",
        )
    card.ruling = _required(words, "审定理由", "the reasons of the decision")
    card.ruled_by, card.ruled_at = by.account_id, time.now()
    if not upheld and card.closed_on is None:
        card.closed_on = time.today()
    return _moved_card(card, row, by)


@action
def settle(*, card_id: uuid.UUID, by: Actor) -> Card:
    """Take note of the explanation; the card is done with. Raises NoSuchCard, StepNotPossible."""
    card, row = _locked_card(card_id, CardVerb.SETTLE, by)
    card.closed_on = card.closed_on or time.today()
    return _moved_card(card, row, by)


def _limit(day: date | None) -> date:
    if day is None or day < time.today():
        raise BadLimit(
            sentence_zh="答复期限应为今天或者以后的日期。",
            sentence_en="The answer must be due today or later.",
            todo_zh="请选择日期。",
            todo_en="Choose a day.",
        )
    return day


@action
def chase(*, card_id: uuid.UUID, words: str, due_on: date | None, by: Actor) -> ChaseOrder:
    """Write a chase order about a card's case. Raises NoSuchCard, WordsMissing, BadLimit."""
    card = queries.card_for(by, card_id, Who.SUPERVISOR, lock=True)
    return _issue(card, card.case_id, words, due_on, by, card)


@action
def chase_case(*, number: str, words: str, due_on: date | None, by: Actor) -> ChaseOrder:
    """Write a chase order about a case that has no card. Raises NoSuchCard, WordsMissing, BadLimit."""
    case = queries.supervised_case(by, number)
    return _issue(case, case.pk, words, due_on, by, None)


def _issue(
    about: Any, case_id: uuid.UUID, words: str, due_on: date | None, by: Actor, card: Card | None
) -> ChaseOrder:
    words, row = _required(words, "督办要求", "what the agency is to do"), ORDER_TABLE[OrderVerb.ISSUE]
    order = ChaseOrder(
        card=card,
        case_id=case_id,
        short_no=about.short_no,
        item_code=about.item_code,
        agency=about.agency,
        place_path=about.place_path,
        state=row.target,
        due_on=_limit(due_on),
        issued_by=by.account_id,
        issued_at=time.now(),
    )
    order.save(force_insert=True)
    _note(order, OrderVerb.ISSUE, words, by)
    events.record(name=row.event, about=order, by=by, payload={"case": str(case_id)})
    return order


def _note(order: ChaseOrder, verb: OrderVerb, words: str, by: Actor) -> None:
    ChaseEntry(order=order, verb=verb, words=words or None, by=by.account_id, at=time.now()).save(
        force_insert=True
    )


def _locked_order(order_id: uuid.UUID, verb: OrderVerb, by: Actor) -> tuple[ChaseOrder, states.Transition]:
    order = queries.order_for(by, order_id, ORDER_TABLE[verb].who, lock=True)
    return order, states.require(ORDER_TABLE, order.state, verb)


def _moved_order(order: ChaseOrder, verb: OrderVerb, words: str, by: Actor) -> ChaseOrder:
    row = ORDER_TABLE[verb]
    order.state = row.target
    order.save()
    _note(order, verb, words, by)
    events.record(name=row.event, about=order, by=by, payload={"case": str(order.case_id)})
    return order


@action
def answer_order(*, order_id: uuid.UUID, words: str, by: Actor) -> ChaseOrder:
    """Answer a chase order. Raises NoSuchCard, WordsMissing, StepNotPossible."""
    order, _ = _locked_order(order_id, OrderVerb.ANSWER, by)
    return _moved_order(order, OrderVerb.ANSWER, _required(words, "办理情况", "what was done"), by)


@action
def send_back(*, order_id: uuid.UUID, words: str, due_on: date | None, by: Actor) -> ChaseOrder:
    """Send an answer back with what is missing and a new day. Raises NoSuchCard, WordsMissing, BadLimit, StepNotPossible."""
    order, _ = _locked_order(order_id, OrderVerb.SEND_BACK, by)
    words = _required(words, "退回理由", "what is missing")
    order.due_on = _limit(due_on)
    return _moved_order(order, OrderVerb.SEND_BACK, words, by)


@action
def close_order(*, order_id: uuid.UUID, words: str, by: Actor) -> ChaseOrder:
    """Close a chase order. Raises NoSuchCard, StepNotPossible."""
    order, _ = _locked_order(order_id, OrderVerb.CLOSE, by)
    order.closed_at = time.now()
    return _moved_order(order, OrderVerb.CLOSE, words.strip(), by)
