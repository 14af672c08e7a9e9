"""A firm's appeals (政企直通车): ask, see whose turn it is and by when, add what is missing, agree, rate."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.modules.appeals.states import OUTCOME_NAMES, Channel, Outcome, State, Verb, Who
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import attached, parts, texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
LEVEL = 2


def firm_of(request: HttpRequest) -> uuid.UUID | None:
    """The firm for which the pages speak: the one acted for, else the only one."""
    actor = request.actor
    if actor.organisation_id:
        return actor.organisation_id
    return actor.represents[0] if len(actor.represents) == 1 else None


def _row(one: Any, named: words.Names, today: Any, soon: Any) -> dict[str, Any]:
    state, tone = words.state(one)
    return {
        "url": reverse("appeal", args=[one.pk]),
        "number": one.number,
        "title": one.title,
        "category": named.category(one.category),
        "office": named.office(one.agency) if one.agency else "",
        "state": state,
        "tone": tone,
        "light": words.light(one, today, soon),
        "filed_at": one.filed_at,
        "mine": one.owner == "firm" or one.extension is not None,
    }


def _days() -> tuple[Any, Any]:
    today = time.today()
    return today, deadlines.calendar().add_workdays(today, 1).date


@require_GET
@signed_in(level=LEVEL)
def mine(request: HttpRequest) -> HttpResponse:
    """The appeals of the firm, newest first; what waits for the firm is marked."""
    actor, firm = request.actor, firm_of(request)
    rows = queries.of_firm(actor, firm) if firm else []
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today, soon = _days()
    named = words.Names()
    context = {
        "page": page,
        "rows": [_row(one, named, today, soon) for one in page],
        "waiting": queries.waiting_for_firm(actor, firm) if firm else 0,
        "questions": queries.questions_of_firm(actor, firm).count() if firm else 0,
        "asked": queries.questions_for_firm(actor, firm) if firm else 0,
        "name": parties.organisation(firm).name if firm else "",
        "organisations": parties.organisations_of(actor) if len(actor.represents) > 1 else [],
    }
    return render(request, "enterprise/appeals.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(level=LEVEL)
def new(request: HttpRequest) -> HttpResponse:
    """First the category, then its questions; answers from the library show up while one types."""
    firm = firm_of(request)
    if firm is None:
        return redirect("appeals")
    form = request.POST
    problem: Problem | None = None
    if request.method == "POST" and "look" not in form:
        try:
            row = actions.file_appeal(
                organisation_id=firm,
                category=form.get("category", ""),
                title=form.get("title", ""),
                words=form.get("words", ""),
                wanted=form.get("wanted", ""),
                contact=form.get("contact", ""),
                answers=words.given(form),
                subcategory=form.get("sub", "")[:60],
                urgent=bool(form.get("urgent")),
                confidential=bool(form.get("confidential")),
                reference=form.get("token", "")[:60],
                files=attached.taken(request),
                channel=Channel.PORTAL,
                by=request.actor,
            )
        except Problem as failed:
            problem = failed
        else:
            return redirect(f"{reverse('appeal', args=[row.pk])}?done=file")
    return _form(request, firm, problem)


def _form(request: HttpRequest, firm: uuid.UUID, problem: Problem | None) -> HttpResponse:
    named, form = words.Names(), request.POST
    book = named.book
    code = form.get("category") or request.GET.get("category", "")
    chosen = book.categories.get(code)
    town = queries.town_of_firm(firm) if chosen else ""
    own = queries.own_rules(town)
    typed = {
        name: form.get(name, "") for name in ("title", "words", "wanted", "contact", "urgent", "confidential")
    }
    context = {
        "name": parties.organisation(firm).name,
        "groups": named.groups(),
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": [*words.subform(own, chosen, form), *words.form(chosen, form)],
        "clocks": book.clocks(code, town) if chosen else None,
        "typed": typed,
        "token": form.get("token") or str(uuid7()),
        "problem": said(problem),
        "found": _found(form) if request.method == "POST" else [],
        "looked": "look" in form,
    }
    return render(request, "enterprise/appeal_new.html", context, status=problem.status if problem else 200)


def _found(form: Any) -> list[dict[str, str]]:
    typed = f"{form.get('title', '')} {form.get('words', '')}"[:3000]
    return [
        {"title": words.said(one.title), "text": words.said(one.text), "source": one.source}
        for one in queries.rulebook().found(typed, form.get("category", ""))
    ]


@require_POST
@signed_in(level=LEVEL)
def answers(request: HttpRequest) -> HttpResponse:
    """What the library says to the words typed so far; posted, so that they stand in no address."""
    return render(request, "enterprise/appeal_answers.html", {"found": _found(request.POST), "looked": True})


@require_GET
@signed_in(level=LEVEL)
def appeal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One appeal with its course and what the firm can do now; staff are led to their own page."""
    if request.actor.is_staff:
        return redirect("desk-appeal", id)
    return _show(request, id)


