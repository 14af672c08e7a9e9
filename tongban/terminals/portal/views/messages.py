"""The applicant's side of the conversation on a case."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.kernel.access.calc import Actor
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.parties import queries as parties
from tongban.modules.correspondence import actions, queries
from tongban.modules.correspondence.actions import NothingWritten
from tongban.modules.correspondence.states import LONGEST_MESSAGE, Side
from tongban.terminals.portal import words
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language


def panel(actor: Actor, case: Any, error: str = "", typed: str = "") -> dict[str, Any] | None:
    """What `portal/case_messages.html` draws; None where the visitor does not stand on the applicant's side."""
    try:
        _case, side = queries.case_of(actor, case.pk)
    except NoSuchCase:
        return None
    if side is not Side.APPLICANT:
        return None
    messages = queries.messages(case.pk)
    names = parties.account_names(m.sent_by for m in messages if m.side == Side.APPLICANT)
    return {
        "turns": [
            {
                # Officers answer for their agency; who it was is known to the agency.
                "who": _("办理机关") if m.side == Side.OFFICE else names.get(m.sent_by, ""),
                "when": m.sent_at,
                "words": m.words,
                "office": m.side == Side.OFFICE,
                "unread": m.side == Side.OFFICE and m.read_at is None,
            }
            for m in messages
        ],
        "unread": sum(m.side == Side.OFFICE and m.read_at is None for m in messages),
        "error": error,
        "typed": typed,
        "longest": LONGEST_MESSAGE,
    }


@signed_in()
@require_GET
def conversation(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The messages on one's own case."""
    return _page(request, id)


def _page(request: HttpRequest, id: uuid.UUID, error: str = "", typed: str = "") -> HttpResponse:
    case, _side = queries.case_of(request.actor, id)
    talk = panel(request.actor, case, error, typed)
    if talk is None:  # an officer has the desk for it
        return redirect("desk-messages", id)
    context = {"case": case, "name": words.item_name(case), "talk": talk}
    return render(request, "portal/messages.html", context, status=422 if error else 200)


@signed_in()
@require_POST
def send(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Write to the agency; what cannot be sent comes back with what was typed."""
    typed = request.POST.get("words", "")
    try:
        actions.send(case_id=id, words=typed, by=request.actor)
    except NothingWritten as problem:
        return _page(request, id, f"{problem.sentence(language())}{problem.todo(language())}", typed)
    return redirect(f"{reverse('case-messages', args=[id])}#messages")


@signed_in()
@require_POST
def read(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Mark the agency's messages as read."""
    actions.mark_read(case_id=id, by=request.actor)
    return redirect(f"{reverse('case-messages', args=[id])}#messages")
