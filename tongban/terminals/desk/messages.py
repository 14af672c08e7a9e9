"""Correspondence on the desk: the panel on the case page, the cases with unread messages, what the forms do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_name
from tongban.kernel.access.states import Permission
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.parties import queries as parties
from tongban.modules.correspondence import actions, queries
from tongban.modules.correspondence.states import LONGEST_LABEL, LONGEST_MESSAGE, Side
from tongban.terminals.desk import words
from tongban.terminals.desk.rows import queue_rows
from tongban.terminals.ui import looking, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20


@dataclass(frozen=True)
class Turn:
    """A message or a note: from which side, by whom, when, the words, and whether it is new to the office."""

    who: str
    when: str
    words: str
    office: bool = True
    unread: bool = False


def panel(
    case: Any, *, then: str = "", problem: Problem | None = None, failed: str = "", typed: str = ""
) -> dict[str, Any]:
    """What `desk/correspondence.html` draws for a case that the visitor was already found to see; five queries.

    With `then="case"` its forms lead back to the case page. `failed` is the form that was refused (message, note or label), `typed` what it held.
    """
    messages, notes = queries.messages(case.pk), queries.notes(case.pk)
    labels = queries.labels(case.pk, case.agency)
    names = parties.account_names([*(m.sent_by for m in messages), *(n.written_by for n in notes)])
    language = texts.language()
    put = {label.text for label in labels}
    return {
        "case": case,
        "then": then,
        "turns": [_turn(message, names) for message in messages],
        "unread": sum(m.side == Side.APPLICANT and m.read_at is None for m in messages),
        "notes": [Turn(names.get(n.written_by, ""), words.moment(n.written_at), n.words) for n in notes],
        "labels": labels,
        "suggested": [text for text in queries.used_labels(case.agency) if text not in put],
        "failed": failed,
        "typed": typed,
        "said": f"{problem.sentence(language)}{problem.todo(language)}" if problem else "",
        "longest": LONGEST_MESSAGE,
        "longest_label": LONGEST_LABEL,
    }


def _turn(message: Any, names: dict[uuid.UUID, str]) -> Turn:
    office = message.side == Side.OFFICE
    name = names.get(message.sent_by, "")
    return Turn(
        name if office else _("申请人 {name}", name=mask_name(name)),
        words.moment(message.sent_at),
        message.words,
        office,
        not office and message.read_at is None,
    )


@staff(Permission.CASE_VIEW)
@require_GET
def conversation(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Messages, notes and labels of one case on a page of their own."""
    return _page(request, case_id)


def _page(
    request: HttpRequest,
    case_id: uuid.UUID,
    problem: Problem | None = None,
    failed: str = "",
    typed: str = "",
) -> HttpResponse:
    case = queries.officers_case(request.actor, case_id)
    looking.at(request, case)
    context = {"talk": panel(case, problem=problem, failed=failed, typed=typed), "case": case}
    return render(request, "desk/messages.html", context, status=problem.status if problem else 200)


@staff(Permission.CASE_VIEW)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """The cases within reach in which an applicant's message has not been read."""
    found = queries.with_unread(request.actor).select_related("supplement").prefetch_related("steps")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = queries.unread_by_case([case.pk for case in page.object_list], Side.OFFICE)
    rows = queue_rows(page.object_list, time.today())
    listed = [
        (row, counts.get(case.pk, 0), reverse("desk-messages", args=[case.pk]))
        for row, case in zip(rows, page.object_list, strict=True)
    ]
    return render(request, "desk/unread.html", {"page": page, "listed": listed})


def _act(
    request: HttpRequest, case_id: uuid.UUID, failed: str, typed: str, perform: Callable[[], object]
) -> HttpResponse:
    """Run one action and go back to the conversation; what was refused comes back with what was typed."""
    back = reverse("desk-messages", args=[case_id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchCase:
        raise
    except Problem as problem:
        return _page(request, case_id, problem, failed, typed)
    # The case page has the same forms: back to where they stand.
    if request.POST.get("then") == "case":
        back = reverse("desk-case", args=[case_id])
    return HttpResponseRedirect(f"{back}#correspondence")


@staff(Permission.CASE_VIEW)
def send(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write to the applicant."""
    typed = request.POST.get("words", "")
    return _act(
        request,
        case_id,
        "message",
        typed,
        lambda: actions.send(case_id=case_id, words=typed, by=request.actor),
    )


@staff(Permission.CASE_VIEW)
def read(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Mark the applicant's messages as read."""
    return _act(request, case_id, "", "", lambda: actions.mark_read(case_id=case_id, by=request.actor))


@staff(Permission.CASE_VIEW)
def note(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Write a note that stays in the office."""
    typed = request.POST.get("words", "")
    return _act(
        request, case_id, "note", typed, lambda: actions.note(case_id=case_id, words=typed, by=request.actor)
    )


@staff(Permission.CASE_VIEW)
def put_label(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Put a label on the case."""
    typed = request.POST.get("text", "")
    return _act(
        request,
        case_id,
        "label",
        typed,
        lambda: actions.put_label(case_id=case_id, text=typed, by=request.actor),
    )


@staff(Permission.CASE_VIEW)
def remove_label(request: HttpRequest, case_id: uuid.UUID, label_id: uuid.UUID) -> HttpResponse:
    """Take a label off the case."""
    return _act(
        request,
        case_id,
        "",
        "",
        lambda: actions.remove_label(case_id=case_id, label_id=label_id, by=request.actor),
    )
