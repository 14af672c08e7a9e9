"""The decision: grant, deny, end without one."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.actions import promises
from tongban.kernel.cases.actions.handling import reason_missing, values_of
from tongban.kernel.cases.actions.procedure import finish, not_your_step
from tongban.kernel.cases.actions.transitions import end_measures, move
from tongban.kernel.cases.models import Case, Pause
from tongban.kernel.cases.states import StepState, Verb, Verdict
from tongban.kernel.deadlines.calc import Legal
from tongban.kernel.records.actions import action


class SamePerson(Problem):
    """Who handled a case may not decide it."""

    code = "case.same_person"
    status = 409


class NotRipe(Problem):
    """Something must happen before a decision: a deferred material, a hearing, the head's word."""

    code = "case.not_ripe"
    status = 409


def _decide(case_id: uuid.UUID, verb: Verb, by: Actor, opinion: str) -> tuple[Case, Mapping[str, Any]]:
    case = queries.case_for(by, case_id, "decide", lock=True)
    states.require(case.state, verb)
    steps = queries.steps_of(case)
    step = queries.open_step(case, steps, by, Permission.CASE_DECIDE)
    if any(other.state != StepState.DONE for other in steps if other is not step):
        raise not_your_step()
    # Separation of examination and decision: maker is never checker.
    if by.account_id in queries.handlers(case, steps):
        raise SamePerson(
            sentence_zh="您受理或者审查过这个办件，不能再由您决定。",
            sentence_en="You accepted or reviewed this case, so you cannot decide it.",
            todo_zh="请交由另一位有决定权限的同事。",
            todo_en="Leave it to a colleague who may decide.",
        )
    live = queries.live_pauses(case)
    _require_ripe(case, verb, live)
    if live:
        end_measures(case)  # the promise stood still to the end
    if step is not None:
        step.verdict = Verdict.FITS if verb == Verb.GRANT else Verdict.FAULTS
        finish(step, by, opinion)
    case.decided_at, case.decided_by = time.now(), by.account_id
    return case, values_of(case)


def _require_ripe(case: Case, verb: Verb, live: Sequence[Pause]) -> None:
    """Raise NotRipe while something must come first."""
    for obstacle in queries.obstacles(case, time.today(), live):
        if verb == Verb.GRANT or not obstacle.only_for_grant:
            raise NotRipe(
                sentence_zh=obstacle.zh,
                sentence_en=obstacle.en,
                todo_zh=obstacle.todo_zh,
                todo_en=obstacle.todo_en,
            )


@action
def grant(*, case_id: uuid.UUID, by: Actor, opinion: str = "") -> Case:
    """Decide for the applicant (article 38).

    Raises NoSuchCase, VerbNotPossible, NotYourStep, SamePerson, NotRipe.
    """
    case, values = _decide(case_id, Verb.GRANT, by, opinion)
    note_benefit(case, values)
    promises.open_checks(case, values)
    return move(case, Verb.GRANT, by)


@action
def deem_renewed(*, case_id: uuid.UUID) -> Case:
    """Renew by the law what nobody decided before the licence expired (article 50); whether it was asked for in time, the
    caller knows. A second call, or one for a case that was decided meanwhile, changes nothing.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state not in states.TRANSITIONS[Verb.DEEM_RENEWED].sources:
        return case
    end_measures(case)
    case.decided_at = time.now()
    promises.open_checks(case, values_of(case))
    return move(case, Verb.DEEM_RENEWED, SYSTEM)


def note_benefit(case: Case, values: Mapping[str, Any]) -> None:
    """Fix the amount that the item's rules give for these values, in fen."""
    benefit = queries.version_of(case).definition.benefit(values)
    if benefit is not None:
        case.benefit_fen, case.benefit_per = benefit


@action
def deny(*, case_id: uuid.UUID, reasons: str, by: Actor, false_papers: bool = False) -> Case:
    """Decide against the applicant, with reasons and remedies (article 38).

    `false_papers`: facts were hidden or papers false, so the same licence cannot be applied for within a year where
    it concerns public safety (article 78). Raises NoSuchCase, ReasonMissing, VerbNotPossible, NotYourStep, SamePerson,
    NotRipe, BannedProof.
    """
    if not reasons.strip():
        raise reason_missing("不予许可的理由", "reason for the denial")
    queries.require_no_banned_proof(reasons)
    case, _ = _decide(case_id, Verb.DENY, by, reasons)
    case.reasons = reasons.strip()
    if false_papers:
        promises.ban(case, law=Legal.BAN_FALSE_PAPERS, by=by)
    return move(case, Verb.DENY, by)


@action
def terminate(*, case_id: uuid.UUID, reasons: str, by: Actor) -> Case:
    """End a case without a decision, because there is nothing left to decide (the person died, the body dissolved).

    Raises NoSuchCase, ReasonMissing, VerbNotPossible.
    """
    case = queries.case_for(by, case_id, "decide", lock=True)
    states.require(case.state, Verb.TERMINATE)
    if not reasons.strip():
        raise reason_missing("终止办理的理由", "reason for ending the case")
    case.reasons = reasons.strip()
    return move(case, Verb.TERMINATE, by)


@action
def end_for_want_of_material(*, case_id: uuid.UUID) -> Case:
    """End a tolerant acceptance whose material did not come by the promised day; else change nothing."""
    case = Case.objects.select_for_update().get(pk=case_id)
    missing = promises.fail_deferrals(case)
    if not missing or case.state not in states.TRANSITIONS[Verb.TERMINATE].sources:
        return case
    names = {one.id: one.name.zh for one in queries.version_of(case).definition.materials}
    listed = "、".join(names.get(row.material, row.material) for row in missing)
    case.reasons = f"申请人选择容缺受理，但没有在承诺的期限内补交：{listed}。"
    case = move(case, Verb.TERMINATE, SYSTEM, payload={"deferrals": [row.material for row in missing]})
    case.closing_code = "5"  # not void: given up (the exchange format's 退件, for what was not supplied)
    case.save(update_fields=["closing_code"])
    return case
