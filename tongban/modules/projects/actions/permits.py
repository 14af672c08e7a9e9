"""The permits of a project, applied for together: begun with one button, what they share typed once, handed in at once."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.projects import queries, states
from tongban.modules.projects.actions.writing import bad, put_case, still_open
from tongban.modules.projects.models import Project, ProjectItem
from tongban.modules.projects.states import Role


@action
def begin_permits(*, project_id: uuid.UUID, by: Actor) -> list[uuid.UUID]:
    """Begin the applications for all permits of one's enterprise's project that have no case yet; the identifiers of the drafts.

    Each is filled with what the city knows and with what the project says. One that was begun before is taken up, as far
    as it belongs to no other project: done twice, it is the same drafts. Raises NoSuchProject, NotPossible, BadEntry, NotForYou.
    """
    row = _own(project_id, by)
    waiting = [one for one in _progress(row) if one.case is None and one.item.case_id is None]
    begun = queries.begun(by, [one.item for one in waiting])
    fresh = [one.item for one in waiting if one.item.pk not in begun]
    found = queries.fresh_drafts(by, row, [one.item for one in fresh])
    for one in fresh:
        one.draft_id = found.get(one.item) or _new_draft(row, one, by)
        one.save()
    _prefill(row, by)
    if waiting:
        payload = {"items": [one.item.item for one in waiting]}
        events.record(name=states.PROJECT_APPLIED, about=row, by=by, payload=payload)
    return [one.item.draft_id for one in waiting if one.item.draft_id]


def _progress(row: Project) -> list[queries.Progress]:
    return queries.progress(queries.items_of(row, Role.PERMIT))


def _new_draft(row: Project, item: ProjectItem, by: Actor) -> uuid.UUID:
    permits = {one.id: one.situation for one in queries.kind(row.kind).permits}
    situation = permits.get(item.permit, {})
    # Named beforehand: a second project of the same enterprise gets drafts of its own.
    return cases.open_draft(item_code=item.item, by=by, situation=situation, id=uuid7()).pk


def _prefill(row: Project, by: Actor) -> None:
    """Put what the project says where nothing stands yet."""
    found = queries.filings(by, queries.items_of(row, Role.PERMIT), time.today())
    known = [one for one in queries.asked_once(row, found) if one.value is not None]
    for filing in found:
        wanted = {id: one.value for one in known for other, id in one.filings if other is filing}
        given = {id: value for id, value in wanted.items() if id not in filing.case.answers}
        if given:
            cases.save(case_id=filing.case.pk, by=by, answers=given)


@action
def share_answers(
    *, project_id: uuid.UUID, answers: Mapping[str, Any], cleared: Sequence[str] = (), by: Actor
) -> Project:
    """Put answers that several applications share into all of them that are not handed in; right or wrong, nothing is lost.

    `answers` and `cleared` are by the name of the shared question. Raises NoSuchProject, NotPossible, BadEntry.
    """
    row = _own(project_id, by)
    found = queries.filings(by, queries.items_of(row, Role.PERMIT), time.today())
    asked = queries.asked_once(row, found)
    for filing in found:
        names = {one.id: id for one in asked for other, id in one.filings if other is filing}
        given = {id: answers[shared] for shared, id in names.items() if shared in answers}
        emptied = [id for shared, id in names.items() if shared in cleared and id in filing.case.answers]
        if given or emptied:
            cases.save(case_id=filing.case.pk, by=by, answers=given, cleared=emptied)
    payload = {"fields": sorted({*answers, *cleared})}
    events.record(name=states.PROJECT_SHARED, about=row, by=by, payload=payload)
    return row


@action
def hand_in_permit(*, project_id: uuid.UUID, item_id: uuid.UUID, by: Actor) -> Any:
    """Hand in the application for one permit and link its case to the project; the case.

    Of several that are handed in together each is a write of its own: what one lacks holds none of the others up.
    Raises NoSuchProject, NotPossible, BadEntry, NotComplete and what handing in a case raises.
    """
    row = _own(project_id, by)
    item = next((one for one in queries.items_of(row, Role.PERMIT) if one.pk == item_id), None)
    if item is None or item.draft_id is None:
        raise bad(
            "这项申请还没有开始。",
            "This application has not been begun.",
            "请先点“一次开始全部申请”。",
            "Begin all applications first.",
        )
    case = cases.submit(case_id=item.draft_id, by=by)
    if item.case_id is None:
        put_case(item, row, case, by)
    return case


def _own(project_id: uuid.UUID, by: Actor) -> Project:
    """The project, locked, for whoever acts for its enterprise now."""
    row = still_open(project_id, by, "own")
    if by.organisation_id != row.organisation_id:
        raise bad(
            "您现在不是以这家企业的名义办理。",
            "You do not act for this enterprise now.",
            "请在页面上方换成这家企业。",
            "Choose the enterprise at the top of the page.",
        )
    return row
