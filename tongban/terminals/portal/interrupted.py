"""What interrupts a case, as its applicant sees it: special procedure, hearing, materials that were promised."""

from typing import Any

from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions.hearings import may_ask
from tongban.kernel.cases.states import PAUSES, CaseState, DeferralState, ProposalState
from tongban.terminals.portal import words


def of_case(case: Any, *, mine: bool, error: tuple[str, str] = ("", "")) -> dict[str, Any]:
    """What the page of a case says of hearing, special procedure and promised materials. Three queries."""
    if case.submitted_at is None:
        return {}
    pause = cases.live_pause(case) if case.state == CaseState.SUSPENDED else None
    hearing = cases.hearing_of(case)
    definition = cases.version_of(case).definition
    names = {material.id: words.said(material.name) for material in definition.materials}
    formats = {material.id: material for material in definition.materials}
    open_rows = (
        [row for row in cases.deferrals_of(case) if row.state == DeferralState.OPEN] if case.deferred else []
    )
    running = pause is not None and pause.state == ProposalState.RUNNING
    return {
        "pause": {"name": words.either(*PAUSES[pause.kind]), "until": pause.planned_end} if running else None,
        "hearing": hearing,
        "may_ask_hearing": mine and may_ask(case, hearing),
        "deferrals": [
            {
                "id": row.material,
                "name": names.get(row.material, row.material),
                "due_on": row.due_on,
                "accept": ",".join(f".{kind}" for kind in formats[row.material].formats),
                "error": error[1] if error[0] == row.material else "",
            }
            for row in (open_rows if mine else [])
        ],
    }
