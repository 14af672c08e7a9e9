"""The case desk: the page with its three panes, and the verbs an officer can use on it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_name
from tongban.kernel.access import actions as access_actions
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.cases.states import Verb
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk import claims, files, messages, panes, within, words
from tongban.terminals.desk import measured as measures
from tongban.terminals.desk.opened import Opened, open_case, prechecks
from tongban.terminals.desk.points import PointRow, offered, read
from tongban.terminals.desk.promise import Promise, promise_of
from tongban.terminals.desk.rows import marks
from tongban.terminals.ui import duties, looking, parts, texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

MOST_PHOTOS = 10
_TYPED = (
    "message",
    "reasons",
    "opinion",
    "basis",
    "days",
    "result",
    "note",
    "matter",
    "place",
    "day",
    "hour",
    "record",
)


@staff(Permission.CASE_VIEW)
@require_GET
def case_page(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The case with form, materials and decision side by side."""
    opened = _open(request, case_id)
    context = _context(request, opened)
    if context["glass"] is not None:
        access_actions.note_look(grant=context["glass"], by=request.actor)
    done = request.GET.get("done", "")
    if done in words.DONE:
        context |= {"done": words.pick(words.DONE[done]), "next": _next_case(request, opened)}
    return render(request, "desk/case.html", context)


def _open(request: HttpRequest, case_id: uuid.UUID) -> Opened:
    case = queries.case_for(request.actor, case_id)
    looking.at(request, case)
    return open_case(request.actor, case)


def _next_case(request: HttpRequest, opened: Opened) -> parts.Link | None:
    following = queries.queue(request.actor).exclude(pk=opened.case.pk).first()
    if following is None:
        return None
    label = _("下一件：{number}", number=following.short_no)
    return parts.Link(label, reverse("desk-case", args=[following.pk]), "arrow-right")


def _context(
    request: HttpRequest,
    opened: Opened,
    *,
    failed: str = "",
    problem: Problem | None = None,
    points: list[PointRow] | None = None,
) -> dict[str, Any]:
    """All of the page. After a refused form: which one failed, why, and what was typed."""
    case = opened.case
    typed = {name: request.POST.get(name, "") if failed else "" for name in _TYPED}
    rows = points if points is not None else offered(opened, {})
    return {
        "case": case,
        "head": _head(opened),
        "sections": panes.answer_sections(opened),
        "situation": words.situation(opened.definition, case.situation),
        "checks": prechecks(opened),
        "clocks": panes.clock_rows(opened),
        "course": panes.course(opened),
        "glass": _glass(request.actor, case.pk),
        "papers": files.papers(opened),
        "step_files": files.step_files(opened),
        "can": {verb.value: verb in opened.turn.verbs for verb in Verb},
        "idle": not opened.turn.verbs and not opened.turn.barred,
        "step": _step_title(opened),
        **measures.context(opened, request.actor),
        **within.context(opened, request.actor),
        "claim": claims.panel(case.pk) if opened.definition.subsidy else None,
        "barred": opened.turn.barred,
        "promise": _promise(opened),
        "points": rows,
        "errors": [parts.ErrorLink(row.note_id, row.error) for row in rows if row.error],
        "failed": failed,
        "problem": _said(problem) if problem else None,
        "typed": typed,
        "kept": _kept(failed, opened, typed, rows),
        "done": "",
        "next": None,
        "talk": messages.panel(case, then="case"),
        **files.viewer(request.actor, opened, request.GET.get("material", ""), request.GET.get("page", "")),
    }


def _kept(failed: str, opened: Opened, typed: Mapping[str, str], rows: list[PointRow]) -> str:
    """What was typed into a form that the page no longer has, because somebody else was faster: to be copied."""
    if not failed or failed in opened.turn.verbs:
        return ""
    notes = [f"{row.label}：{row.note}" for row in rows if row.chosen and row.note]
    return "\n".join([*(text for text in typed.values() if text.strip()), *notes])


def _said(problem: Problem) -> dict[str, str]:
    language = texts.language()
    return {"sentence": problem.sentence(language), "todo": problem.todo(language)}


def _head(opened: Opened) -> Mapping[str, Any]:
    case = opened.case
    step, tone = words.turn(case, opened.definition, list(opened.steps))
    hands = parties.account(case.account_id)
    other = hands is not None and (case.organisation_id is not None or hands.person_id != case.person_id)
    return {
        "item": words.of(opened.definition.name),
        "light": words.light(case, opened.today, deadlines.calendar()),
        "state": words.state_name(case.state),
        "step": step,
        "tone": tone,
        "marks": marks(case, opened.definition),
        "agent": mask_name(hands.display_name) if hands is not None and other else "",
        "agency": opened.agency(case.agency),
        "received": words.moment(case.submitted_at),
        "duties": duties.lines(case),
        "paper": duties.papers(case),
    }


