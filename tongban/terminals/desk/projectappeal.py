"""A project's blocking issue that becomes an appeal of the firm: its number and its state stay with the issue."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.appeals import actions as appeals
from tongban.modules.appeals.states import Channel
from tongban.modules.projects import actions, queries
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff


@staff(Permission.PROJECT_MANAGE)
def new(request: HttpRequest, project_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """First the category, then its questions; an issue makes one appeal, however often the form is sent."""
    row = queries.project(request.actor, project_id, "manage")
    issue = queries.issue_of(row, entry_id)
    back = reverse("desk-project", args=[project_id]) + "#followed"
    if issue.number or issue.settled_on is not None:
        return HttpResponseRedirect(back)
    form, problem = request.POST, None
    if request.method == "POST":
        try:
            _file(row, issue, form, request.actor)
            return HttpResponseRedirect(back)
        except Problem as refused:
            problem = refused
    named = words.Names()
    code = form.get("category") or request.GET.get("category", "")
    chosen = named.book.categories.get(code)
    typed = {name: form.get(name, "") for name in ("title", "words", "contact")}
    if not problem:
        typed["words"] = issue.words
    context = {
        "row": row,
        "here": reverse("desk-project-appeal", args=[project_id, entry_id]),
        "groups": named.groups(),
        "code": code,
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": words.form(chosen, form),
        "typed": typed,
        "problem": said(problem),
    }
    return render(request, "desk/project_appeal.html", context, status=problem.status if problem else 200)


def _file(row: Any, issue: Any, form: Any, by: Any) -> None:
    """The appeal, then the issue's note of its number. Sent again after a break, the same appeal is found by its reference."""
    made = appeals.file_appeal(
        organisation_id=row.organisation_id,
        category=form.get("category", ""),
        title=form.get("title", ""),
        words=form.get("words", ""),
        contact=form.get("contact", ""),
        answers=words.given(form),
        channel=Channel.WINDOW,
        came_from=issue.pk,
        reference=str(issue.pk),
        by=by,
    )
    actions.note_appeal(project_id=row.pk, entry_id=issue.pk, number=made.number, by=by)
