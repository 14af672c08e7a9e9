"""Payment batches: made, checked and sent by three persons. The file is frozen, digested and sealed when it is approved."""

import uuid
from collections.abc import Iterable

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.ledger import queries, rules, states
from tongban.kernel.ledger.actions.posting import require_state, wrong_step
from tongban.kernel.ledger.calc import findings
from tongban.kernel.ledger.models import PaymentBatch, PaymentWarning, Payout
from tongban.kernel.ledger.queries.books import file_digest, seal
from tongban.kernel.ledger.queries.treasuries import TREASURIES
from tongban.kernel.ledger.states import BATCHABLE, BatchState, PayoutState
from tongban.kernel.records.actions import action


@action
def put_in_batch(
    *,
    payout_ids: Iterable[uuid.UUID],
    treasury: str,
    by: Actor,
    stopped: frozenset[str] = frozenset(),
    thresholds: Iterable[Fen] = (),
) -> PaymentBatch:
    """Make a batch of payable payouts of one fund, with the warnings for its checker.

    `stopped` are payees that somebody wants looked at, `thresholds` amounts below which one may be tempted to stay.
    Raises WrongStep, SamePerson, UnknownKey.
    """
    TREASURIES.get(treasury)
    rules.require_person(by, "make")
    wanted = sorted(set(payout_ids))
    rows = list(rules.payouts(by, "make").filter(pk__in=wanted).order_by("id").select_for_update())
    if not rows or len(rows) != len(wanted):
        rules.found(None)
    if len({row.fund_id for row in rows}) > 1:
        raise wrong_step(
            rows[0].pk, "一个批次只能包含同一资金的款项", "A batch holds payouts of one fund only"
        )
    for row in rows:
        require_state(row, *BATCHABLE)
    first = rows[0]
    places = {row.place_path for row in rows}
    batch = PaymentBatch(
        fund_id=first.fund_id,
        fund_code=first.fund_code,
        agency=first.agency,
        place_path=first.place_path if len(places) == 1 else "",
        treasury=treasury,
        maker=by.account_id,
        made_at=time.now(),
    )
    batch.save(force_insert=True)
    found = findings(
        queries.planned(rows),
        queries.planned(queries.earlier_payouts(rows)),
        stopped=stopped,
        thresholds=thresholds,
    )
    for row in rows:
        row.state, row.batch = PayoutState.BATCHED, batch
        row.save()
    PaymentWarning.objects.bulk_create(
        [
            PaymentWarning(
                batch=batch, payout_id=uuid.UUID(one.payout), kind=one.kind, others=list(one.others)
            )
            for one in found
        ]
    )
    payload = {"count": len(rows), "warnings": len(found)}
    events.record(name=states.BATCH_MADE, about=batch, by=by, payload=payload)
    return batch


def _locked(batch_id: uuid.UUID, by: Actor, verb: str, state: BatchState) -> PaymentBatch:
    row = rules.found(rules.batches(by, verb).filter(pk=batch_id).select_for_update().first())
    if row.state != state:
        raise wrong_step(row.pk, f"该批次目前是“{row.state}”", f"The batch is {row.state}")
    return row


@action
def acknowledge(*, warning_id: uuid.UUID, reason: str, by: Actor) -> PaymentWarning:
    """Say why a payout is right in spite of a warning: the checker, never the maker. Raises WrongStep, SamePerson."""
    warning = rules.found(PaymentWarning.objects.filter(pk=warning_id).first())
    batch = _locked(warning.batch_id, by, "check", BatchState.MADE)
    rules.require_person(by, "check", batch.maker)
    if not reason.strip():
        raise wrong_step(warning_id, "请写明理由", "A reason is needed")
    warning.reason, warning.acknowledged_by, warning.acknowledged_at = reason, by.account_id, time.now()
    warning.save()
    payload = {"kind": warning.kind, "payout": str(warning.payout_id)}
    events.record(name=states.WARNING_ACKNOWLEDGED, about=batch, by=by, payload=payload)
    return warning


@action
def approve_batch(*, batch_id: uuid.UUID, by: Actor) -> PaymentBatch:
    """Check a batch: another person than its maker, every warning acknowledged by the checker. Freezes and seals the file.

    Raises WrongStep, SamePerson, NoSeal.
    """
    batch = _locked(batch_id, by, "check", BatchState.MADE)
    rules.require_person(by, "check", batch.maker)
    if batch.warnings.exclude(acknowledged_by=by.account_id).exists():
        raise wrong_step(
            batch_id, "还有风险提示没有由您逐条说明理由", "Not every warning was acknowledged by you"
        )
    if Payout.objects.filter(batch=batch).exclude(state=PayoutState.BATCHED).exists():
        raise wrong_step(batch_id, "批次中有款项的状态已变化", "A payout of the batch has moved on")
    batch.content = queries.batch_document(batch)
    batch.digest = file_digest(batch)
    batch.signature = seal(batch.agency, batch.digest)
    batch.state, batch.checker, batch.checked_at = BatchState.APPROVED, by.account_id, time.now()
    batch.save()
    events.record(name=states.BATCH_APPROVED, about=batch, by=by, payload={"digest": batch.digest})
    return batch


@action
def reject_batch(*, batch_id: uuid.UUID, reason: str, by: Actor) -> PaymentBatch:
    """Send a batch back before it was sent: its payouts are payable as before. Raises WrongStep, SamePerson."""
    row = rules.found(rules.batches(by, "check").filter(pk=batch_id).select_for_update().first())
    rules.require_person(by, "check", row.maker)
    if row.state not in {BatchState.MADE, BatchState.APPROVED} or not reason.strip():
        raise wrong_step(
            batch_id, "只能退回未签发的批次，并须写明理由", "Only an unsent batch, and with a reason"
        )
    for payout in (
        Payout.objects.filter(batch=row, state=PayoutState.BATCHED).order_by("id").select_for_update()
    ):
        payout.state, payout.batch = PayoutState.COMMITTED, None
        payout.save()
    row.state, row.reason = BatchState.REJECTED, reason
    row.save()
    events.record(name=states.BATCH_REJECTED, about=row, by=by)
    return row


@action
def send_batch(*, batch_id: uuid.UUID, by: Actor) -> PaymentBatch:
    """Release a checked batch to the treasury: a third person. A job hands it over after the commit.

    From here on its payouts may have been paid until somebody who knows says otherwise. Raises WrongStep, SamePerson.
    """
    batch = _locked(batch_id, by, "finance", BatchState.APPROVED)
    rules.require_person(by, "finance", batch.maker, batch.checker)
    rows = list(Payout.objects.filter(batch=batch).order_by("id").select_for_update())
    moved = any(row.state != PayoutState.BATCHED for row in rows)
    if moved or file_digest(batch) != batch.digest or queries.batch_document(batch) != batch.content:
        raise wrong_step(batch_id, "批次内容与复核时不一致", "The batch is not what was checked")
    for row in rows:
        row.state, row.tries = PayoutState.SENT, row.tries + 1
        row.save()
    batch.state, batch.finance, batch.sent_at = BatchState.SENT, by.account_id, time.now()
    batch.save()
    events.record(name=states.BATCH_SENT, about=batch, by=by, payload={"digest": batch.digest})
    return batch
