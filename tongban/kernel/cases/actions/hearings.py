"""Hearings (articles 46 to 48): offered before a decision, asked for within five days, set, held, recorded."""

import uuid
from datetime import date, datetime

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions.handling import reason_missing
from tongban.kernel.cases.actions.procedure import resume_steps
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case, Hearing
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import LEGAL_LIMITS, Legal
from tongban.kernel.deadlines.states import PauseReason
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action

NOTICE = LEGAL_LIMITS[Legal.HEARING_NOTICE]  # between the notice of day and place and the hearing


class NoHearing(Problem):
    """There is no hearing in the state that the verb needs, or its time has passed."""

    code = "case.no_hearing"
    status = 409


class BadHearing(Problem):
    """Day, place or chair of a hearing that the law does not allow."""

    code = "case.bad_hearing"
    status = 422


def last_day_to_ask(offered: date) -> date:
    """Until when a hearing offered on this day can be asked for (article 47)."""
    return LEGAL_LIMITS[Legal.HEARING_REQUEST].from_day(offered, deadlines.calendar())


def last_day_to_hold(asked: date) -> date:
    """Until when a hearing asked for on this day must be held (article 47)."""
    return LEGAL_LIMITS[Legal.HEARING_HELD].from_day(asked, deadlines.calendar())


def _no_hearing(zh: str, en: str) -> NoHearing:
    return NoHearing(
        sentence_zh=zh, sentence_en=en, todo_zh="请查看办理过程。", todo_en="See the course of the case."
    )


@action
def offer_hearing(*, case_id: uuid.UUID, matter: str, by: Actor) -> Case:
    """Tell the applicant, before a decision that touches great interests, that a hearing can be asked for.

    Raises NoSuchCase, VerbNotPossible, ReasonMissing, NoHearing when one was offered before.
    """
    case = queries.case_to_examine(by, case_id)
    states.require(case.state, Verb.OFFER_HEARING)
    if not matter.strip():
        raise reason_missing("听证的事项和理由", "matter of the hearing")
    if queries.hearing_of(case) is not None:
        raise _no_hearing("已经告知过听证权利。", "A hearing was offered before.")
    ask_by = last_day_to_ask(time.today())
    Hearing(
        case=case, matter=matter.strip(), offered_at=time.now(), offered_by=by.account_id, ask_by=ask_by
    ).save(force_insert=True)
    return move(case, Verb.OFFER_HEARING, by, payload={"ask_by": ask_by.isoformat()})


@action
def ask_hearing(*, case_id: uuid.UUID, by: Actor) -> Case:
    """The applicant asks for the hearing within five working days of the notice; the clocks stand still.

    Raises NoSuchCase, VerbNotPossible, NoHearing.
    """
    case = queries.case_for(by, case_id, "edit", lock=True)
    states.require(case.state, Verb.ASK_HEARING)
    hearing = queries.hearing_of(case)
    if hearing is None or hearing.asked_at is not None or time.today() > hearing.ask_by:
        raise _no_hearing(
            "没有可以申请的听证，或者申请期限已过。",
            "No hearing is open to be asked for, or its time has passed.",
        )
    hearing.asked_at = time.now()
    hearing.hold_by = last_day_to_hold(time.today())
    hearing.save()
    basis = "行政许可法第四十五条、第四十七条"
    return move(
        case,
        Verb.ASK_HEARING,
        by,
        reason=PauseReason.HEARING,
        basis=basis,
        until=hearing.hold_by,
        payload={"hold_by": hearing.hold_by.isoformat()},
    )


@action
def schedule_hearing(
    *, case_id: uuid.UUID, takes_place_at: datetime, place: str, chair: uuid.UUID, by: Actor
) -> Case:
    """Set day, place and chair: told seven days before, held within twenty working days, chaired by somebody who did
    not examine the case (article 48). Raises NoSuchCase, VerbNotPossible, NoHearing, BadHearing.
    """
    case = queries.case_to_examine(by, case_id)
    states.require(case.state, Verb.SCHEDULE_HEARING)
    hearing = queries.hearing_of(case)
    if hearing is None or hearing.asked_at is None or hearing.held_at is not None:
        raise _no_hearing(
            "申请人没有要求听证，或者听证已经举行。", "No hearing was asked for, or it was held."
        )
    day = takes_place_at.astimezone(time.SHANGHAI).date()
    names = parties.account_names([chair])
    examined = queries.handlers(case, queries.steps_of(case)) | {hearing.offered_by}
    early = time.today() > NOTICE.from_day(day, deadlines.calendar())
    if early or day > hearing.hold_by or not place.strip() or chair not in names or chair in examined:
        raise BadHearing(
            sentence_zh="听证的时间、地点或者主持人不符合规定。",
            sentence_en="Day, place or chair of the hearing is not as the law demands.",
            todo_zh=f"应提前 {NOTICE.limit.value} 日通知，在 {hearing.hold_by.isoformat()} 前举行，由没有审查过本办件的人员主持。",
            todo_en=f"Tell it {NOTICE.limit.value} days before, hold it by {hearing.hold_by}, chaired by who did not examine the case.",
        )
    hearing.scheduled_at, hearing.takes_place_at = time.now(), takes_place_at
    hearing.place, hearing.chair = place.strip(), names[chair]
    hearing.save()
    return move(case, Verb.SCHEDULE_HEARING, by, payload={"day": day.isoformat()})


@action
def hold_hearing(*, case_id: uuid.UUID, record: str, by: Actor) -> Case:
    """File the record; the decision rests on it, and the clocks go on. Raises NoSuchCase, VerbNotPossible, NoHearing,
    ReasonMissing.
    """
    case = queries.case_to_examine(by, case_id)
    states.require(case.state, Verb.HOLD_HEARING)
    hearing = queries.hearing_of(case)
    if hearing is None or hearing.takes_place_at is None or hearing.held_at is not None:
        raise _no_hearing("没有安排听证，或者听证已经举行。", "No hearing is set, or it was held.")
    if time.now() < hearing.takes_place_at:
        raise _no_hearing("听证还没有到举行的时间。", "The hearing has not taken place yet.")
    if not record.strip():
        raise reason_missing("听证笔录", "record of the hearing")
    hearing.held_at, hearing.held_by, hearing.record = time.now(), by.account_id, record.strip()
    hearing.save()
    steps = queries.steps_of(case)
    return move(
        case,
        Verb.HOLD_HEARING,
        by,
        steps=steps,
        reason=PauseReason.HEARING,
        meanwhile=lambda: resume_steps(case, steps, by),
    )


def may_ask(case: Case, hearing: Hearing | None) -> bool:
    """Whether the applicant can still ask for the hearing that was offered."""
    return (
        hearing is not None
        and hearing.asked_at is None
        and case.state in {CaseState.ACCEPTED, CaseState.IN_REVIEW}
        and time.today() <= hearing.ask_by
    )
