"""The verbs that interrupt, lengthen or end a case, and those about whose task it is."""

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions
from tongban.kernel.cases.states import Verb
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk.case import act
from tongban.terminals.desk.measured import account
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import staff

_P = Permission


class BadMoment(Problem):
    """A day and hour that a form does not give."""

    code = "desk.bad_moment"
    status = 422


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def propose_pause(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Propose a special procedure, or a stop of the promised clock."""
    typed = request.POST
    days = typed.get("days", "")

    def perform() -> object:
        return actions.propose_pause(
            case_id=case_id,
            kind=typed.get("kind", ""),
            basis=typed.get("basis", ""),
            reasons=typed.get("reasons", ""),
            planned_days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            by=request.actor,
        )

    return act(request, case_id, Verb.PROPOSE_PAUSE, perform)


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def propose_extension(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Propose to lengthen the limit."""
    reasons = request.POST.get("reasons", "")
    return act(
        request,
        case_id,
        Verb.PROPOSE_EXTENSION,
        lambda: actions.propose_extension(case_id=case_id, reasons=reasons, by=request.actor),
    )


@staff(_P.CASE_HEAD)
def approve(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The head agrees to what was proposed."""
    return act(request, case_id, "approve", lambda: actions.approve(case_id=case_id, by=request.actor))


@staff(_P.CASE_HEAD)
def reject(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The head does not agree, saying why."""
    note = request.POST.get("note", "")
    return act(
        request, case_id, Verb.REJECT, lambda: actions.reject(case_id=case_id, note=note, by=request.actor)
    )


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def end_pause(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """End the procedure that is running, with its result."""
    result = request.POST.get("result", "")
    return act(
        request,
        case_id,
        Verb.RESUME,
        lambda: actions.end_pause(case_id=case_id, result=result, by=request.actor),
    )


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def offer_hearing(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Tell the applicant of the right to a hearing."""
    matter = request.POST.get("matter", "")
    return act(
        request,
        case_id,
        Verb.OFFER_HEARING,
        lambda: actions.offer_hearing(case_id=case_id, matter=matter, by=request.actor),
    )


def _moment(day: str, hour: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=SHANGHAI)
    except ValueError as wrong:
        raise BadMoment(
            sentence_zh="听证的日期或者时间没有填对。",
            sentence_en="Day or hour of the hearing is missing or wrong.",
            todo_zh="请选择日期和时间。",
            todo_en="Choose a day and an hour.",
        ) from wrong


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def schedule_hearing(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Set day, place and chair of the hearing."""
    typed = request.POST

    def perform() -> object:
        return actions.schedule_hearing(
            case_id=case_id,
            takes_place_at=_moment(typed.get("day", ""), typed.get("hour", "")),
            place=typed.get("place", ""),
            chair=account(typed.get("chair", "")) or uuid.UUID(int=0),
            by=request.actor,
        )

    return act(request, case_id, Verb.SCHEDULE_HEARING, perform)


@staff(_P.CASE_REVIEW, _P.CASE_DECIDE)
def hold_hearing(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """File the record of the hearing."""
    record = request.POST.get("record", "")
    return act(
        request,
        case_id,
        Verb.HOLD_HEARING,
        lambda: actions.hold_hearing(case_id=case_id, record=record, by=request.actor),
    )


@staff(_P.CASE_DECIDE)
@fresh
def terminate(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """End the case without a decision."""
    reasons = request.POST.get("reasons", "")
    return act(
        request,
        case_id,
        Verb.TERMINATE,
        lambda: actions.terminate(case_id=case_id, reasons=reasons, by=request.actor),
    )


@staff(_P.CASE_REVIEW)
def check_commitment(request: HttpRequest, case_id: uuid.UUID, commitment: str) -> HttpResponse:
    """Say whether a commitment was kept."""
    typed = request.POST

    def perform() -> object:
        return actions.check_commitment(
            case_id=case_id,
            commitment=commitment,
            kept=typed.get("kept") == "yes",
            note=typed.get("note", ""),
            fraud="fraud" in typed,
            by=request.actor,
        )

    return act(request, case_id, "check", perform)


@staff(_P.CASE_ACCEPT, _P.CASE_REVIEW, _P.CASE_DECIDE, _P.CASE_HEAD)
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, case_id: uuid.UUID, work_id: uuid.UUID) -> HttpResponse:
    """Take a task of the case for oneself."""
    return act(request, case_id, "claim", lambda: actions.claim(work_id=work_id, by=request.actor))


@staff(_P.CASE_ACCEPT, _P.CASE_REVIEW, _P.CASE_DECIDE, _P.CASE_HEAD)
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, case_id: uuid.UUID, work_id: uuid.UUID) -> HttpResponse:
    """Pass a task on to a colleague, or back into the pool."""
    reason, chosen = request.POST.get("note", ""), account(request.POST.get("to", ""))

    def perform() -> object:
        other = parties.account(chosen) if chosen else None
        to = parties.actor_for(other, time.today()) if other else None
        return actions.transfer(work_id=work_id, to=to, reason=reason, by=request.actor)

    return act(request, case_id, "transfer", perform)
