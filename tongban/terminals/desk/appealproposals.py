"""Proposals to change a policy: opened from a common cause, answered by the office that can change it, listed with what became of them."""

import datetime as dt
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.states import PROPOSAL_NAMES, ProposalState
from tongban.terminals.desk.appeals import PAGE, RIGHTS
from tongban.terminals.desk.appealscore import MONTHS, first_month
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

_TONES: dict[str, parts.Tone] = {ProposalState.OPEN: "amber", ProposalState.ACCEPTED: "green"}


@staff(*RIGHTS)
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What the actor's coordinators proposed, or what was proposed to the actor's office; newest first."""
    chosen = request.GET.get("state", "")
    state = chosen if chosen in set(ProposalState) else ""
    page = Paginator(queries.proposals(request.actor, state), PAGE).get_page(request.GET.get("page"))
    named, today = words.Names(), time.today()
    options = [parts.FilterOption("", _("全部状态"))]
    options += [
        parts.FilterOption(one.value, words.pick(names), selected=one == state)
        for one, names in PROPOSAL_NAMES.items()
    ]
    context = {
        "page": page,
        "rows": [_row(one, named, today) for one in page],
        "filters": [parts.Filter("state", _("状态"), options)],
        "query": f"state={state}&" if state else "",
        "narrowed": bool(state),
    }
    return render(request, "desk/appeal_proposals.html", context)


def _row(one: Any, named: words.Names, today: dt.date) -> dict[str, Any]:
    late = one.state == ProposalState.OPEN and one.due_on < today
    return {
        "url": reverse("desk-appeal-proposal", args=[one.pk]),
        "cause": named.cause(one.cause),
        "category": named.category(one.category),
        "office": named.office(one.agency),
        "counts": _("{appeals} 件诉求，{firms} 家企业", appeals=one.appeals, firms=one.firms),
        "state": words.pick(PROPOSAL_NAMES[ProposalState(one.state)]),
        "tone": _TONES.get(one.state, ""),
        "late": _("超期 {days} 天", days=(today - one.due_on).days) if late else "",
        "due_on": one.due_on,
        "changes_on": one.changes_on,
        "opened_at": one.opened_at,
    }


@staff(Permission.APPEAL_ROUTE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a proposal from a cause of the scorecard; what speaks for it is counted on the server."""
    form = request.POST if request.method == "POST" else request.GET
    named, problem = words.Names(), None
    cause, category = form.get("cause", ""), form.get("category", "")
    if cause not in named.book.causes or category not in named.book.categories:
        raise Http404
    months = int(form.get("months", "")) if form.get("months", "") in map(str, MONTHS) else 3
    since = first_month(time.today(), months)
    if request.method == "POST":
        try:
            row = actions.propose_change(
                cause=cause,
                category=category,
                since=since,
                agency=form.get("agency", ""),
                words=form.get("words", ""),
                by=request.actor,
            )
        except Problem as failed:
            problem = failed
        else:
            return redirect(f"{reverse('desk-appeal-proposal', args=[row.pk])}?done=proposed")
    appeals, firms = queries.behind(request.actor, cause, category, since)
    context = {
        "cause": cause,
        "category": category,
        "months": months,
        "pairs": [
            parts.Pair(_("问题成因"), named.cause(cause)),
            parts.Pair(_("类别"), named.category(category)),
            parts.Pair(_("时间"), _("{day}以来", day=cndate(since))),
            parts.Pair(_("依据"), _("{appeals} 件诉求，{firms} 家企业", appeals=appeals, firms=firms)),
        ],
        "offices": [(code, name, code == form.get("agency")) for code, name in named.offices()],
        "typed": form.get("words", ""),
        "problem": said(problem),
    }
    return render(
        request, "desk/appeal_proposal_new.html", context, status=problem.status if problem else 200
    )


@staff(*RIGHTS)
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One proposal with what speaks for it; the office answers here, once."""
    problem, form = None, request.POST
    if request.method == "POST":
        try:
            actions.answer_proposal(
                proposal_id=id,
                accepted=form.get("verdict") == "accepted",
                words=form.get("words", "") if form.get("verdict") in ("accepted", "declined") else "",
                changes_on=form.get("changes_on", ""),
                by=request.actor,
            )
        except Problem as failed:
            if failed.status == 404:
                raise
            problem = failed
        else:
            return redirect(f"{reverse('desk-appeal-proposal', args=[id])}?done=answered")
    row = queries.proposal_for(request.actor, id)
    named = words.Names()
    names = parties.account_names([one for one in (row.opened_by, row.answered_by) if one])
    done = {"proposed": _("建议已提出"), "answered": _("已答复")}.get(request.GET.get("done", ""), "")
    context = {
        "row": row,
        "head": _row(row, named, time.today()),
        "pairs": _pairs(row, named, names),
        "can_answer": row.state == ProposalState.OPEN and queries.may_answer(request.actor, row),
        "typed": {name: form.get(name, "") for name in ("verdict", "words", "changes_on")},
        "done": done,
        "problem": said(problem),
    }
    return render(request, "desk/appeal_proposal.html", context, status=problem.status if problem else 200)


def _pairs(row: Any, named: words.Names, names: dict[uuid.UUID, str]) -> list[parts.Pair]:
    counts = _("{appeals} 件诉求，{firms} 家企业", appeals=row.appeals, firms=row.firms)
    rows = [
        parts.Pair(_("问题成因"), named.cause(row.cause)),
        parts.Pair(_("类别"), named.category(row.category)),
        parts.Pair(_("依据"), _("{day}以来 {counts}", day=cndate(row.since), counts=counts)),
        parts.Pair(
            _("提出"), f"{named.office(row.desk)} {names.get(row.opened_by, '')} {words.when(row.opened_at)}"
        ),
        parts.Pair(_("答复单位"), named.office(row.agency)),
    ]
    if row.answered_at is None:
        rows.append(parts.Pair(_("答复期限"), cndate(row.due_on)))
    else:
        rows.append(parts.Pair(_("答复"), f"{names.get(row.answered_by, '')} {words.when(row.answered_at)}"))
    if row.changes_on:
        rows.append(parts.Pair(_("从哪天起改"), cndate(row.changes_on)))
    return rows
