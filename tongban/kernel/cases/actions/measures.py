"""Special procedures and extensions: proposed by who examines, decided by the head of the agency (articles 42, 45)."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions.handling import reason_missing
from tongban.kernel.cases.actions.procedure import resume_steps
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case, Extension, Pause
from tongban.kernel.cases.states import PAUSES, STATUTORY_PAUSES, ProposalState, Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import PauseReason
from tongban.kernel.records.actions import action

MOST_PLANNED_DAYS = 365


class BadProposal(Problem):
    """A proposal that cannot be: no such procedure, no length, one is running already, the law knows no extension."""

    code = "case.bad_proposal"
    status = 422


class OwnProposal(Problem):
    """Who proposes does not approve."""

    code = "case.own_proposal"
    status = 409


class NothingProposed(Problem):
    """There is no proposal to decide on, or no procedure to end."""

    code = "case.nothing_proposed"
    status = 409


class HearingFirst(Problem):
    """The applicant can still ask for the hearing that was offered; until then the case does not stand still."""

    code = "case.hearing_first"
    status = 409


def _require_no_open_offer(case: Case) -> None:
    """Raise HearingFirst while the five days of article 47 run: they are the applicant's, and nothing of ours uses them up."""
    hearing = queries.open_offer(case, time.today())
    if hearing is not None:
        day = hearing.ask_by.isoformat()
        raise HearingFirst(
            sentence_zh=f"申请人在 {day} 前还可以要求听证，现在不能进入特别程序。",
            sentence_en=f"The applicant can ask for a hearing until {day}; no special procedure can begin before.",
            todo_zh="请等申请人要求听证或者期限届满（行政许可法第四十七条）；提请仍然有效。",
            todo_en="Wait until it is asked for or the time has passed (art. 47); the proposal stays.",
        )


def planned_end(begun: date, workdays: int) -> date:
    """The last of so many working days after a procedure began."""
    return deadlines.calendar().add_workdays(begun, workdays).date


