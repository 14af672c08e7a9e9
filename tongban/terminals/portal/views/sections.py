"""Filling in: task list, situation, sections, commitments, check, handing in."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_as
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import reader_for
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition
from tongban.terminals.portal import answers, groups, handing, kept, words
from tongban.terminals.portal.course import Draft, frame, on_draft, open_draft
from tongban.terminals.ui import parts, preferences
from tongban.terminals.ui.fresh import demand
from tongban.terminals.ui.rights import signed_in, step_up
from tongban.terminals.ui.texts import _, language
from tongban.terminals.ui.views import not_found

_NOTE = "kept_for"


def situation_of(definition: Definition, posted: QueryDict) -> dict[str, str]:
    """The answers to the situation questions among the parameters `s-…`; unknown options count as none."""
    chosen = {}
    for question in definition.questions:
        value = posted.get(f"s-{question.id}", "")
        if value in {option.id for option in question.options}:
            chosen[question.id] = value
    return chosen


@signed_in()
@on_draft
def task_list(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What there is to do, how far it is, and the way on."""
    context = frame(draft)
    context["following"] = next((one for one in context["way"] if one.state != "done"), None)
    return render(request, "portal/application.html", context)


@signed_in()
@on_draft
def situation(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The situation questions of a draft."""
    context = frame(draft, "situation") | {"situation": draft.case.situation}
    if request.method == "POST":
        chosen = situation_of(draft.application.definition, request.POST)
        actions.save(case_id=draft.id, by=request.actor, situation=chosen)
        draft = open_draft(cases.case_for(request.actor, draft.id, "edit"))
        context = frame(draft, "situation") | {"situation": draft.case.situation}
        if not draft.application.unanswered:
            return _onward(request, context)
        context["errors"] = [
            parts.ErrorLink(f"s-{id}", _("请选择其中一项")) for id in draft.application.unanswered
        ]
    context["questions"] = draft.application.definition.questions
    return render(request, "portal/situation.html", context, status=422 if context["errors"] else 200)


def _onward(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """After saving: to the list when that was asked for, else to the next page."""
    listed = request.POST.get("then") == "list" or context["following"] is None
    url = reverse("application", args=[context["case"].pk]) if listed else context["following"].url
    response = redirect(url)
    # drafts.js forgets what the browser kept of this page: only the server knows that it has been saved.
    response.set_cookie(
        preferences.named("tb_saved"),
        request.path,
        max_age=300,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@kept.through_sign_in
@signed_in()
@on_draft
def section(request: HttpRequest, draft: Draft, section: str) -> HttpResponse:
    """One page of the form. All that was typed is saved, right or wrong; what is wrong is shown with 422."""
    filled = draft.application.section(section)
    if filled is None:
        return not_found(request)
    posted = groups.without_dropped(request.POST) if request.method == "POST" else None
    # `look` asks which fields the answers so far call for: saved like any other, but nothing is missing yet.
    look = posted is not None and posted.get("then") == "look"
    if posted is not None:
        save_section(request.actor, draft, section, posted)
        draft = open_draft(cases.case_for(request.actor, draft.id, "edit"))
        filled = draft.application.section(section)
        room = groups.room_after(posted)
        if room is not None:  # one row more or less: the same page again
            anchor = f"?room={room}#{room}" if room else f"#{posted['then'].split(':')[1]}"
            return redirect(f"{request.path}{anchor}")
        if filled is None or (not look and (filled.done or posted.get("then") == "list")):
            return _onward(request, frame(draft, "section", section))
    context = frame(draft, "section", section)
    notes = draft.points("field")
    only = None if notes is None else set(notes)
    checked = posted is not None and not look
    drawn = answers.draw(
        draft.application,
        filled,
        catalogue.snapshot(),
        case=draft.case,
        posted=posted,
        missing_too=checked,
        only=only,
        room=request.GET.get("room", ""),
    )
    context |= {
        "section": filled,
        "title": words.said(filled.section.title),
        "fields": [(field, (notes or {}).get(field.id, "")) for field in drawn],
        "errors": answers.errors(drawn) if checked else [],
        "deciding": answers.deciding(draft.application, section) if only is None else [],
        "prefilled": any(field.provenance for field in drawn),
        "kept": request.session.pop(_NOTE, "") == request.path,
    }
    return render(request, "portal/section.html", context, status=422 if context["errors"] else 200)


def save_section(actor: Actor, draft: Draft, section: str, posted: QueryDict) -> None:
    """Save what was posted for one page of the form."""
    filled = draft.application.section(section)
    if filled is not None:
        notes = draft.points("field")
        given, emptied = answers.read(filled, posted, None if notes is None else set(notes))
        actions.save(case_id=draft.id, by=actor, answers=given, cleared=emptied)


def deliver(request: HttpRequest, actor: Actor) -> None:
    """Save a form that was posted signed out, now that its sender is back; somebody else's changes nothing."""
    form = kept.take(request)
    if form is None:
        return
    path, posted = form
    try:
        match = resolve(path)
        if match.url_name == "application-section":
            with reading_as(reader_for(actor)):  # the request began as nobody's
                case = cases.case_for(actor, match.kwargs["id"], "edit")
                save_section(actor, open_draft(case), match.kwargs["section"], posted)
            request.session[_NOTE] = path
    except (Problem, Resolver404):
        return


@signed_in()
@on_draft
def commitments(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The texts to sign, with what follows when they are not kept."""
    context = frame(draft, "commitments")
    if request.method == "POST":
        known = {data["id"] for data in draft.application.commitments}
        signed = [id for id in request.POST.getlist("signed") if id in known]
        actions.save(case_id=draft.id, by=request.actor, signed=signed)
        draft = open_draft(cases.case_for(request.actor, draft.id, "edit"))
        context = frame(draft, "commitments")
        if not draft.application.unsigned or request.POST.get("then") == "list":
            return _onward(request, context)
        context["errors"] = [
            parts.ErrorLink(f"commitment-{id}", _("请阅读并勾选承诺")) for id in draft.application.unsigned
        ]
    return render(request, "portal/commitments.html", context, status=422 if context["errors"] else 200)


@signed_in()
@on_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything once more before it is handed in."""
    return _check(request, draft)


def _check(request: HttpRequest, draft: Draft, status: int = 200, problem: Problem | None = None):
    held, named = catalogue.snapshot(), words.place_names()
    context = frame(draft, "check")
    asked = draft.points("field")
    read_back = []
    for filled in draft.application.sections:
        change = reverse("application-section", args=[draft.id, filled.section.id])
        lines = answers.read_back(filled, held, named, change if asked is None else "")
        if asked is not None and not {one.field.id for one in filled.fields} & set(asked):
            continue
        read_back.append((words.said(filled.section.title), change, lines))
    uploaded = [row for row in draft.materials if row.file_id and draft.fresh(row)]
    context |= {
        "sections": read_back,
        "needs": [(need, words.how_given(need, known=True)) for need in draft.application.needs],
        "uploaded": {row.material for row in uploaded},
        "open": [stop for stop in context["way"] if stop.state in {"todo", "error"} and stop.kind != "check"],
        "problem": f"{problem.sentence(language())} {problem.todo(language())}" if problem else "",
        "delivery": handing.chosen(draft.case),
        "situation": [
            (question, option)
            for question in draft.application.definition.questions
            for option in question.options
            if draft.case.situation.get(question.id) == option.id
        ],
    }
    return render(request, "portal/check.html", context, status=status)


@signed_in()
@require_POST
def submit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Hand in, or hand in the supplement. The same form sent twice ends on the same receipt."""
    case = cases.case_for(request.actor, id, "edit")
    supplementing = request.POST.get("supplement") == "1"
    definition = cases.version_of(case).definition
    if (
        request.actor.level < definition.data["level"]
    ):  # an item may have come to ask for more since the draft began
        return step_up(
            request,
            definition.data["level"],
            reverse("application-check", args=[id]),
            words.said(definition.name),
        )
    if definition.data.get("fresh") and (asked := demand(request)) is not None:
        return asked
    try:
        if supplementing and case.state == CaseState.SUPPLEMENT_REQUESTED:
            actions.resubmit(case_id=id, by=request.actor)
        else:
            actions.submit(case_id=id, by=request.actor)
    except Problem as problem:
        if problem.status != NotComplete.status:
            raise
        return _check(request, open_draft(case), status=422, problem=problem)
    return redirect("case" if supplementing else "receipt", id)
