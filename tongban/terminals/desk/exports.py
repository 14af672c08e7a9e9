"""Exports on the desk: what is to be exported and why, how far it is, the file."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases.states import STATE_NAMES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.places import queries as places
from tongban.modules.exports import actions, queries
from tongban.modules.exports.calc import Source
from tongban.modules.exports.states import CASES, PURPOSE_NAMES, ExportState, Purpose, Scope
from tongban.modules.exports.states import STATE_NAMES as EXPORT_STATE_NAMES
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import words
from tongban.terminals.ui import looking, parts, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20


# Whoever may export something; what exactly, each source says itself.
EXPORTS = (
    Permission.CASE_VIEW,
    Permission.TOWN_MANAGE,
    Permission.PROJECT_VIEW,
    Permission.ENTERPRISE_SERVE,
    Permission.APPEAL_HANDLE,
    Permission.APPEAL_ROUTE,
    Permission.APPEAL_TOWN,
)


def _chosen(values: Mapping[str, str], source: Source) -> dict[str, str]:
    return {name: values.get(name, "")[:100] for name in source.filters if values.get(name)}


def _said(chosen: Mapping[str, str], source: Source) -> list[parts.Pair]:
    """What was chosen, in words."""
    items = {item.code: words.of(item.definition.name) for item in catalogue.items()}
    agencies = catalogue.snapshot().documents.get(DocumentKind.AGENCY, {})
    named = places.names()
    said = {
        "scope": (_("范围"), _scope(chosen, source)),
        "q": (_("搜索"), chosen.get("q", "")),
        "state": (_("状态"), _state(chosen.get("state", ""))),
        "lamp": (
            _("时限"),
            words.pick(queries.LIGHTS[chosen["lamp"]]) if chosen.get("lamp") in queries.LIGHTS else "",
        ),
        "item": (_("事项"), items.get(chosen.get("item", ""), "")),
        "agency": (_("机关"), texts.local(agencies.get(chosen.get("agency", ""), {}).get("name"))),
        "town": (_("镇街"), words.pick(named[chosen["town"]]) if chosen.get("town") in named else ""),
        "from": (_("提交自"), chosen.get("from", "")),
        "to": (_("提交至"), chosen.get("to", "")),
    }
    return [parts.Pair(label, value) for label, value in said.values() if value]


def _scope(chosen: Mapping[str, str], source: Source) -> str:
    if source.code != CASES:
        return words.pick(source.name)
    return _("我的待办") if chosen.get("scope") == Scope.QUEUE else _("权限内的全部办件")


def _state(state: str) -> str:
    return words.state_name(CaseState(state)) if state in STATE_NAMES else ""


@staff(*EXPORTS)
def new(request: HttpRequest) -> HttpResponse:
    """Say what will be exported and ask whether names are needed in full; the address carries the filters of the list."""
    given = request.POST if request.method == "POST" else request.GET
    source = queries.source_for(request.actor, given.get("source") or CASES)
    chosen = _chosen(given.dict(), source)
    if request.method != "POST":
        return _form(request, source, chosen)
    purpose = request.POST.get("purpose", "")
    try:
        row = actions.request(
            chosen=chosen,
            by=request.actor,
            language=texts.language(),
            purpose=purpose,
            words=request.POST.get("words", "")[:500],
            source=source.code,
        )
    except Problem as problem:
        return _form(request, source, chosen, problem)
    return HttpResponseRedirect(reverse("desk-export", args=[row.pk]))


def _form(
    request: HttpRequest, source: Source, chosen: dict[str, str], problem: Problem | None = None
) -> HttpResponse:
    language = texts.language()
    context = {
        "source": source.code,
        "name": words.pick(source.name),
        "of_cases": source.code == CASES,
        "dated": "from" in source.filters,
        "hidden": [(name, value) for name, value in chosen.items() if name not in {"from", "to"}],
        "chosen": {"first": chosen.get("from", ""), "last": chosen.get("to", "")},
        "pairs": _said({name: value for name, value in chosen.items() if name not in {"from", "to"}}, source),
        "count": queries.selection(request.actor, chosen, time.today(), source.code).count(),
        "purposes": [(str(one), words.pick(PURPOSE_NAMES[one])) for one in Purpose],
        "purpose": request.POST.get("purpose", ""),
        "words": request.POST.get("words", ""),
        "problem": problem and {"sentence": problem.sentence(language), "todo": problem.todo(language)},
    }
    return render(request, "desk/export_new.html", context, status=problem.status if problem else 200)


@staff(*EXPORTS)
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """The visitor's own exports."""
    page = Paginator(queries.mine(request.actor), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/exports.html",
        {
            "page": page,
            "rows": [_row(one) for one in page.object_list],
            "cases": request.actor.can(Permission.CASE_VIEW),
            "towns": request.actor.can(Permission.TOWN_MANAGE),
        },
    )


def _row(row: Any) -> dict[str, Any]:
    tones = {ExportState.READY: "green", ExportState.STOPPED: "red", ExportState.RUNNING: "blue"}
    return {
        "row": row,
        "name": words.pick(queries.source_of(row).name),
        "state": words.pick(EXPORT_STATE_NAMES[ExportState(row.state)]),
        "tone": tones.get(ExportState(row.state), ""),
        "purpose": words.pick(PURPOSE_NAMES[Purpose(row.purpose)]) if row.purpose else _("姓名脱敏"),
        "progress": _("已写入 {done}，共 {total} 件", done=row.done, total=row.total),
        "running": row.state == ExportState.RUNNING,
        "ready": row.state == ExportState.READY,
    }


@staff(*EXPORTS)
@require_GET
def export(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """How far an export is; asks again by itself until it is ready, and by reloading without script."""
    row = queries.own(request.actor, export_id)
    source = queries.source_of(row)
    again = urlencode({"source": source.code, **row.chosen})
    context = {**_row(row), "pairs": _said(row.chosen, source), "again": again}
    return render(request, "desk/export.html", context)


@staff(*EXPORTS)
def file(request: HttpRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """The finished file, for who asked for it."""
    if request.method != "POST":  # fetching it is logged, so that it takes a button and no link
        return HttpResponseRedirect(reverse("desk-export", args=[export_id]))
    row = actions.fetch(export_id=export_id, by=request.actor)
    looking.at(request, row, Look.EXPORT, purpose=row.purpose)
    answer = StreamingHttpResponse(queries.content(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = (
        f'attachment; filename="{queries.source_of(row).file}-{row.as_of:%Y%m%d}.csv"'
    )
    answer["Cache-Control"] = "no-store"
    return answer
