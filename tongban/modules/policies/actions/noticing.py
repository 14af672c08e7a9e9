"""From the opinions of departments to the end of the public notice: nobody is taken off without a reason that stays."""

import uuid
from collections.abc import Mapping

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.notices import actions as notices
from tongban.kernel.records.actions import action
from tongban.modules.policies import rules, states
from tongban.modules.policies.actions.listing import at_step, consulted, not_now, remove
from tongban.modules.policies.calc.lists import Judgement, Outcome
from tongban.modules.policies.models import Award, AwardBatch, Objection, Opinion
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.states import Answer, AwardState, BatchState, OpinionState, Removal

_ANSWERED = (
    "您的异议有了答复：{name}",
    "Your objection was answered: {name}",
    "您对“{name}”的异议：{answer}。{words}",
    "Your objection to '{name}': {answer_en}. {words}",
)
_ANSWERS = {
    Answer.UPHELD: ("成立，已移出名单", "upheld, taken off the list"),
    Answer.REJECTED: ("不成立", "not upheld"),
}


class WordsMissing(Problem):
    """An objection or its answer without a word."""

    code = "award.words_missing"
    status = 422


class NotUnderAName(Problem):
    """An objection is made under a real name: the account has none that was verified."""

    code = "objection.not_under_a_name"
    status = 403


def require_name(by: Actor) -> None:
    """Who objects is a person whose name was verified. Raises NotUnderAName."""
    if by.person_id is None or not by.level:
        raise NotUnderAName(
            sentence_zh="异议要实名提出。",
            sentence_en="Objections are made under one's own name.",
            todo_zh="请先用实名账号登录。",
            todo_en="Sign in with an account of your own name.",
        )


@action
def give_opinion(
    *, opinion_id: uuid.UUID, against: Mapping[uuid.UUID, str], words: str, by: Actor
) -> Opinion:
    """A department's word on a list: no objection, or those (award → reason) whom it holds to be barred; they are taken off.

    Raises NoSuchAward, NotNow, ReasonMissing.
    """
    seen = queries.opinion(opinion_id, by)
    batch = queries.batch(seen.batch_id, SYSTEM, lock=True)
    row = Opinion.objects.select_for_update().get(pk=opinion_id)
    if batch.state != BatchState.SAMPLED or row.state != OpinionState.OPEN:
        raise not_now("这条意见已经答复或者到期", "This opinion was given, or its days are over")
    awards = {one.pk: one for one in queries.awards_of(batch, AwardState.LISTED).filter(pk__in=list(against))}
    if len(awards) != len(against):
        rules.found(None)
    for award_id, reason in sorted(against.items()):
        remove(awards[award_id], Removal.OPINION, reason, by)
    row.state = OpinionState.AGAINST if against else OpinionState.CLEAR
    row.words, row.answered_by, row.answered_at = words.strip() or None, by.account_id, time.now()
    row.save()
    events.record(name=states.OPINION_GIVEN, about=row, by=by, payload={"against": len(against)})
    _after_opinion(batch, by)
    return row


@action
def note_silence(*, opinion_id: uuid.UUID) -> None:
    """Nobody answered in the days of the route: no objection, and noted as silence. A second time changes nothing."""
    row = Opinion.objects.filter(pk=opinion_id).first()
    if row is None:
        return
    batch = queries.batch(row.batch_id, SYSTEM, lock=True)
    row = Opinion.objects.select_for_update().get(pk=opinion_id)
    if row.state != OpinionState.OPEN:
        return
    row.state = OpinionState.SILENT
    row.save()
    events.record(name=states.OPINION_SILENT, about=row, by=SYSTEM, payload={"agency": row.agency})
    _after_opinion(batch, SYSTEM)


def _after_opinion(batch: AwardBatch, by: Actor) -> None:
    if batch.state == BatchState.SAMPLED and not queries.open_opinions(batch):
        consulted(batch, by)


@action
def publish_list(*, batch_id: uuid.UUID, by: Actor) -> AwardBatch:
    """Put the list in public notice, after everybody on it was looked at again by what is known today.

    Raises NotNow when nobody is left on it.
    """
    batch = at_step(batch_id, by, "make", BatchState.CONSULTED)
    recheck(batch, AwardState.LISTED, by)
    if not queries.awards_of(batch, AwardState.LISTED).exists():
        raise not_now("复核后名单上没有人，请终止这一批", "After the check nobody is left: give the batch up")
    batch.state = BatchState.IN_NOTICE
    batch.notice_until = batch.due_on = queries.workday(time.today(), queries.way(batch).notice_days)
    batch.save()
    payload = {"until": batch.notice_until.isoformat()}
    events.record(name=states.BATCH_IN_NOTICE, about=batch, by=by, payload=payload)
    return batch


