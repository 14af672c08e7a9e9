"""A copy of all one's data: asked for, prepared in the background, fetched for some days by who asked, after a fresh check."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.modules.dossiers import actions, queries
from tongban.modules.dossiers.states import SECTIONS, STATE_NAMES, STEPS, DossierState
from tongban.terminals.portal import words
from tongban.terminals.portal.views.known import subject_of
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language

PAGE = 20
_TONES = {DossierState.READY: "green", DossierState.RUNNING: "blue"}


@signed_in()
@require_GET
def copies(request: HttpRequest) -> HttpResponse:
    """The visitor's copies, and the button that asks for one."""
    page = Paginator(queries.mine(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "name": subject_of(request.actor)[1],
        "parts": [words.either(*names) for names in SECTIONS.values()],
    }
    return render(request, "portal/copies.html", context)


def _row(row: Any) -> dict[str, Any]:
    state = DossierState(row.state)
    return {
        "row": row,
        "state": words.either(*STATE_NAMES[state]),
        "tone": _TONES.get(state, ""),
        "running": state is DossierState.RUNNING,
        "ready": state is DossierState.READY,
        "steps": STEPS,
        "progress": _("已完成 {done}，共 {total} 部分", done=row.done, total=STEPS),
        "megabytes": f"{row.size / 1024 / 1024:.1f} MB",
    }


@signed_in()
@require_POST
@fresh
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy; one that is being prepared is shown instead of a second."""
    row = actions.request(by=request.actor, language=language())
    return redirect("data-copy", row.pk)


@signed_in()
@require_GET
def copy(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """How far a copy is; asks again by itself until it is ready, and by reloading without script."""
    return render(request, "portal/copy.html", _row(queries.own(request.actor, id)))


@signed_in()
@require_POST
@fresh
def file(request: HttpRequest, id: uuid.UUID) -> HttpResponseBase:
    """The file, for who asked for it."""
    row = actions.fetch(dossier_id=id, by=request.actor)
    answer = HttpResponse(queries.content(row), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="my-data-{row.asked_at:%Y%m%d}.zip"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
