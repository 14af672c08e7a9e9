"""A batch from its beginning to a sampled list: made part by part, looked at by somebody who says of each whether it is right."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.policies import rules, states
from tongban.modules.policies.calc.lists import Judgement, Outcome, sampled
from tongban.modules.policies.models import Award, AwardBatch, Opinion, ProfileSnapshot
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.states import ENDED, HELD, PART, AwardState, BatchState, Removal

_STATES = {
    Outcome.LISTED: AwardState.LISTED,
    Outcome.NEEDS_DATA: AwardState.NEEDS_DATA,
    Outcome.EXCLUDED: AwardState.REMOVED,
}


class NotAutomatic(Problem):
    """The item is not granted without an application, or no edition of it is in force."""

    code = "award.not_automatic"
    status = 409


class NotNow(Problem):
    """The batch or the award is at another step than the one this would take."""

    code = "award.not_now"
    status = 409


class ReasonMissing(Problem):
    """Somebody is taken off a list, or a batch given up, and nobody says why."""

    code = "award.reason_missing"
    status = 422


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that belongs on the list of a batch: who, where, what is known of them that the rule reads."""

    subject_id: uuid.UUID
    name: str
    place_path: str
    values: dict[str, object]
    judgement: Judgement


@action
def start_batch(*, item: str, by: Actor) -> AwardBatch:
    """Begin a batch of an item that is granted without an application; jobs compare everybody, part by part.

    The edition in force today is the batch's for ever. Raises NoSuchSubsidy, NotAutomatic, NotNow, NoSuchAward, NotAllowed.
    """
    today = time.today()
    offer = queries.offered(item, today)
    rules.require_agency(by, offer.policy.agency, item)
    if "automatic" not in offer.item.routes or not offer.edition.valid.covers(today):
        raise NotAutomatic(
            sentence_zh="这个项目现在不是免申即享。",
            sentence_en="This item is not granted without an application at present.",
            todo_zh="请选择标有“免申即享”、正在有效期内的项目。",
            todo_en="Choose an item that is marked so and in force.",
            about=item,
        )
    row = AwardBatch(
        item=item,
        edition=offer.edition.name,
        audience=offer.item.audience,
        text=queries.text_of(offer.policy.code),
        agency=offer.policy.agency,
        period=offer.item.period_on(today),
        as_of=today,
        made_by=by.account_id,
        made_at=time.now(),
    )
    before = (
        BatchState.RUNNING,
        BatchState.MADE,
        BatchState.SAMPLED,
        BatchState.CONSULTED,
        BatchState.IN_NOTICE,
    )
    if AwardBatch.objects.filter(item=item, period=row.period, state__in=before).exists():
        raise not_now("这个项目还有一批没有审定", "Another batch of this item is not decided yet")
    row.save(force_insert=True)
    events.record(name=states.BATCH_STARTED, about=row, by=by, payload={"item": item, "edition": row.edition})
    return row


@action
def add_part(
    *,
    batch_id: uuid.UUID,
    after: uuid.UUID | None,
    found: Sequence[Candidate],
    last: uuid.UUID | None,
    many: int,
) -> None:
    """Note what a job found among `many` subjects after `after`; a part that was noted changes nothing. A short one is the last."""
    batch = queries.batch(batch_id, SYSTEM, lock=True)
    if batch.state != BatchState.RUNNING or batch.last_id != after:
        return
    taken = queries.held_elsewhere(batch, [one.subject_id for one in found], HELD)
    rows = [_row(batch, one) for one in found if one.subject_id not in taken]
    ProfileSnapshot.objects.bulk_create([row.snapshot for row in rows])
    Award.objects.bulk_create(rows)
    batch.looked_at += many
    batch.last_id = last or batch.last_id
    if many < PART:
        _finish(batch)
        return
    batch.save()
    events.record(name=states.BATCH_ADVANCED, about=batch, by=SYSTEM, payload={"done": batch.looked_at})


def _row(batch: AwardBatch, one: Candidate) -> Award:
    snapshot = ProfileSnapshot(
        subject_id=one.subject_id,
        as_of=batch.as_of,
        values=_plain(one.values),
        digest=queries.digest_of(_plain(one.values)),
        taken_at=time.now(),
    )
    judged = one.judgement
    removed = judged.outcome is Outcome.EXCLUDED
    return Award(
        batch=batch,
        item=batch.item,
        period=batch.period,
        agency=batch.agency,
        place_path=one.place_path,
        subject_id=one.subject_id,
        name=one.name,
        snapshot=snapshot,
        state=_STATES[judged.outcome],
        fen=judged.fen,
        missing=list(judged.missing),
        removed_for=Removal.EXCLUDED if removed else "",
        reason=", ".join(judged.excluded_by) if removed else None,
    )


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, bool | int | str | list) else str(value)
        for name, value in values.items()
    }


def _finish(batch: AwardBatch) -> None:
    """The list is whole: draw the sample."""
    way = queries.way(batch)
    listed = list(queries.awards_of(batch, AwardState.LISTED).values_list("pk", flat=True))
    drawn = sampled(batch.pk, listed, way.sample_of(len(listed)))
    Award.objects.filter(pk__in=drawn).update(sampled=True)
    batch.state = BatchState.MADE
    batch.due_on = queries.workday(time.today(), way.sample_days)
    batch.save()
    payload = {"looked_at": batch.looked_at, "listed": len(listed), "sampled": len(drawn)}
    events.record(name=states.BATCH_MADE, about=batch, by=SYSTEM, payload=payload)


