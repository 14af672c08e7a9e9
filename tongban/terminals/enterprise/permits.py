"""The permits of a project, applied for together: begun with one button, what they share typed once, handed in at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import format_yuan
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Area
from tongban.kernel.catalogue.calc import read_answers
from tongban.modules.projects import actions, queries
from tongban.modules.projects.states import ProjectState, Role
from tongban.terminals.ui import fields, parts, texts
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.addresses import address
from tongban.terminals.ui.fresh import demand
from tongban.terminals.ui.pages import said as said_of
from tongban.terminals.ui.rights import signed_in, step_up
from tongban.terminals.ui.texts import _


@dataclass(frozen=True)
class Line:
    """A permit as the page lists it; `left` is how many things are still missing, None where no draft is at hand."""

    name: str
    office: str
    days: int
    url: str
    number: str
    granted: bool
    left: int | None
    awaited: str  # the permits whose numbers its application needs, and that are not granted yet
    id: uuid.UUID


def begun(actor: Actor, row: Any, permits: Sequence[queries.Progress]) -> dict[uuid.UUID, str]:
    """The addresses of the drafts for permits that have no case yet, by permit, for whoever acts for the enterprise; one query."""
    left = [one.item for one in permits if one.case is None]
    if not left or not _applies(actor, row):
        return {}
    found = queries.begun(actor, left)
    return {pk: address("application", draft) for pk, draft in found.items()}


def can_begin(
    actor: Actor, row: Any, permits: Sequence[queries.Progress], drafts: dict[uuid.UUID, str]
) -> bool:
    """Whether the button that begins what is left is offered."""
    left = [one for one in permits if one.case is None and one.item.pk not in drafts]
    return bool(left) and row.state == ProjectState.OPEN and _applies(actor, row)


def _applies(actor: Actor, row: Any) -> bool:
    firm = actor.organisation_id
    return firm is not None and firm == row.organisation_id and firm in actor.firms(Area.CASES)


@signed_in()
def page(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """All applications of a project: what they share, how each stands, which can be handed in now."""
    row = queries.project(request.actor, project_id, "own")
    if not _applies(request.actor, row):
        return redirect("enterprise-project", project_id)
    match request.POST.get("do", "begin") if request.method == "POST" else "":
        case "begin":
            actions.begin_permits(project_id=project_id, by=request.actor)
            return redirect("enterprise-permits", project_id)
        case "share":
            return _share(request, row)
        case "hand_in":
            return _hand_in(request, row)
    return _render(request, row)


def _filings(actor: Actor, row: Any) -> list[queries.Filing]:
    return queries.filings(actor, queries.items_of(row, Role.PERMIT), time.today())


def _share(request: HttpRequest, row: Any) -> HttpResponse:
    """Keep what was typed in every application that asks for it; what is wrong is kept too, and named with 422."""
    asked = {one.id: one.field for one in queries.asked_once(row, _filings(request.actor, row))}
    given = read_answers(asked, {name: request.POST.getlist(name) for name in asked})
    cleared = [id for id in asked if id not in given]
    actions.share_answers(project_id=row.pk, answers=given, cleared=cleared, by=request.actor)
    again = _filings(request.actor, row)
    if any(one.error for one in queries.asked_once(row, again)):
        return _render(request, row, again, typed=True)
    return redirect(f"{reverse('enterprise-permits', args=[row.pk])}#applications")


def _hand_in(request: HttpRequest, row: Any) -> HttpResponse:
    """Hand in what was ticked and is complete, each by itself; what one lacks holds none of the others up."""
    ticked = set(request.POST.getlist("permit"))
    filings = _filings(request.actor, row)
    ready = [one for one in filings if str(one.item.pk) in ticked]
    if not ready or request.POST.get("read") != "yes":
        return _render(request, row, filings, unread=bool(ready))
    here = reverse("enterprise-permits", args=[row.pk])
    highest = max(ready, key=lambda one: one.application.definition.data["level"]).application.definition
    if request.actor.level < highest.data["level"]:
        return step_up(request, highest.data["level"], here, said.say(highest.name))
    fresh = any(one.application.definition.data.get("fresh") for one in ready)
    if fresh and (asked := demand(request)) is not None:
        return asked
    refused = []
    for one in ready:
        try:
            actions.hand_in_permit(project_id=row.pk, item_id=one.item.pk, by=request.actor)
        except Problem as problem:
            refused.append((said.item_name(one.item.item), said_of(problem)))
    if refused:
        return _render(request, row, refused=refused)
    return redirect(f"{here}#applications")


def _render(
    request: HttpRequest,
    row: Any,
    filings: Sequence[queries.Filing] | None = None,
    *,
    typed: bool = False,
    unread: bool = False,
    refused: Sequence[tuple[str, Any]] = (),
) -> HttpResponse:
    permits = queries.progress(queries.items_of(row, Role.PERMIT))
    if filings is None:
        filings = _filings(request.actor, row)
    asked = [_field(one, request if typed else None) for one in queries.asked_once(row, filings)]
    errors = [parts.ErrorLink(one.id, one.error) for one, _names in asked if one.error and typed]
    if unread:
        errors.append(parts.ErrorLink("read", _("请先核对各项申请，再勾选“我已核对”")))
    drafts = {one.item.pk: one for one in filings}
    lines = [_line(one, drafts.get(one.item.pk), permits) for one in permits]
    open_ = row.state == ProjectState.OPEN
    context = {
        "row": row,
        "lines": lines,
        "asked": asked if open_ else [],
        "errors": errors,
        "ready": [one for one in lines if one.left == 0] if open_ else [],
        "unbegun": open_ and any(one.left is None and not one.number for one in lines),
        "refused": refused,
        "done": sum(1 for one in lines if one.number),
    }
    return render(request, "enterprise/permits.html", context, status=422 if errors or refused else 200)


def _field(one: queries.Asked, request: HttpRequest | None) -> tuple[fields.Field, str]:
    """A shared question as it is drawn, and the names of the applications into which the answer goes."""
    value = one.value
    if request is not None:
        value = request.POST.get(one.id, "")
    elif value == "\x00":
        value = ""
    elif one.field.type == "money" and isinstance(value, int):
        value = format_yuan(value)
    error = said.pick((one.error.zh, one.error.en)) if one.error else ""
    drawn = fields.field_from({**one.raw, "id": one.id}, value=value, error=error)
    return drawn, texts.listed(said.item_name(filing.item.item) for filing, _name in one.filings)


def _line(one: queries.Progress, filing: queries.Filing | None, permits: Sequence[queries.Progress]) -> Line:
    granted = {other.item.permit for other in permits if other.granted}
    names = {other.item.permit: said.item_name(other.item.item) for other in permits}
    left = filing.left if filing is not None else None
    if one.case is not None:
        url = address("case", one.case.pk)
    elif filing is not None:
        url = address("application" if left else "application-check", filing.case.pk)
    else:
        url = reverse("item", args=[one.item.item])
    waits = [names[id] for id in one.item.after if id in names and id not in granted]
    return Line(
        said.item_name(one.item.item),
        said.office_of_item(one.item.item),
        one.item.days,
        url,
        one.case.short_no if one.case is not None else "",
        one.granted,
        left,
        texts.listed(waits) if left else "",
        one.item.pk,
    )
