"""Officers' accounts, for the system administrator: opened, closed, reset by two people. No rights, no cases, no record."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.parties import queries as parties
from tongban.terminals.ui import texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import later

PAGE = 50
DONE = {
    "opened": later("账号已开通。本人第一次登录时登记验证器；岗位由安全管理员授予。"),
    "closed": later("账号已停用，所有登录已经结束。"),
    "again": later("账号已恢复。"),
    "asked": later("重置申请已提出，等另一位系统管理员确认。"),
    "reset": later("验证器已清除，所有登录已经结束。本人下次登录时重新登记。"),
    "kept": later("没有同意重置，验证器不变。"),
}


def agencies() -> list[tuple[str, str]]:
    """Code and name of every agency."""
    found = catalogue.snapshot().documents.get("agency", {})
    return [(code, texts.local(data["name"])) for code, data in found.items()]


def done(request: HttpRequest) -> str:
    """What has just been done, in words."""
    return str(DONE.get(request.GET.get("done", ""), ""))


@staff(Permission.ACCOUNT_MANAGE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """All officers' accounts, and the resets that wait."""
    text = request.GET.get("q", "").strip()
    names = dict(agencies())
    page = Paginator(parties.officers(text), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(row, names.get(row.agency, row.agency)) for row in page.object_list],
        "page": page,
        "q": text,
        "resets": identities.resets(),
        "done": done(request),
    }
    return render(request, "console/officers.html", context)


@staff(Permission.ACCOUNT_MANAGE)
@require_http_methods(["GET", "POST"])
@fresh
def new(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    typed = {name: request.POST.get(name, "").strip() for name in ("username", "name", "agency")}
    problem: Problem | None = None
    known = agencies()
    if request.method == "POST":
        chosen = typed["agency"] if typed["agency"] in dict(known) else ""
        try:
            row = actions.open_officer(
                username=typed["username"], name=typed["name"], agency=chosen, by=request.actor
            )
            return _to(row.pk, "opened")
        except actions.NotPossible as refused:
            problem = refused
    context = {"typed": typed, "agencies": known, "problem": said(problem)}
    return render(request, "console/officer_new.html", context, status=problem.status if problem else 200)


def _to(account_id: uuid.UUID, what: str) -> HttpResponse:
    response = redirect("console-officer", id=account_id)
    response["Location"] += f"?done={what}"
    return response


def _page(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = parties.officer(id)
    if row is None:
        raise Http404
    reset = identities.reset_of(row.pk)
    names = parties.account_names([reset.asked_by]) if reset else {}
    context: dict[str, Any] = {
        "row": row,
        "agency": dict(agencies()).get(row.agency, row.agency),
        "factors": len(identities.kinds(row.pk)),
        "sessions": identities.open_sessions(row.pk),
        "reset": reset,
        "asked_by": names.get(reset.asked_by, "") if reset else "",
        "own": row.pk == request.actor.account_id,
        "mine": reset is not None and reset.asked_by == request.actor.account_id,
        "problem": said(problem),
        "reason": request.POST.get("reason", ""),
        "done": done(request),
    }
    return render(request, "console/officer.html", context, status=problem.status if problem else 200)


@staff(Permission.ACCOUNT_MANAGE)
@require_GET
def one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One account: whether it is open, whether it has a second factor, how many sessions run."""
    return _page(request, id)


@staff(Permission.ACCOUNT_MANAGE)
@require_POST
@fresh
def act(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Close, open again, ask for a reset, answer one."""
    by, what = request.actor, request.POST.get("what", "")
    try:
        if what == "close":
            actions.disable(account_id=id, by=by)
            return _to(id, "closed")
        if what == "open":
            actions.enable(account_id=id, by=by)
            return _to(id, "again")
        if what == "ask":
            actions.ask_reset(account_id=id, reason=request.POST.get("reason", ""), by=by)
            return _to(id, "asked")
        reset = identities.reset_of(id)
        if reset is None or what not in ("agree", "refuse"):
            raise Http404
        actions.answer_reset(reset_id=reset.pk, agreed=what == "agree", by=by)
    except actions.NotPossible as problem:
        return _page(request, id, problem)
    return _to(id, "reset" if what == "agree" else "kept")
