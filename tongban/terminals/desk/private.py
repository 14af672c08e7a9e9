"""Keeping away from a case, looking into one in an emergency, and what a second person says of that."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import actions as access_actions
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, rules
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk.measured import account
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.seeing import of_case

SCOPES = ("case", "applicant")


def _recusal(request: HttpRequest, case_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    by = request.actor
    row = cases.case_for(by, case_id)
    heads = rules.visible(by, "head").filter(pk=row.pk).exists()
    held = access.recusals([one for one in (row.pk, row.person_id, row.organisation_id) if one])
    names = parties.account_names([one.account_id for one in held])
    colleagues = [
        (str(one.actor.account_id), one.actor.name)
        for one in (of_case(row) if heads else [])
        if one.open and one.actor.kind == ActorKind.STAFF and one.actor.account_id != by.account_id
    ]
    context = {
        "case": row,
        "heads": heads,
        "held": [
            (one, names.get(one.account_id, ""), heads and one.account_id != by.account_id) for one in held
        ],
        "colleagues": colleagues,
        "typed": {name: request.POST.get(name, "") for name in ("scope", "reason", "whom")},
        "problem": said(problem),
    }
    return render(request, "desk/recusal.html", context, status=problem.status if problem else 200)


@staff(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def recusal(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Declare an interest in a case or its applicant; a head orders it for somebody else, or ends it."""
    if request.method != "POST":
        return _recusal(request, case_id)
    by, ending = request.actor, account(request.POST.get("end", ""))
    try:
        if ending:
            actions.end_recusal(case_id=case_id, grant_id=ending, by=by)
            return redirect("desk-recusal", case_id=case_id)
        scope = request.POST.get("scope", "")
        whom = account(request.POST.get("whom", ""))
        actions.recuse(
            case_id=case_id,
            scope=scope if scope in SCOPES else SCOPES[0],
            reason=request.POST.get("reason", ""),
            whom=whom,
            by=by,
        )
    except access_actions.GrantNotPossible as problem:
        return _recusal(request, case_id, problem)
    if whom and whom != by.account_id:
        return redirect("desk-recusal", case_id=case_id)
    return redirect(f"{reverse('desk-queue')}")


@staff(Permission.CASE_VIEW, Permission.CASE_RECEIVE, Permission.SUPERVISE)
@require_http_methods(["GET", "POST"])
@fresh
def emergency(request: HttpRequest) -> HttpResponse:
    """Open one case by its number without a right to it, for a written reason; what one has opened and how it was judged."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            row = actions.open_glass(
                number=request.POST.get("number", ""), reason=request.POST.get("reason", ""), by=request.actor
            )
            return redirect("desk-case", case_id=row.pk)
        except (NoSuchCase, access_actions.GrantNotPossible, access_actions.SidesMixed) as refused:
            problem = refused
    own = list(access.glasses().filter(account_id=request.actor.account_id)[:20])
    context = {
        "typed": {name: request.POST.get(name, "") for name in ("number", "reason")},
        "problem": said(problem),
        "own": _shown(own),
    }
    return render(request, "desk/emergency.html", context, status=problem.status if problem else 200)


def _shown(rows: list) -> list[dict]:
    numbers = cases.numbers_of([row.grant.subject_id for row in rows])
    names = parties.account_names([row.account_id for row in rows])
    today, now = time.today(), time.now()
    return [
        {
            "row": row,
            "who": names.get(row.account_id, ""),
            "number": numbers.get(row.grant.subject_id, ""),
            "open": access.holds_now(row.grant, today, now),
            "late": row.reviewed_at is None and row.due_at < now,
        }
        for row in rows
    ]


def _reviews(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    rows = [row for row in access.unreviewed()[:50] if row.account_id != request.actor.account_id]
    context = {"rows": _shown(rows), "problem": said(problem), "words": request.POST.get("words", "")}
    return render(request, "desk/emergency_reviews.html", context, status=problem.status if problem else 200)


@staff(Permission.SUPERVISE)
@require_http_methods(["GET"])
def reviews(request: HttpRequest) -> HttpResponse:
    """The emergency accesses that wait for a review, the soonest due first."""
    return _reviews(request)


@staff(Permission.SUPERVISE)
@require_POST
def review(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Say whether the reason held; where it did not, the access ends at once."""
    try:
        access_actions.review_glass(
            review_id=id,
            justified=request.POST.get("verdict") == "justified",
            words=request.POST.get("words", ""),
            by=request.actor,
        )
    except access_actions.GrantNotPossible as problem:
        return _reviews(request, problem)
    return redirect("desk-emergency-reviews")
