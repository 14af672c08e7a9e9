"""A visit that makes an appeal: what the enterprise asked for goes into the pool, and its number stays with the visit."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.appeals import actions as appeals
from tongban.modules.appeals.states import Channel
from tongban.modules.visits import actions, queries
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff


@staff(Permission.ENTERPRISE_SERVE)
def new(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """First the category, then its questions; a visit makes one appeal, however often the form is sent."""
    row = queries.visit(request.actor, visit_id)
    back = reverse("desk-visit", args=[visit_id])
    if row.appeal_no:
        return HttpResponseRedirect(back)
    form, problem = request.POST, None
    if request.method == "POST":
        try:
            _file(row, form, request.actor)
            return HttpResponseRedirect(back)
        except Problem as refused:
            problem = refused
    named = words.Names()
    code = form.get("category") or request.GET.get("category", "")
    chosen = named.book.categories.get(code)
    context = {
        "row": row,
        "here": reverse("desk-visit-appeal", args=[visit_id]),
        "groups": named.groups(),
        "code": code,
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": words.form(chosen, form),
        "typed": {name: form.get(name, "") for name in ("title", "words", "contact")},
        "problem": said(problem),
    }
    return render(request, "desk/visit_appeal.html", context, status=problem.status if problem else 200)


def _file(row: Any, form: Any, by: Any) -> None:
    """The appeal, then the visit's note of its number. Sent again after a break, the same appeal is found by its reference."""
    made = appeals.file_appeal(
        organisation_id=row.organisation_id,
        category=form.get("category", ""),
        title=form.get("title", ""),
        words=form.get("words", ""),
        contact=form.get("contact", ""),
        answers=words.given(form),
        channel=Channel.VISIT,
        came_from=row.pk,
        reference=str(row.pk),
        by=by,
    )
    actions.note_appeal(visit_id=row.pk, number=made.number, by=by)
