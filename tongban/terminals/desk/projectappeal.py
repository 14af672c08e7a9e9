"""A project's blocking issue that becomes an appeal of the firm: its number and its state stay with the issue."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.appeals.states import Channel
from tongban.modules.projects import actions, queries
from tongban.terminals.desk import appealform
from tongban.terminals.ui import looking
from tongban.terminals.ui.rights import staff


@staff(Permission.PROJECT_MANAGE)
def new(request: HttpRequest, project_id: uuid.UUID, entry_id: uuid.UUID) -> HttpResponse:
    """First the category, then its questions; an issue makes one appeal, however often the form is sent."""
    row = queries.project(request.actor, project_id, "manage")
    looking.at(request, row)
    issue = queries.issue_of(row, entry_id)
    back = reverse("desk-project", args=[project_id]) + "#followed"
    if issue.number or issue.settled_on is not None:
        return HttpResponseRedirect(back)
    problem = None
    if request.method == "POST":
        try:
            number = appealform.filed(request, issue, row.organisation_id, Channel.WINDOW)
            actions.note_appeal(project_id=row.pk, entry_id=issue.pk, number=number, by=request.actor)
            return HttpResponseRedirect(back)
        except Problem as refused:
            problem = refused
    context = appealform.shown(request, row.organisation_id, problem)
    if not problem:
        context["typed"]["words"] = issue.words
    context |= {"row": row, "here": reverse("desk-project-appeal", args=[project_id, entry_id])}
    return render(request, "desk/project_appeal.html", context, status=problem.status if problem else 200)
