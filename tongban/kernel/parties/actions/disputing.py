"""What a subject says of the facts about itself, and what the department that a fact comes from answers."""

import uuid
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.parties import rules, states
from tongban.kernel.parties.actions.registering import learn
from tongban.kernel.parties.models import Fact, FactDispute, Organisation, Person
from tongban.kernel.parties.states import DisputeState, FactState, SubjectKind
from tongban.kernel.records.actions import action

MOST_WORDS = 400


class WordsMissing(Problem):
    """An answer, or a dispute of an enterprise, says why."""

    code = "fact.words_missing"
    status = 422


class AlreadyKnown(Problem):
    """What a department has said of a subject is disputed, not declared anew."""

    code = "fact.already_known"
    status = 409


class AlreadyAnswered(Problem):
    """Somebody else has answered the dispute."""

    code = "fact.already_answered"
    status = 409


def _words(words: str) -> str:
    words = words.strip()
    if not words or len(words) > MOST_WORDS:
        raise WordsMissing(
            sentence_zh=f"请写明理由（{MOST_WORDS} 字以内）。",
            sentence_en=f"Say why, in at most {MOST_WORDS} characters.",
            todo_zh="写明后再提交。",
            todo_en="Write it and send it again.",
        )
    return words


@action
def dispute(
    *,
    subject_id: uuid.UUID,
    name: str,
    by: Actor,
    agency: str = "",
    reason: str = "",
    claimed: Any = None,
    file_id: uuid.UUID | None = None,
) -> Fact | None:
    """The subject says that a fact is wrong: rules stop relying on it, and its agency finds the dispute on its desk.

    `agency` answers for the fact; by default whoever it came from. `file_id` is a clean stored file of the subject's that
    shows what is right. A second time changes nothing. None when nothing is known.
    """
    row = Fact.objects.select_for_update().filter(subject_id=subject_id, name=name).first()
    if row is not None and row.state != FactState.DISPUTED:
        row.state = FactState.DISPUTED
        row.save(update_fields=["state"])
        subjects = Organisation if row.subject_kind == SubjectKind.ORGANISATION else Person
        subject = subjects.objects.filter(pk=subject_id).first()
        FactDispute(
            subject_kind=row.subject_kind,
            subject_id=subject_id,
            name=name,
            agency=agency or row.source,
            place_path=subject.place_path if subject else "",
            was=row.value,
            claimed=claimed,
            reason=reason.strip()[:MOST_WORDS],
            file_id=file_id,
            made_by=by.account_id,
            made_at=time.now(),
        ).save(force_insert=True)
        events.record(name=states.FACT_DISPUTED, about=row, by=by, payload={"fact": name})
    return row


@action
def dispute_with_words(
    *,
    subject_id: uuid.UUID,
    name: str,
    agency: str,
    reason: str,
    claimed: Any,
    by: Actor,
    file_id: uuid.UUID | None = None,
) -> Fact | None:
    """As `dispute`, with a reason that must be there. Raises WordsMissing."""
    return dispute(
        subject_id=subject_id,
        name=name,
        agency=agency,
        reason=_words(reason),
        claimed=claimed,
        file_id=file_id,
        by=by,
    )


@action
def answer_dispute(*, dispute_id: uuid.UUID, correct: bool, value: Any, words: str, by: Actor) -> FactDispute:
    """The department corrects the fact or keeps it, and says why; either way it is known again.

    Raises NotAllowed, NoSuchDispute, WordsMissing, AlreadyAnswered.
    """
    row = rules.found(rules.disputes(by).select_for_update().filter(pk=dispute_id).first())
    if row.state != DisputeState.OPEN:
        raise AlreadyAnswered(
            sentence_zh="这条异议已经答复。",
            sentence_en="This dispute was answered already.",
            todo_zh="请刷新后查看。",
            todo_en="Reload the page to see the answer.",
        )
    row.answer = _words(words)
    if correct:
        learn(
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            facts={row.name: value},
            source=row.agency,
            by=by,
        )
    else:
        fact = Fact.objects.select_for_update().filter(subject_id=row.subject_id, name=row.name).first()
        if fact is not None and fact.state == FactState.DISPUTED:
            fact.state = FactState.KNOWN
            fact.save(update_fields=["state"])
    row.state = DisputeState.CORRECTED if correct else DisputeState.KEPT
    row.answered_by, row.answered_at = by.account_id, time.now()
    row.save()
    payload = {"fact": row.name, "state": row.state}
    events.record(name=states.DISPUTE_ANSWERED, about=row, by=by, payload=payload)
    return row


@action
def declare_fact(*, subject_kind: str, subject_id: uuid.UUID, name: str, value: Any, by: Actor) -> Fact:
    """The subject says what nobody has told us. Marked as such: nothing is granted by it before a department confirms.

    Raises AlreadyKnown where a department has spoken; what was declared before is replaced.
    """
    row = Fact.objects.select_for_update().filter(subject_id=subject_id, name=name).first()
    if row is not None and row.state != FactState.DECLARED:
        raise AlreadyKnown(
            sentence_zh="这项数据已有来源部门的记录，不能自报。",
            sentence_en="A department has a record of this; it cannot be declared.",
            todo_zh="认为记录有误的，请提出异议。",
            todo_en="If the record is wrong, dispute it.",
            about=name,
        )
    fresh = row is None
    row = row or Fact(subject_kind=subject_kind, subject_id=subject_id, name=name)
    row.value, row.source, row.as_of, row.state = value, states.SELF, time.now(), FactState.DECLARED
    row.save(force_insert=fresh)
    events.record(name=states.FACT_DECLARED, about=row, by=by, payload={"fact": name})
    return row
