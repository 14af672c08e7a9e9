"""What the decision pane needs to know of steps, measures, hearings, promises and tasks; reads only."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor, Granted, covers
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.cases import queries
from tongban.kernel.cases.states import (
    PAUSES,
    PROMISE_PAUSES,
    STATUTORY_PAUSES,
    VERDICT_NAMES,
    DeferralState,
    ProposalState,
    StepType,
    Verdict,
)
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk import words
from tongban.terminals.desk.opened import Opened


def account(text: str) -> uuid.UUID | None:
    """The account that a form names; None for nothing or nonsense."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def colleagues(opened: Opened, permission: Permission, actor: Actor) -> list[tuple[str, str]]:
    """(identifier, name) of the others who hold this right on the case today."""
    case = opened.case
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    found = {
        row.account_id
        for row in access.holders(roles, opened.today)
        if row.account_id != actor.account_id
        and covers(
            Granted(row.role, row.agency, row.place_path, tuple(row.items)),
            agency=case.agency,
            place_path=case.place_path,
            item=case.item_code,
        )
    }
    names = parties.account_names(sorted(found))
    return sorted(((str(id), name) for id, name in names.items()), key=lambda pair: pair[1])


def _seconds(opened: Opened, actor: Actor, *, on_site: bool) -> dict[str, Any]:
    """Who can come along to a site: nobody whom that would bar from deciding when nobody else could decide."""
    if not on_site:
        return {"seconds": [], "only_decider": ""}
    found = colleagues(opened, Permission.CASE_VIEW, actor)
    barred = {str(id) for id in queries.handlers(opened.case, opened.steps)} | {str(actor.account_id)}
    deciders = [one for one in colleagues(opened, Permission.CASE_DECIDE, actor) if one[0] not in barred]
    if len(deciders) != 1:
        return {"seconds": found, "only_decider": ""}
    return {"seconds": [one for one in found if one != deciders[0]], "only_decider": deciders[0][1]}


@dataclass(frozen=True)
class Proposed:
    """What waits for the head's word, or is running."""

    title: str
    reasons: str
    basis: str
    days: int
    until: date | None = None


def _pause(row: Any) -> Proposed:
    return Proposed(words.pick(PAUSES[row.kind]), row.reasons, row.basis, row.planned_days, row.planned_end)


def context(opened: Opened, actor: Actor) -> dict[str, Any]:
    """The pane's facts beside the verbs; what no verb needs is not asked for."""
    turn, case = opened.turn, opened.case
    asked = turn.pause is not None and turn.pause.state == ProposalState.ASKED
    verbs = {str(verb) for verb in turn.verbs}
    on_site = turn.step is not None and turn.step.type == StepType.SITE_CHECK
    proposal = None
    if asked:
        proposal = _pause(turn.pause)
    elif turn.extension is not None:
        row = turn.extension
        proposal = Proposed("", row.reasons, row.basis, row.value)
    return {
        "on_site": on_site,
        "step_id": turn.step.pk if turn.step is not None else "",
        **_seconds(opened, actor, on_site=on_site),
        "verdicts": [(str(v), words.pick(VERDICT_NAMES[v])) for v in (Verdict.FITS, Verdict.FAULTS)],
        "obstacles": [(words.pick((o.zh, o.en)), words.pick((o.todo_zh, o.todo_en))) for o in turn.obstacles],
        "proposal": proposal,
        "proposal_is_extension": proposal is not None and not asked,
        "can_judge": bool(verbs & {"suspend", "extend", "stop_promise"}),
        "running": _pause(turn.pause) if turn.pause is not None and not asked else None,
        "can_end": bool(verbs & {"resume", "resume_promise"}),
        "statutory_pauses": [(str(k), words.pick(v)) for k, v in STATUTORY_PAUSES.items()],
        "promise_pauses": [(str(k), words.pick(v)) for k, v in PROMISE_PAUSES.items()],
        "hearing": turn.hearing,
        "chairs": colleagues(opened, Permission.CASE_VIEW, actor) if "schedule_hearing" in verbs else [],
        "deferrals": _deferrals(opened),
        "commitment_checks": _checks(opened, actor),
        "tasks": _tasks(opened, actor),
        "case_id": case.pk,
    }


def _deferrals(opened: Opened) -> list[tuple[str, date, str]]:
    if not opened.case.deferred or opened.case.submitted_at is None:
        return []
    names = {one.id: words.of(one.name) for one in opened.definition.materials}
    tones = {DeferralState.OPEN: "amber", DeferralState.SUPPLIED: "green", DeferralState.FAILED: "red"}
    return [
        (names.get(row.material, row.material), row.due_on, tones[DeferralState(row.state)])
        for row in queries.deferrals_of(opened.case)
    ]


def _checks(opened: Opened, actor: Actor) -> list[dict[str, Any]]:
    """The commitments still to be looked at, for who may."""
    if opened.case.decided_at is None or not actor.can(Permission.CASE_REVIEW):
        return []
    titles = {data["id"]: data for data in opened.definition.data["commitments"]}
    return [
        {
            "id": row.commitment,
            "title": titles.get(row.commitment, {}).get("title", {}).get("zh", row.commitment),
            "text": titles.get(row.commitment, {}).get("text", {}).get("zh", ""),
            "due_on": row.due_on,
        }
        for row in queries.pending_checks(opened.case)
    ]


def _tasks(opened: Opened, actor: Actor) -> list[dict[str, Any]]:
    """The open tasks of the case that this officer may do, with who has them and whom they can go to."""
    rows = [row for row in queries.work_of(opened.case) if queries.may_do(actor, row)]
    if not rows:
        return []
    names = parties.account_names([row.assignee for row in rows if row.assignee])
    titles = {step.id: words.of(step.title) for step in opened.definition.steps}
    return [
        {
            "id": row.pk,
            "title": titles.get(row.step.step, row.step.step) if row.step else words.work_name(row.kind),
            "assignee": names.get(row.assignee, "") if row.assignee else "",
            "mine": row.assignee == actor.account_id,
            "free": row.assignee is None,
            "others": colleagues(opened, Permission(row.permission), actor),
        }
        for row in rows
    ]