def _glass(actor: Actor, case_id: uuid.UUID) -> Any:
    """The emergency access under which the actor looks at this case, if that is how."""
    if any(grant.subject_id == case_id for grant in actor.grants) and actor.account_id:
        return access.glass_of(actor.account_id, case_id)
    return None


def _step_title(opened: Opened) -> str:
    step = opened.turn.step
    if step is None:
        return ""
    return next((words.of(s.title) for s in opened.definition.steps if s.id == step.step), step.step)


def _promise(opened: Opened) -> Promise | None:
    return promise_of(opened) if Verb.GRANT in opened.turn.verbs else None


def act(request: HttpRequest, case_id: uuid.UUID, verb: str, perform: Callable[[], object]) -> HttpResponse:
    """Run one action and go back to the case; a foreseen failure shows the case with the sentence and what was typed."""
    back = reverse("desk-case", args=[case_id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchCase:
        raise
    except Problem as problem:
        opened = _open(request, case_id)
        rows = offered(opened, request.POST) if verb == Verb.REQUEST_SUPPLEMENT else None
        context = _context(request, opened, failed=verb, problem=problem, points=rows)
        return render(request, "desk/case.html", context, status=problem.status)
    return HttpResponseRedirect(f"{back}?done={verb}")


@staff(Permission.CASE_ACCEPT)
def accept(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Accept the application."""
    return act(request, case_id, Verb.ACCEPT, lambda: actions.accept(case_id=case_id, by=request.actor))


@staff(Permission.CASE_ACCEPT)
def supplement(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask once for corrections; each chosen point needs a note, or nobody could know what to correct."""
    chosen: list[dict[str, str]] = []
    if request.method == "POST":
        opened = _open(request, case_id)
        rows = offered(opened, request.POST)
        # Where the verb itself is not possible, the action says why; a missing note would only mislead.
        if Verb.REQUEST_SUPPLEMENT in opened.turn.verbs and any(row.error for row in rows):
            context = _context(request, opened, failed=Verb.REQUEST_SUPPLEMENT, points=rows)
            return render(request, "desk/case.html", context, status=422)
        chosen = read(rows)
    message = request.POST.get("message", "").strip()
    return act(
        request,
        case_id,
        Verb.REQUEST_SUPPLEMENT,
        lambda: actions.request_supplement(case_id=case_id, points=chosen, message=message, by=request.actor),
    )


@staff(Permission.CASE_ACCEPT)
@fresh
def refuse(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Refuse acceptance with reasons."""
    reasons = request.POST.get("reasons", "")
    return act(
        request,
        case_id,
        Verb.REFUSE,
        lambda: actions.refuse(case_id=case_id, reasons=reasons, by=request.actor),
    )


@staff(Permission.CASE_REVIEW)
def complete(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Complete the open step that is this officer's, with verdict and opinion; on site with a second officer."""
    typed = request.POST

    def perform() -> object:
        step_id = measures.account(typed.get("step", ""))
        for file in request.FILES.getlist("photos")[:MOST_PHOTOS] if step_id else []:
            stored = documents.take_in(
                chunks=file.chunks(),
                name=file.name,
                formats=("jpg", "png", "pdf"),
                most_bytes=20 * MEGABYTE,
                by=request.actor,
            )
            actions.attach_to_step(case_id=case_id, step_id=step_id, file=stored, by=request.actor)
        return actions.complete_step(
            step_id=step_id,
            case_id=case_id,
            opinion=typed.get("opinion", ""),
            verdict=typed.get("verdict", ""),
            second_officer=measures.account(typed.get("second_officer", "")),
            by=request.actor,
        )

    return act(request, case_id, Verb.COMPLETE_STEP, perform)


@staff(Permission.CASE_DECIDE)
@fresh
def grant(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Decide for the applicant; letter, seal and credential follow."""
    opinion = request.POST.get("opinion", "")
    return act(
        request,
        case_id,
        Verb.GRANT,
        lambda: actions.grant(case_id=case_id, opinion=opinion, by=request.actor),
    )


@staff(Permission.CASE_DECIDE)
@fresh
def deny(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Decide against the applicant with reasons."""
    reasons, false_papers = request.POST.get("reasons", ""), "false_papers" in request.POST

    def perform() -> object:
        return actions.deny(case_id=case_id, reasons=reasons, by=request.actor, false_papers=false_papers)

    return act(request, case_id, Verb.DENY, perform)
