"""What happens on receipt: accept, ask once for corrections, refuse; and what time does where nobody acts."""

import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import procedure
from tongban.kernel.cases.actions.promises import day_after
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case, Supplement
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import ClockKind, Unit
from tongban.kernel.records.actions import action

SUPPLEMENT_DAYS = 30  # how long an applicant is given where a pack does not say otherwise; no law fixes it


class AlreadyAsked(Problem):
    """The one-time notice has been given; the law knows no second one (article 32)."""

    code = "case.already_asked"
    status = 409


class ReasonMissing(Problem):
    """A decision against the applicant needs its reasons (article 38), a notice its points."""

    code = "case.reason_missing"
    status = 422


def reason_missing(zh: str, en: str) -> ReasonMissing:
    """The refusal of a verb that lacks what has to be written."""
    return ReasonMissing(
        sentence_zh=f"没有填写{zh}。",
        sentence_en=f"There is no {en}.",
        todo_zh=f"请写明{zh}，申请人会在通知书上看到。",
        todo_en=f"Write the {en}; the applicant reads it in the letter.",
    )


def values_of(case: Case) -> Mapping[str, Any]:
    """The rule values of a submitted case: what was handed in, and what is known of the subjects today."""
    definition = queries.version_of(case).definition
    facts = queries.profile_of(case, time.today()).values()
    return definition.values(facts, case.situation, case.answers)


@action
def accept(*, case_id: uuid.UUID, by: Actor) -> Case:
    """Accept the application: the decision clocks start, the steps of its situation open.

    Raises NoSuchCase, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "accept", lock=True)
    return _accept(case, Verb.ACCEPT, by)


def _accept(case: Case, verb: Verb, by: Actor) -> Case:
    states.require(case.state, verb)
    values = values_of(case)
    deemed = verb == Verb.DEEM_ACCEPTED
    case.accepted_at = case.submitted_at if deemed else time.now()
    case.accepted_by = by.account_id
    steps = procedure.made_steps(case, values)
    # The clocks come first: a step may stop the promised one as it opens.
    begin = functools.partial(procedure.begin, case, steps, by)
    return move(case, verb, by, values=values, steps=steps, meanwhile=begin)


@action
def deem_accepted(*, case_id: uuid.UUID) -> Case:
    """Accept by the law what nobody answered within five working days, as of the day of receipt (article 32).

    A second call, or one for a case that has been answered meanwhile, changes nothing.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state != CaseState.SUBMITTED:
        return case
    # The clock knows what its date alone does not say: the day of a resumption makes nothing late.
    clock = deadlines.clock(case_id, ClockKind.RECEIPT)
    entries, today = list(clock.entries.all()), time.today()
    if not deadlines.state_of(clock, entries, today).overdue_on(today):
        return case
    return _accept(case, Verb.DEEM_ACCEPTED, SYSTEM)


@action
def request_supplement(
    *, case_id: uuid.UUID, points: Sequence[Mapping[str, str]], message: str, by: Actor
) -> Case:
    """Ask once, completely, for corrections, each tied to a field or a material; the receipt clock pauses.

    `points` are {kind: field|material, id, note}. Raises NoSuchCase, ReasonMissing, AlreadyAsked, BannedProof,
    VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "accept", lock=True)
    states.require(case.state, Verb.REQUEST_SUPPLEMENT)
    if not points:
        raise reason_missing("需要补正的内容", "point to correct")
    if queries.supplement_of(case) is not None:
        raise AlreadyAsked(
            sentence_zh="这个办件已经一次性告知过补正，不能再次要求。",
            sentence_en="A supplement was asked for already; it cannot be asked a second time.",
            todo_zh="请根据现有材料受理或者不予受理（行政许可法第三十二条）。",
            todo_en="Accept, or refuse acceptance, on what there is (Administrative Licence Law, art. 32).",
        )
    queries.require_no_banned_proof(message, *(point.get("note", "") for point in points))
    now = time.now()
    days = catalogue.snapshot().pack.get("supplement_days", SUPPLEMENT_DAYS)
    Supplement(
        case=case,
        points=[dict(point) for point in points],
        message=message,
        asked_at=now,
        asked_by=by.account_id,
        before=case.answers,
        due_on=day_after(Limit(days, Unit.DAYS), time.today()),
    ).save(force_insert=True)
    return move(
        case, Verb.REQUEST_SUPPLEMENT, by, payload={"points": [f"{p['kind']}:{p['id']}" for p in points]}
    )


@action
def lapse(*, case_id: uuid.UUID) -> Case:
    """Return an application whose supplement did not come by the day that the notice named; else change nothing."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state != CaseState.SUPPLEMENT_REQUESTED:
        return case
    due_on = queries.supplement_of(case).due_on
    if due_on is None or time.today() <= due_on:
        return case
    case.reasons = f"申请人在补正告知书载明的{due_on.year}年{due_on.month}月{due_on.day}日前没有补正。"
    return move(case, Verb.LAPSE, SYSTEM)


@action
def refuse(*, case_id: uuid.UUID, reasons: str, by: Actor) -> Case:
    """Refuse acceptance in writing, with reasons (article 32). Raises NoSuchCase, ReasonMissing, VerbNotPossible."""
    case = queries.case_for(by, case_id, "accept", lock=True)
    states.require(case.state, Verb.REFUSE)
    if not reasons.strip():
        raise reason_missing("不予受理的理由", "reason for not accepting")
    queries.require_no_banned_proof(reasons)
    case.reasons = reasons.strip()
    return move(case, Verb.REFUSE, by)