def _bad(zh: str, en: str, todo_zh: str, todo_en: str) -> BadProposal:
    return BadProposal(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


@action
def propose_pause(
    *, case_id: uuid.UUID, kind: str, basis: str, reasons: str, planned_days: int, by: Actor
) -> Case:
    """Propose a special procedure, or a stop of the promised clock; the head of the agency decides.

    `planned_days` are working days. Raises NoSuchCase, VerbNotPossible, BadProposal, ReasonMissing.
    """
    case = queries.case_to_examine(by, case_id)
    states.require(case.state, Verb.PROPOSE_PAUSE)
    if kind not in PAUSES or not 1 <= planned_days <= MOST_PLANNED_DAYS or not basis.strip():
        raise _bad(
            "特别程序的种类、依据或者计划天数没有填对。",
            "Kind, legal basis or planned length of the procedure is missing or wrong.",
            f"请选择种类，写明依据，计划天数为 1 到 {MOST_PLANNED_DAYS} 个工作日。",
            f"Choose the kind, name the basis, and plan 1 to {MOST_PLANNED_DAYS} working days.",
        )
    if not reasons.strip():
        raise reason_missing("提请的理由", "reason for the proposal")
    # A special procedure may begin while the promise alone stands still; nothing else overlaps.
    live = queries.live_pauses(case)
    if any(row.state == ProposalState.ASKED or kind not in STATUTORY_PAUSES for row in live):
        raise _bad(
            "已经有一个特别程序在提请或者进行。",
            "A special procedure has been proposed or is running.",
            "请先等待负责人决定，或者结束正在进行的程序。",
            "Wait for the decision on it, or end it first.",
        )
    Pause(
        case=case,
        kind=kind,
        basis=basis.strip(),
        reasons=reasons.strip(),
        planned_days=planned_days,
        asked_at=time.now(),
        asked_by=by.account_id,
    ).save(force_insert=True)
    return move(case, Verb.PROPOSE_PAUSE, by, payload={"kind": kind, "days": planned_days})


@action
def propose_extension(*, case_id: uuid.UUID, reasons: str, by: Actor) -> Case:
    """Propose to lengthen the limit by what the law allows for the item, once (article 42).

    Raises NoSuchCase, VerbNotPossible, BadProposal, ReasonMissing.
    """
    case = queries.case_to_examine(by, case_id)
    states.require(case.state, Verb.PROPOSE_EXTENSION)
    limit = queries.version_of(case).definition.extension
    if not reasons.strip():
        raise reason_missing("延长期限的理由", "reason for the extension")
    if limit is None or queries.had_extension(case):
        raise _bad(
            "这个事项依法不能延期，或者已经延期过一次。",
            "The law allows no extension for this item, or it was extended once already.",
            "请在期限内作出决定。",
            "Decide within the limit.",
        )
    if case.statutory_due_on is not None and case.statutory_due_on < time.today():
        raise _bad(
            "法定期限已过，不能再延期。",
            "The statutory limit has passed; it cannot be extended any more.",
            "请尽快作出决定，并向监察说明。",
            "Decide at once and explain to the supervisor.",
        )
    data = queries.version_of(case).definition.data["limits"]["statutory"]["extension"]
    Extension(
        case=case,
        value=limit.value,
        unit=limit.unit,
        basis=data["basis"]["zh"],
        reasons=reasons.strip(),
        asked_at=time.now(),
        asked_by=by.account_id,
    ).save(force_insert=True)
    return move(case, Verb.PROPOSE_EXTENSION, by, payload={"value": limit.value, "unit": limit.unit})


def _proposal(case: Case) -> Pause | Extension:
    """What waits for the head's word. Raises NothingProposed."""
    pause = queries.live_pause(case)
    found = (
        pause if pause is not None and pause.state == ProposalState.ASKED else queries.asked_extension(case)
    )
    if found is None:
        raise _nothing_proposed()
    return found


def _nothing_proposed() -> NothingProposed:
    return NothingProposed(
        sentence_zh="没有等待处理的提请。",
        sentence_en="There is no such proposal.",
        todo_zh="可能已经有人处理过，请刷新页面。",
        todo_en="Somebody may have dealt with it; reload the page.",
    )


def _decided(row: Pause | Extension, by: Actor, state: ProposalState) -> None:
    if row.asked_by == by.account_id:
        raise OwnProposal(
            sentence_zh="您是提请人，不能由您自己批准。",
            sentence_en="You made this proposal, so you cannot decide on it.",
            todo_zh="请交由另一位负责人。",
            todo_en="Leave it to another head.",
        )
    row.state, row.decided_at, row.decided_by = state, time.now(), by.account_id


@action
def approve(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Agree to what was proposed: the procedure begins or the limit grows. Raises NoSuchCase, NothingProposed,
    OwnProposal, HearingFirst, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "head", lock=True)
    row = _proposal(case)
    if isinstance(row, Pause) and row.kind in STATUTORY_PAUSES:
        _require_no_open_offer(case)
    _decided(row, by, ProposalState.RUNNING)
    if isinstance(row, Extension):
        row.save()
        move(case, Verb.EXTEND, by, value=row.value, basis=row.basis, payload={"value": row.value})
        return case
    row.planned_end = planned_end(time.today(), row.planned_days)
    row.save()
    verb = Verb.SUSPEND if row.kind in STATUTORY_PAUSES else Verb.STOP_PROMISE
    payload = {"kind": row.kind, "until": row.planned_end.isoformat()}
    reason = PauseReason(row.kind)
    return move(case, verb, by, reason=reason, basis=row.basis, until=row.planned_end, payload=payload)


@action
def reject(*, case_id: uuid.UUID, note: str, by: Actor) -> Case:
    """Do not agree, saying why; the case goes on as it was. Raises NoSuchCase, NothingProposed, OwnProposal,
    ReasonMissing, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "head", lock=True)
    row = _proposal(case)
    if not note.strip():
        raise reason_missing("不同意的理由", "reason for not agreeing")
    _decided(row, by, ProposalState.REJECTED)
    if isinstance(row, Extension):
        row.note = note.strip()
    else:
        row.result = note.strip()
    row.save()
    return move(case, Verb.REJECT, by, payload={"proposal": row._meta.model_name})


@action
def end_pause(*, case_id: uuid.UUID, result: str, by: Actor) -> Case:
    """End the procedure that is running, with its result: the clocks go on from tomorrow.

    Raises NoSuchCase, NothingProposed, ReasonMissing, VerbNotPossible.
    """
    case = queries.case_to_examine(by, case_id)
    row = queries.running_pause(case)
    if row is None:
        raise _nothing_proposed()
    if not result.strip():
        raise reason_missing("特别程序的结果", "result of the procedure")
    row.state, row.ended_at, row.ended_by, row.result = (
        ProposalState.ENDED,
        time.now(),
        by.account_id,
        result.strip(),
    )
    row.save()
    verb = Verb.RESUME if row.kind in STATUTORY_PAUSES else Verb.RESUME_PROMISE
    steps = queries.steps_of(case)
    return move(
        case,
        verb,
        by,
        steps=steps,
        reason=PauseReason(row.kind),
        payload={"kind": row.kind},
        meanwhile=lambda: resume_steps(case, steps, by),
    )