@action
def look_at(*, award_id: uuid.UUID, right: bool, reason: str, by: Actor) -> Award:
    """Say of an award on the list whether it is right, and take it off where it is not.

    Before the decision anybody who makes the list may take somebody off, drawn or not. Raises NotNow, ReasonMissing,
    NoSuchAward.
    """
    batch, row = _on_list(award_id, by)
    if batch.state not in (BatchState.MADE, BatchState.SAMPLED, BatchState.CONSULTED):
        raise not_now("这一批现在不能改名单", "The list of this batch cannot be changed now")
    row.looked_by, row.looked_at = by.account_id, time.now()
    if right:
        row.save()
        events.record(name=states.AWARD_LOOKED_AT, about=row, by=by, payload={"right": True})
    else:
        remove(row, Removal.SAMPLE, reason, by)
    return row


def _on_list(award_id: uuid.UUID, by: Actor) -> tuple[AwardBatch, Award]:
    """An award that is still on its list, and its batch, both locked: always the batch first."""
    held = rules.found(Award.objects.filter(pk=award_id).values_list("batch_id", flat=True).first())
    batch = queries.batch(held, by, "make", lock=True)
    row = Award.objects.select_for_update().get(pk=award_id)
    if row.state != AwardState.LISTED:
        raise not_now("这一户已经不在名单上", "This award is not on the list any more")
    return batch, row


@action
def remove(row: Award, why: Removal, reason: str, by: Actor) -> None:
    """Take a locked award off its list. It stays, with the reason. Raises ReasonMissing."""
    if not reason.strip():
        raise reason_missing()
    row.state, row.removed_for, row.reason, row.due_on = AwardState.REMOVED, why, reason.strip(), None
    row.save()
    events.record(name=states.AWARD_REMOVED, about=row, by=by, payload={"why": why})


@action
def finish_sample(*, batch_id: uuid.UUID, by: Actor) -> AwardBatch:
    """Close the sample when all that were drawn were looked at, and ask the departments of the route. Raises NotNow."""
    batch = at_step(batch_id, by, "make", BatchState.MADE)
    if queries.unsampled(batch):
        raise not_now("抽中的还没有全部核对", "Some that were drawn have not been looked at")
    if not queries.awards_of(batch, AwardState.LISTED).exists():
        raise not_now("名单上没有人，请终止这一批", "Nobody is on the list: give the batch up")
    today, way = time.today(), queries.way(batch)
    batch.state = BatchState.SAMPLED
    opinions = [
        Opinion(
            batch=batch,
            step=one.step,
            agency=one.agency,
            item_code=batch.item,
            asked_at=time.now(),
            due_on=queries.workday(today, one.days),
        )
        for one in way.consulted
    ]
    Opinion.objects.bulk_create(opinions)
    batch.due_on = max((one.due_on for one in opinions), default=today)
    batch.save()
    events.record(name=states.BATCH_SAMPLED, about=batch, by=by)
    for one in opinions:
        events.record(name=states.OPINION_ASKED, about=one, by=by, payload={"agency": one.agency})
    if not opinions:
        consulted(batch, by)
    return batch


@action
def consulted(batch: AwardBatch, by: Actor) -> None:
    """All opinions are in: the locked batch may be published."""
    batch.state = BatchState.CONSULTED
    batch.due_on = queries.workday(time.today(), 1)
    batch.save()
    events.record(name=states.BATCH_CONSULTED, about=batch, by=by)


@action
def give_up(*, batch_id: uuid.UUID, reason: str, by: Actor) -> AwardBatch:
    """Give a batch up before it is decided; whoever was on it may be on the next. Raises NotNow, ReasonMissing."""
    batch = queries.batch(batch_id, by, "make", lock=True)
    before = (
        BatchState.RUNNING,
        BatchState.MADE,
        BatchState.SAMPLED,
        BatchState.CONSULTED,
        BatchState.IN_NOTICE,
    )
    if batch.state in ENDED or batch.state not in before:
        raise not_now("审定以后不能终止", "A batch that was approved cannot be given up")
    if not reason.strip():
        raise reason_missing()
    batch.state, batch.ended_at, batch.reason = BatchState.GIVEN_UP, time.now(), reason.strip()
    batch.due_on = None
    batch.save()
    Award.objects.filter(batch=batch, state=AwardState.LISTED).update(state=AwardState.DEFERRED)
    events.record(name=states.BATCH_GIVEN_UP, about=batch, by=by)
    return batch


def at_step(batch_id: uuid.UUID, by: Actor, verb: str, *wanted: BatchState) -> AwardBatch:
    """A locked batch at one of the steps. Raises NoSuchAward, NotNow."""
    batch = queries.batch(batch_id, by, verb, lock=True)
    if batch.state not in wanted:
        raise not_now("这一批已经不在这一步", "The batch is at another step by now")
    return batch


def not_now(zh: str, en: str, **more: Any) -> NotNow:
    """The failure for a step that does not fit, with the reason in two languages."""
    return NotNow(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请刷新后查看现在的进度。",
        todo_en="Reload, and see how far it is.",
        **more,
    )


def reason_missing() -> ReasonMissing:
    """The failure for a step without the reason that it needs."""
    return ReasonMissing(
        sentence_zh="请写明理由。",
        sentence_en="A reason is needed.",
        todo_zh="理由会告知当事人，请写清楚。",
        todo_en="It is told to whom it concerns: say it clearly.",
    )
