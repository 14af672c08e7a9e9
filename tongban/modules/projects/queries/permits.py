"""The applications for the permits of a project before they are handed in: which were begun, how they stand, what they share."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.calc import Application
from tongban.kernel.catalogue.calc import Field
from tongban.modules.projects import calc
from tongban.modules.projects.models import Project, ProjectItem
from tongban.modules.projects.queries.kinds import kind

_OF_PROJECT = {"project.name": "name", "project.promised": "promised_fen"}


@dataclass(frozen=True)
class Filing:
    """A permit's application that was begun and not handed in: the draft as it stands now."""

    item: ProjectItem
    case: Any
    application: Application

    @property
    def left(self) -> int:
        """How many things are still missing or wrong."""
        open_ = self.application
        return sum(
            map(
                len,
                (
                    open_.errors,
                    open_.missing_materials,
                    open_.unsigned,
                    open_.unanswered,
                    open_.unsigned_by,
                ),
            )
        )


@dataclass(frozen=True)
class Asked:
    """What is typed once for several applications: the question, what stands there, and in which applications it goes."""

    id: str
    field: Field
    raw: Mapping[str, Any]  # the question as the pack defines it
    value: Any
    error: Any
    filings: tuple[tuple[Filing, str], ...]  # with the name of the field there


def filings(actor: Actor, rows: Sequence[ProjectItem], today: date) -> list[Filing]:
    """The applications for these permits that the actor can fill in, in the order of the permits.

    As many queries for eight permits as for one.
    """
    begun = [one for one in rows if one.draft_id and not one.case_id]
    found = cases.drafts(actor, [one.draft_id for one in begun if one.draft_id]) if begun else {}
    drafts = [(one, found[one.draft_id]) for one in begun if one.draft_id in found]
    made = cases.applications([case for _one, case in drafts], today) if drafts else {}
    return [Filing(one, case, made[case.pk]) for one, case in drafts]


def begun(actor: Actor, rows: Sequence[ProjectItem]) -> dict[uuid.UUID, uuid.UUID]:
    """The drafts that were begun for these permits and that the actor can fill in, by permit; one query."""
    drafts = {one.draft_id: one.pk for one in rows if one.draft_id}
    found = cases.drafts(actor, list(drafts)) if drafts else {}
    return {drafts[pk]: pk for pk in found}


def asked_once(row: Project, found: Sequence[Filing]) -> list[Asked]:
    """The questions that these applications share, in the pack's order; those that none of them asks are left out."""
    by_permit = {one.item.permit: one for one in found}
    asked = []
    for shared in kind(row.kind).shared:
        within = [
            (by_permit[permit], id)
            for permit, id in shared.fields.items()
            if permit in by_permit and id in by_permit[permit].application.definition.fields
        ]
        if within:
            asked.append(_asked(row, shared, within))
    return asked


def _asked(row: Project, shared: calc.Shared, within: list[tuple[Filing, str]]) -> Asked:
    first, id = within[0]
    definition = first.application.definition
    raw = next(one for part in definition.data["form"] for one in part["fields"] if one["id"] == id)
    given = [one.case.answers[name] for one, name in within if name in one.case.answers]
    wrong = [error for one, name in within for error in one.application.errors if error.field == name]
    error = next((one for one in wrong if one.code != "required"), None)
    field = definition.fields[id]
    value = given[0] if given else beginning(row, shared, field)
    return Asked(shared.id, field, raw, value, error, tuple(within))


def beginning(row: Project, shared: calc.Shared, field: Field) -> Any:
    """What a shared answer is by what the project says, in the field's own type; None where it says nothing."""
    source = shared.begins_as
    if not source:
        return None
    known = getattr(row, _OF_PROJECT[source]) if source in _OF_PROJECT else row.answers.get(source[7:])
    if known is None or known == "":
        return None
    return str(known)[: field.limits.get("max_length")] if field.type in ("text", "decimal") else known


def fresh_drafts(actor: Actor, row: Project, items: Sequence[str]) -> dict[str, uuid.UUID]:
    """The drafts that the actor began by themselves for these items and that belong to no project, by item."""
    found = cases.drafts_for(actor, row.organisation_id, items)
    taken = set(
        ProjectItem.objects.filter(draft_id__in=list(found.values())).values_list("draft_id", flat=True)
    )
    return {item: pk for item, pk in found.items() if pk not in taken}
