"""An application as a way with stops: situation, sections, materials, commitments, check. Also during a supplement."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.calc import Application
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue.calc import MaterialNeed
from tongban.terminals.portal import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.texts import _

Kind = Literal["situation", "section", "materials", "commitments", "signatures", "check"]
State = Literal["done", "todo", "blocked", "error"]


@dataclass(frozen=True)
class Stop:
    """One page of the way."""

    kind: Kind
    id: str
    label: str
    url: str
    state: State


@dataclass(frozen=True)
class Draft:
    """A draft, or a case under supplement, with all that its pages need."""

    case: Any
    application: Application
    materials: list[Any]
    supplement: Any | None

    @property
    def id(self) -> uuid.UUID:
        return self.case.pk

    @property
    def supplementing(self) -> bool:
        return self.case.state == CaseState.SUPPLEMENT_REQUESTED

    def points(self, kind: str) -> dict[str, str] | None:
        """What the notice names of this kind (field, material) with its note; None while everything may change."""
        if not self.supplementing or self.supplement is None:
            return None
        return {
            point["id"]: point.get("note", "") for point in self.supplement.points if point["kind"] == kind
        }

    def needs(self) -> list[MaterialNeed]:
        """The materials of this situation; during a supplement those of the notice, whatever the situation says."""
        asked = self.points("material")
        if asked is None:
            return list(self.application.needs)
        needs = {need.material.id: need for need in self.application.needs}
        materials = self.application.definition.materials
        return [needs.get(one.id) or MaterialNeed(one, None) for one in materials if one.id in asked]

    def fresh(self, row: Any) -> bool:
        """True for a file that came after the notice, or on a draft for any."""
        return not self.supplementing or row.added_at > self.supplement.asked_at


def open_draft(case: Any) -> Draft:
    """The application as it stands now."""
    materials = cases.materials_of(case)
    supplement = cases.supplement_of(case) if case.state == CaseState.SUPPLEMENT_REQUESTED else None
    return Draft(case, cases.application(case, time.today(), materials), materials, supplement)


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view its draft; looking at one that was handed in leads to its case, a write is left to be refused."""

    @wraps(view)
    def opened(request: HttpRequest, id: uuid.UUID, **rest: Any) -> HttpResponse:
        case = cases.case_for(request.actor, id, "edit")
        editable = case.state in {CaseState.DRAFT, CaseState.SUPPLEMENT_REQUESTED}
        if request.method == "GET" and not editable:
            return redirect("case", id)
        return view(request, open_draft(case), **rest)

    return opened


def stops(draft: Draft) -> list[Stop]:
    """The pages of this application in their order."""
    if draft.supplementing:
        return _stops_of_supplement(draft)
    application, id = draft.application, draft.id
    found = []
    if application.definition.questions:
        state = "todo" if application.unanswered else "done"
        url = reverse("application-situation", args=[id])
        found.append(Stop("situation", "", _("办理情形"), url, state))
    for filled in application.sections:
        # Errors in a section in which nothing was typed yet are only work that is still to do.
        touched = any(one.field.id in draft.case.answers for one in filled.fields)
        state = "done" if filled.done else "error" if touched else "todo"
        found.append(_section(id, filled.section, state))
    if application.needs:
        state = "todo" if application.missing_materials else "done"
        found.append(Stop("materials", "", _("申请材料"), reverse("application-materials", args=[id]), state))
    if application.commitments:
        state = "todo" if application.unsigned else "done"
        url = reverse("application-commitments", args=[id])
        found.append(Stop("commitments", "", _("签署承诺"), url, state))
    found += _signatures(draft)
    state = "todo" if application.complete else "blocked"
    return [*found, Stop("check", "", _("核对并提交"), reverse("application-check", args=[id]), state)]


def _signatures(draft: Draft) -> list[Stop]:
    """The page on which everybody named is asked to sign; there is nothing to sign before the rest is complete."""
    application = draft.application
    if application.definition.signing is None:
        return []
    state: State = "blocked" if not application.ready else "todo" if application.unsigned_by else "done"
    url = reverse("application-signatures", args=[draft.id])
    return [Stop("signatures", "", _("各方签名"), url, state)]


def _section(id: uuid.UUID, section: Any, state: State) -> Stop:
    url = reverse("application-section", args=[id, section.id])
    return Stop("section", section.id, words.said(section.title), url, state)


def _stops_of_supplement(draft: Draft) -> list[Stop]:
    fields, materials = draft.points("field") or {}, draft.points("material") or {}
    before, after = draft.supplement.before, draft.case.answers
    found = []
    for filled in draft.application.sections:
        asked = {one.field.id for one in filled.fields} & set(fields)
        if asked:
            changed = filled.done and all(before.get(id) != after.get(id) for id in asked)
            found.append(_section(draft.id, filled.section, "done" if changed else "todo"))
    if materials:
        given = {row.material for row in draft.materials if row.file_id and draft.fresh(row)}
        state = "done" if set(materials) <= given else "todo"
        url = reverse("application-materials", args=[draft.id])
        found.append(Stop("materials", "", _("申请材料"), url, state))
    found += _signatures(draft)
    ready = all(stop.state == "done" for stop in found)
    url = reverse("application-check", args=[draft.id])
    return [*found, Stop("check", "", _("核对并提交补正"), url, "todo" if ready else "blocked")]


def around(way: list[Stop], kind: Kind, id: str = "") -> tuple[Stop | None, Stop | None]:
    """The stops before and after this one."""
    at = next((index for index, stop in enumerate(way) if (stop.kind, stop.id) == (kind, id)), None)
    if at is None:
        return None, way[-1]
    return (way[at - 1] if at else None), (way[at + 1] if at + 1 < len(way) else None)


def tasks(way: list[Stop], kind: Kind | None = None, id: str = "") -> list[parts.Task]:
    """The task list; the page one is on says so."""
    return [
        parts.Task(
            stop.label,
            "" if stop.state == "blocked" else stop.url,
            "now" if (stop.kind, stop.id) == (kind, id) else stop.state,
        )
        for stop in way
    ]


def steps(way: list[Stop], kind: Kind | None) -> list[parts.Step]:
    """The kinds of pages as numbered steps, and the receipt at the end."""
    labels = {
        "situation": _("选择情形"),
        "section": _("填写信息"),
        "materials": _("核对材料"),
        "commitments": _("签署承诺"),
        "signatures": _("各方签名"),
        "check": _("确认提交"),
    }
    kinds = list(dict.fromkeys(stop.kind for stop in way))
    drawn = []
    for one in kinds:
        done = all(stop.state == "done" for stop in way if stop.kind == one)
        drawn.append(parts.Step(labels[one], "now" if one == kind else "done" if done else "todo"))
    return [*drawn, parts.Step(_("提交回执"))]


def frame(draft: Draft, kind: Kind | None = None, id: str = "") -> dict[str, Any]:
    """What every page of the way shows around its own content."""
    way = stops(draft)
    previous, following = around(way, kind, id) if kind else (None, None)
    return {
        "draft": draft,
        "case": draft.case,
        "name": words.said(draft.application.definition.name),
        "way": way,
        "steps": steps(way, kind),
        "tasks": tasks(way, kind, id),
        "done": sum(1 for stop in way if stop.state == "done"),
        "previous": previous,
        "following": following,
        "errors": [],
    }