@action
def recheck(batch: AwardBatch, state: AwardState, by: Actor) -> list[Award]:
    """Look at everybody on the list again by what is known today; a changed amount is the new one. Returns who is taken off.

    Run before the notice, the decision and the order (`enterprise.md` lesson 9), on a locked batch. Only a no takes
    anybody off. Whose data have grown old meanwhile is left for the next batch, or after confirming for the next order.
    """
    off = []
    rows = list(queries.awards_of(batch, state).select_for_update())
    for start in range(0, len(rows), states.PART):
        part = rows[start : start + states.PART]
        now = queries.today_of(batch, part)
        for row in part:
            found = now[row.pk]
            if found.outcome is Outcome.LISTED:
                if state == AwardState.LISTED and found.fen != row.fen:
                    row.fen = found.fen
                    row.save()
            elif found.missing:
                if state == AwardState.LISTED:
                    row.state, row.missing = AwardState.DEFERRED, list(found.missing)
                    row.save()
                    payload = {"why": "data"}
                    events.record(name=states.AWARD_DEFERRED, about=row, by=by, payload=payload)
            else:
                remove(row, Removal.RECHECK, _why(found), by)
                off.append(row)
    return off


def _why(found: Judgement) -> str:
    """The rules behind a removal, by their names: the page puts them in words."""
    return ", ".join((*found.excluded_by, *found.fails)) or "outdone"


@action
def object_to(*, award_id: uuid.UUID, words: str, by: Actor) -> Objection:
    """Object to an award in public notice, under one's own name; once each. Raises NotNow, WordsMissing, NotUnderAName."""
    require_name(by)
    award = queries.public_award(award_id)
    batch = queries.batch(award.batch_id, SYSTEM, lock=True)
    if batch.state != BatchState.IN_NOTICE or time.today() > (batch.notice_until or time.today()):
        raise not_now("公示期已经结束", "The public notice is over")
    if not words.strip():
        raise _words_missing()
    held = Objection.objects.filter(award=award, made_by=by.account_id).first()
    if held is not None:
        return held
    row = Objection(award=award, made_by=by.account_id, made_at=time.now(), words=words.strip())
    row.save(force_insert=True)
    events.record(name=states.OBJECTION_MADE, about=row, by=by, payload={"award": str(award.pk)})
    return row


@action
def answer_objection(*, objection_id: uuid.UUID, upheld: bool, words: str, by: Actor) -> Objection:
    """Answer an objection in words; one that is upheld takes the award off the list. Raises NotNow, WordsMissing."""
    seen = rules.found(rules.objections(by).select_related("award").filter(pk=objection_id).first())
    batch = queries.batch(seen.award.batch_id, by, "make", lock=True)
    row = Objection.objects.select_for_update(of=("self",)).select_related("award").get(pk=objection_id)
    if batch.state != BatchState.IN_NOTICE or row.answer:
        raise not_now("这条异议已经答复", "This objection was answered")
    if not words.strip():
        raise _words_missing()
    row.answer = Answer.UPHELD if upheld else Answer.REJECTED
    row.answer_words, row.answered_by, row.answered_at = words.strip(), by.account_id, time.now()
    row.save()
    award = Award.objects.select_for_update().get(pk=row.award_id)
    if upheld and award.state == AwardState.LISTED:
        remove(award, Removal.OBJECTION, words, by)
    events.record(name=states.OBJECTION_ANSWERED, about=row, by=by, payload={"answer": row.answer})
    zh, en = _ANSWERS[row.answer]
    notices.tell(
        _ANSWERED,
        account_id=row.made_by,
        about=row,
        effect_key=f"objection:{row.pk}",
        name=award.name,
        answer=zh,
        answer_en=en,
        words=row.answer_words,
    )
    return row


def _words_missing() -> WordsMissing:
    return WordsMissing(
        sentence_zh="请写明内容。",
        sentence_en="Words are needed.",
        todo_zh="请写清楚事实和理由。",
        todo_en="Say what the facts and the reasons are.",
    )


__all__ = ["answer_objection", "give_opinion", "note_silence", "object_to", "publish_list", "recheck"]
