"""Sending and asking: jobs outside any transaction, each repeatable, because the treasury knows a payout by its id."""

import logging
import uuid
from datetime import date

from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.ledger import actions, queries, states
from tongban.kernel.ledger.queries.treasuries import Answer, TreasuryDown, treasury
from tongban.kernel.ledger.states import BatchState

log = logging.getLogger(__name__)


def hand_over(event: Event) -> str:
    """Give a sent batch to its treasury; says how the batch stands then: still `sent` when nobody knows whether it arrived."""
    row = queries.batch(event.subject_id, SYSTEM)
    try:
        treasury(row.treasury).send(str(row.pk), row.content, row.signature)
    except TreasuryDown:
        log.warning("the treasury did not answer when batch %s was sent", row.pk)
        return BatchState.SENT
    return BatchState.DELIVERED


@subscribe(states.BATCH_SENT, prepare=hand_over)
def batch_handed_over(event: Event, prepared: str) -> None:
    """With the treasury, or perhaps: then its payouts are unknown until an answer or the statement says what happened."""
    if prepared == BatchState.DELIVERED:
        actions.mark_delivered(batch_id=event.subject_id)
    else:
        actions.mark_unknown(batch_id=event.subject_id)


def ask(batch_id: uuid.UUID) -> list[Answer]:
    """What the treasury says of a batch so far; nothing when it does not answer, which is asked again tomorrow."""
    row = queries.batch(batch_id, SYSTEM)
    try:
        return treasury(row.treasury).answers(str(row.pk))
    except TreasuryDown:
        log.warning("the treasury said nothing of batch %s", batch_id)
        return []


def _take(batch_id: uuid.UUID, answers: list[Answer]) -> None:
    for answer in answers:
        actions.record_answer(batch_id=batch_id, answer=answer)


@subscribe(states.BATCH_DELIVERED, prepare=lambda event: ask(event.subject_id))
def first_answers(event: Event, prepared: list[Answer]) -> None:
    """What the treasury can say at once."""
    _take(event.subject_id, prepared)


@daily
def look_for_answers(day: date) -> None:
    """Ask for every batch with open payouts; those without an answer are unknown from then on, and asked for tomorrow."""
    for row in queries.batches_waiting():
        _take(row.pk, ask(row.pk))
        actions.mark_unknown(batch_id=row.pk)
