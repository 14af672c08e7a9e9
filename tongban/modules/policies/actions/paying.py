"""From confirmed to paid, reconciled and perhaps clawed back. The ledger pays; what it reports is noted here, and known of the subject from then on."""

import uuid

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as known
from tongban.kernel.parties.states import SubjectKind
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.actions.listing import at_step, not_now
from tongban.modules.policies.actions.noticing import recheck
from tongban.modules.policies.calc import award_fact
from tongban.modules.policies.calc.checking import RECEIVED
from tongban.modules.policies.models import Award, AwardBatch
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.states import AwardState, BatchState

_KINDS = {"organisation": SubjectKind.ORGANISATION, "person": SubjectKind.PERSON}


@action
def order(*, batch_id: uuid.UUID, treasury: str, by: Actor) -> uuid.UUID | None:
    """Put all that were confirmed into a payment batch (its id), after everybody was checked again; None when nobody is left.

    Those who still wait for a word go into a later one. Raises NotNow, NoSuchAward, NotAllowed, SamePerson, UnknownKey.
    """
    batch = at_step(batch_id, by, "order", BatchState.CONFIRMING)
    for row in recheck(batch, AwardState.CONFIRMED, by):
        ledger.release(payout_id=row.payout_id, by=SYSTEM)
    rows = list(queries.awards_of(batch, AwardState.CONFIRMED).select_for_update())
    known = queries.today_of(batch, rows)
    rows = [row for row in rows if not known[row.pk].missing]
    made = None
    if rows:
        made = ledger.put_in_batch(payout_ids=[row.payout_id for row in rows], treasury=treasury, by=by).pk
        for row in rows:
            row.state = AwardState.ORDERED
            row.save()
            events.record(name=states.AWARD_ORDERED, about=row, by=by, payload={"batch": str(made)})
    elif queries.unfinished(batch):
        raise not_now("还没有人确认", "Nobody has confirmed yet")
    close_order(batch, by)
    return made


@action
def close_order(batch: AwardBatch, by: Actor) -> None:
    """A locked batch of which nobody waits any more is ordered."""
    if batch.state == BatchState.CONFIRMING and not queries.unfinished(batch):
        batch.state, batch.due_on = BatchState.ORDERED, None
        batch.save()
        events.record(name=states.BATCH_ORDERED, about=batch, by=by)


@action
def note_answered(*, batch_id: uuid.UUID) -> None:
    """Somebody declined or let the day pass: perhaps the batch has nobody left to wait for."""
    batch = queries.batch(batch_id, SYSTEM, lock=True)
    close_order(batch, SYSTEM)


@action
def note_paid(*, payout_id: uuid.UUID) -> None:
    """The bank paid: the award is paid, and rules know of it from now on. A second time changes nothing."""
    row = queries.award_of_payout(payout_id)
    if row is None:
        return
    row = Award.objects.select_for_update(of=("self",)).select_related("batch").get(pk=row.pk)
    if row.state != AwardState.ORDERED:
        return
    row.state, row.paid_at = AwardState.PAID, time.now()
    row.save()
    events.record(name=states.AWARD_PAID, about=row, by=SYSTEM, payload={"item": row.item})
    _learn(row, row.granted_fen or 0)


@action
def learn_received(
    *, audience: str, subject_id: uuid.UUID, item: str, fen: Fen, gone: bool = False
) -> uuid.UUID:
    """Note what a subject received of an item: once in a life, once a year, less what was paid before. Returns the subject's id.

    `fen` below 0 came back; `gone` says that nothing of it is left, so the item counts as never received.
    """
    person = subject_id if audience == "person" else None
    facts = known.profile(person, None if person else subject_id, time.today()).facts
    new: dict[str, object] = {}
    for name in RECEIVED[audience]:
        had = facts[name].value if name in facts else []
        new[name] = sorted({*had} - {item} if gone else {*had, item})
    paid = award_fact(item)
    new[paid] = max(0, (facts[paid].value if paid in facts else 0) + fen)
    kind = _KINDS[audience]
    parties.learn(subject_kind=kind, subject_id=subject_id, facts=new, source="ledger", by=SYSTEM)
    return subject_id


def _learn(row: Award, fen: Fen, *, gone: bool = False) -> None:
    audience = row.batch.audience
    learn_received(audience=audience, subject_id=row.subject_id, item=row.item, fen=fen, gone=gone)


@action
def note_refused(*, payout_id: uuid.UUID) -> None:
    """The bank refused the account or sent the money back: the subject is asked for another one."""
    row = queries.award_of_payout(payout_id)
    if row is None:
        return
    batch = queries.batch(row.batch_id, SYSTEM, lock=True)
    row = Award.objects.select_for_update(of=("self",)).select_related("batch").get(pk=row.pk)
    if row.state not in (AwardState.ORDERED, AwardState.PAID):
        return
    if row.state == AwardState.PAID:
        _learn(row, -(row.granted_fen or 0), gone=True)
    row.state, row.paid_at, row.reminded_at = AwardState.WAITING, None, None
    row.due_on = queries.workday(time.today(), queries.way(batch).confirm_days)
    row.save()
    batch.state, batch.ended_at = BatchState.CONFIRMING, None
    batch.save()
    name = queries.offer_of(batch).item.name.zh
    payload = {"item": row.item, "name": name, "again": True}
    events.record(name=states.AWARD_ASKED, about=row, by=SYSTEM, payload=payload)


@action
def note_clawed_back(*, payout_id: uuid.UUID, fen: Fen) -> None:
    """In all so many fen of a payout were clawed back. Counted by the sum, so a second time changes nothing.

    Wholly clawed back, the award no longer counts as received; its period stays used: no list names the subject again.
    """
    row = queries.award_of_payout(payout_id)
    if row is None:
        return
    row = Award.objects.select_for_update(of=("self",)).select_related("batch").get(pk=row.pk)
    if row.state != AwardState.PAID or fen <= row.clawed_fen:
        return
    back, row.clawed_fen = fen - row.clawed_fen, fen
    whole = row.clawed_fen == row.granted_fen
    if whole:
        row.state = AwardState.CLAWED
    row.save()
    events.record(name=states.AWARD_CLAWED_BACK, about=row, by=SYSTEM, payload={"fen": back})
    _learn(row, -back, gone=whole)


@action
def note_reconciled(*, batch_id: uuid.UUID) -> None:
    """Everything that was ordered is paid and on a bank statement: the batch has ended."""
    batch = queries.batch(batch_id, SYSTEM, lock=True)
    if batch.state != BatchState.ORDERED:
        return
    batch.state, batch.ended_at = BatchState.RECONCILED, time.now()
    batch.save()
    events.record(name=states.BATCH_RECONCILED, about=batch, by=SYSTEM)