def _pairs(row: Any, named: words.Names, assists: list[str]) -> list[parts.Pair]:
    rows = [
        parts.Pair(_("类别"), named.within(row)),
        parts.Pair(_("主办单位"), named.office(row.agency) if row.agency else _("正在分派")),
    ]
    if assists:
        rows.append(parts.Pair(_("协办单位"), texts.listed(assists)))
    if row.close_on and not row.ended_at:
        rows.append(parts.Pair(_("办结答复"), _("{day}前", day=cndate(row.close_on))))
    if row.planned_on:
        rows.append(parts.Pair(_("计划解决"), cndate(row.planned_on)))
    if row.main:  # another firm's: how far it is, and nothing of what it says
        rows.append(parts.Pair(_("并入的诉求"), f"{row.main.number} · {words.state(row.main)[0]}"))
    return rows


def _show(
    request: HttpRequest, id: uuid.UUID, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    row = queries.own(request.actor, id)
    today, soon = _days()
    tasks, named = queries.tasks_of(row), words.Names()
    can = queries.verbs_of(row, {Who.FIRM}, tasks, today)
    done = request.GET.get("done", "")
    context = {
        "row": row,
        "head": _row(row, named, today, soon),
        "outcome": words.pick(OUTCOME_NAMES[Outcome(row.outcome)])
        if row.outcome and row.state in (State.RATING, State.PLANNED, State.CLOSED)
        else "",
        "pairs": _pairs(row, named, [named.office(one.agency) for one in tasks]),
        "answers": words.answers(row, named.book.categories.get(row.category)),
        "course": words.course(queries.entries(row), row, named, all_of_it=False),
        "can": {verb.value: True for verb in can},
        "done": done if done in set(Verb) else "",
        "failed": failed,
        "typed": request.POST.get("words", "") if problem else "",
        "stars": range(5, 0, -1),
        "problem": said(problem),
    }
    return render(request, "enterprise/appeal.html", context, status=problem.status if problem else 200)


def _perform(request: HttpRequest, id: uuid.UUID, verb: str) -> Callable[[], Any]:
    form = request.POST
    common: dict[str, Any] = {"appeal_id": id, "by": request.actor, "words": form.get("words", "")}
    stars = form.get("stars", "")
    forms: dict[str, Callable[[], Any]] = {
        Verb.SUPPLY: lambda: actions.supply(files=attached.taken(request), **common),
        Verb.CONSENT: lambda: actions.consent(agreed=True, **common),
        Verb.DECLINE: lambda: actions.consent(agreed=False, **common),
        Verb.RATE: lambda: actions.rate(stars=int(stars) if stars in "12345" and stars else 0, **common),
        Verb.WITHDRAW: lambda: actions.withdraw(**common),
    }
    if verb not in forms:
        raise Http404
    return forms[verb]


@signed_in(level=LEVEL)
def act(request: HttpRequest, id: uuid.UUID, verb: str) -> HttpResponse:
    """Run one of the firm's moves; a foreseen failure shows the page with the sentence and what was typed."""
    perform, back = _perform(request, id, verb), reverse("appeal", args=[id])
    if request.method != "POST":
        return redirect(back)
    try:
        perform()
    except NoSuchAppeal:
        raise
    except Problem as problem:
        return _show(request, id, problem, verb)
    return redirect(f"{back}?done={verb}")


@require_GET
@signed_in(level=LEVEL)
def file(request: HttpRequest, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a step that is said to the firm."""
    row = queries.own(request.actor, id)
    return attached.sent(request, queries.file_of(row, queries.entries(row), file, firm=True))
