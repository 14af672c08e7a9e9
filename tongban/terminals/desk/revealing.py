"""Numbers in full: masked everywhere, shown once to an officer who says what for; each time on record, and told to whom it is."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries
from tongban.kernel.catalogue.calc import Field
from tongban.kernel.places import queries as places
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import words
from tongban.terminals.desk.opened import Opened, open_case
from tongban.terminals.ui import looking, lookwords
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

MOST_WORDS = 200


def address(opened: Opened, field: Field) -> str:
    """Where an answer is shown in full; empty for one that is not masked, or for which the pack names no purpose."""
    if not words.is_masked(field, opened.answers.get(field.id)) or not lookwords.purposes():
        return ""
    return reverse("desk-reveal", args=[opened.case.pk, field.id])


@staff(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, case_id: uuid.UUID, field_id: str) -> HttpResponse:
    """Ask what for; then show the number, this once. Read again it asks again."""
    opened = open_case(request.actor, queries.case_for(request.actor, case_id))
    field = _field(opened, field_id)
    purposes = lookwords.purposes()
    if field is None or not purposes:
        raise Http404
    chosen, note = request.POST.get("purpose", ""), request.POST.get("words", "").strip()[:MOST_WORDS]
    shown = ""
    if request.method == "POST" and chosen in purposes:
        # On record before it is shown: whoever closes the page at once has seen it all the same.
        looking.at(request, opened.case, Look.REVEAL, purpose=chosen, words=note)
        shown = words.value(field, opened.answers[field.id], places.names(), whole=True)
    context: dict[str, Any] = {
        "case": opened.case,
        "label": words.of(field.label),
        "shown": shown,
        "purposes": list(purposes.items()),
        "chosen": chosen,
        "typed": note,
        "error": _("请选择用途。") if request.method == "POST" and not shown else "",
        "most": MOST_WORDS,
    }
    response = render(request, "desk/reveal.html", context, status=422 if context["error"] else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _field(opened: Opened, field_id: str) -> Field | None:
    """A field of the form as it is shown, whose answer is masked."""
    return next(
        (
            field
            for _section, fields in opened.definition.shown_sections(opened.values)
            for field in fields
            if field.id == field_id and words.is_masked(field, opened.answers.get(field.id))
        ),
        None,
    )
