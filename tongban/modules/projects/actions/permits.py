"""The permits of a project, applied for together."""

import uuid

from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import bad, still_open
from tongban.modules.projects.states import Role


@action
def begin_permits(*, project_id: uuid.UUID, by: Actor) -> list[uuid.UUID]:
    """Begin the applications for all permits of one's enterprise's project that have no case yet; the identifiers of the drafts.

    Each is filled with what the city knows, and one that was begun before is taken up: done twice, it is the same drafts.
    Raises NoSuchProject, NotPossible, BadEntry, NotForYou.
    """
    row = still_open(project_id, by, "own")
    if by.organisation_id != row.organisation_id:
        raise bad(
            "您现在不是以这家企业的名义办理。",
            "You do not act for this enterprise now.",
            "请在页面上方换成这家企业。",
            "Choose the enterprise at the top of the page.",
        )
    waiting = [one for one in queries.items_of(row, Role.PERMIT) if one.case_id is None]
    made = [cases.open_draft(item_code=one.item, by=by).pk for one in waiting]
    if made:
        payload = {"items": [one.item for one in waiting]}
        events.record(name=states.PROJECT_APPLIED, about=row, by=by, payload=payload)
    return made
