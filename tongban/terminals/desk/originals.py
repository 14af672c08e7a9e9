"""An upload byte for byte: for whoever has the right to originals and says what for, as an attachment; each time on record."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.modules.looks.states import Kind as Look
from tongban.terminals.ui import looking, lookwords, parts, sending
from tongban.terminals.ui.texts import _

MOST_WORDS = 200


def offered() -> bool:
    """Whether the pack names any purpose for which originals are fetched."""
    return bool(lookwords.original_purposes())


def fetched(request: HttpRequest, file: Any, *, about: Any, name: str, back: parts.Link) -> HttpResponse:
    """Ask what for; then send the file. `about` is the piece of work, on which the caller has checked the right."""
    purposes = lookwords.original_purposes()
    if not purposes:
        raise Http404
    ticket = sending.ticket_of(request)  # at the host of files the purpose stands in the signed address
    chosen = ticket.purpose if ticket else request.POST.get("purpose", "")
    note = request.POST.get("words", "").strip()[:MOST_WORDS]
    if chosen in purposes:
        # On record before it is sent: whoever breaks off has had it all the same.
        looking.at(request, about, Look.ORIGINAL, purpose=chosen, words=note)
        return sending.file(request, file, purpose=chosen)
    context = {
        "name": name,
        "file": file,
        "back": back,
        "purposes": list(purposes.items()),
        "typed": note,
        "error": _("请选择用途。") if request.method == "POST" else "",
        "most": MOST_WORDS,
    }
    return render(request, "desk/original.html", context, status=422 if context["error"] else 200)
