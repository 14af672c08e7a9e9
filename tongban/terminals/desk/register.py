"""The register of village proofs: what this officer's villages issued; searched, and taken away with a purpose."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.outcomes import actions, queries
from tongban.kernel.outcomes.states import REGISTER_PURPOSES, RegisterPurpose
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import words
from tongban.terminals.ui import looking, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import later

PAGE = 20
_STATES = {
    "valid": later("有效"),
    "suspended": later("暂扣"),
    "revoked": later("已作废"),
    "cancelled": later("已注销"),
    "expired": later("已过期"),
}


@staff(Permission.CASE_REVIEW, Permission.CASE_DECIDE)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The register by page; names masked."""
    return _page(request, request.GET.get("q", ""), request.GET.get("village", ""))


def _page(request: HttpRequest, text: str, agency: str, problem: Problem | None = None) -> HttpResponse:
    rows = queries.registered(request.actor, text, agency)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    language = texts.language()
    context: dict[str, Any] = {
        "q": text,
        "village": agency,
        "villages": queries.issuers(request.actor),
        "page": page,
        "query": urlencode({"q": text, "village": agency}),
        "count": page.paginator.count,
        "rows": [
            (one, str(_STATES.get(one.state, one.state))) for one in queries.entries(list(page), masked=True)
        ],
        "purposes": [(one.value, words.pick(REGISTER_PURPOSES[one])) for one in RegisterPurpose],
        "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)}
        if problem
        else None,
    }
    return render(request, "desk/register.html", context, status=problem.status if problem else 200)


@staff(Permission.CASE_REVIEW, Permission.CASE_DECIDE)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The register as a file with names in full; the purpose and the number of lines are logged."""
    text, agency = request.POST.get("q", ""), request.POST.get("village", "")
    try:
        content = actions.export_register(
            purpose=request.POST.get("purpose", ""), text=text, agency=agency, by=request.actor
        )
    except Problem as problem:
        return _page(request, text, agency, problem)
    looking.at(request, None, Look.EXPORT, about=None)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="village-proofs.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
