"""Disputes about the facts of the own agency: who says what is wrong, and the answer that corrects or keeps it."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.documents import queries as documents
from tongban.kernel.parties import actions
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.rules import DISPUTES
from tongban.kernel.parties.states import DisputeState
from tongban.modules.looks.states import Kind as Look
from tongban.modules.policies.queries import published
from tongban.terminals.desk import drawn, originals
from tongban.terminals.desk.supervision import Names
from tongban.terminals.ui import factforms, factwords, looking, parts, texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import later

PAGE = 30
_STATES: dict[str, tuple[Any, parts.Tone]] = {
    DisputeState.OPEN: (later("待核实"), "amber"),
    DisputeState.CORRECTED: (later("已更正"), "green"),
    DisputeState.KEPT: (later("维持不变"), "blue"),
}


def _row(row: Any, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    fact = published.in_force().policies.facts.get(row.name)
    kind = fact.type if fact else FactType.TEXT
    word, tone = _STATES[row.state]
    return {
        "url": reverse("desk-fact", args=[row.pk]),
        "fact": fact.label.of(texts.language()) if fact else row.name,
        "who": names.get(row.subject_id, ""),
        "was": factwords.value(row.was, kind, fact),
        "claimed": factwords.value(row.claimed, kind, fact) if row.claimed is not None else "",
        "reason": row.reason,
        "file": reverse("desk-fact-file", args=[row.pk]) if row.file_id else "",
        "made": row.made_at,
        "state": str(word),
        "tone": tone,
        "open": row.state == DisputeState.OPEN,
        "answer": row.answer or "",
        "answered": row.answered_at,
    }


@staff(Permission.FACT_ANSWER)
@require_GET
def disputes(request: HttpRequest) -> HttpResponse:
    """The disputes about the own agency's facts, open ones first."""
    page = Paginator(parties.disputes(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = parties.subject_names(rows)
    context = {"page": page, "rows": [_row(row, names) for row in rows]}
    return render(request, "desk/facts.html", context)


@staff(Permission.FACT_ANSWER)
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One dispute, and the form that corrects the fact or keeps it with reasons."""
    row = parties.dispute(request.actor, id)
    looking.at(request, row)
    fact = published.in_force().policies.facts.get(row.name)
    problem: Problem | None = None
    correct = request.POST.get("do", "correct" if row.claimed is not None else "keep") == "correct"
    if request.method == "POST":
        try:
            value = factforms.typed(fact, request.POST.get("claimed", "")) if correct and fact else None
            actions.answer_dispute(
                dispute_id=id,
                correct=correct and fact is not None,
                value=value,
                words=request.POST.get("words", ""),
                by=request.actor,
            )
        except (factforms.BadValue, actions.WordsMissing, actions.AlreadyAnswered) as failed:
            problem = failed
        else:
            return redirect("desk-fact", id=id)
    context = {
        "row": _row(row, parties.subject_names([row])),
        "agency": Names().agency(row.agency),
        "control": factforms.control(fact) if fact else None,
        "claimed": request.POST.get("claimed", factforms.written(fact, row.claimed) if fact else ""),
        "words": request.POST.get("words", ""),
        "correct": correct,
        "problem": said(problem),
        "field_bad": isinstance(problem, factforms.BadValue),
    }
    return render(request, "desk/fact.html", context, status=problem.status if problem else 200)


def _shown(request: HttpRequest, id: uuid.UUID, verb: str = "answer") -> tuple[Any, Any, parts.Link]:
    """The dispute, the file that goes with it, and the way back."""
    row = parties.dispute(request.actor, id, verb)
    if row.file_id is None:
        raise Http404
    fact = published.in_force().policies.facts.get(row.name)
    label = fact.label.of(texts.language()) if fact else row.name
    return row, documents.file(row.file_id), parts.Link(label, reverse("desk-fact", args=[id]))


@staff(Permission.FACT_ANSWER)
@require_GET
def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The file that goes with a dispute, for the department that answers it: its pages."""
    row, file, back = _shown(request, id)
    looking.at(request, row, Look.FILE)
    original = originals.offered() and DISPUTES.offers(request.actor, "original", row)
    return drawn.sheet(
        request,
        file,
        name=file.name,
        back=back,
        page=lambda number: reverse("desk-fact-page", args=[id, number]),
        original=reverse("desk-fact-original", args=[id]) if original else "",
    )


@staff(Permission.FACT_ANSWER)
@require_GET
def page(request: HttpRequest, id: uuid.UUID, page: int) -> HttpResponse:
    """One page of it as a picture."""
    row, file, _back = _shown(request, id)
    looking.at(request, row, Look.FILE)
    return drawn.picture(request, file, page, drawn.mark(request, "核实数据异议"))


@staff(Permission.MATERIAL_ORIGINAL)
@require_http_methods(["GET", "POST"])
def original(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The file as it came, to whoever may examine originals and says what for."""
    row, file, back = _shown(request, id, "original")
    return originals.fetched(request, file, about=row, name=file.name, back=back)
