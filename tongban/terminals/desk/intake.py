"""The expansion desk: which enterprise, a few questions, and at once what the project needs, from whom, in how many days."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.policies.queries import published
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan
from tongban.terminals.ui import policywords as policy
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.pages import said as said_of
from tongban.terminals.ui.rights import staff


class NoSuchFirm(Problem):
    """No enterprise has this credit code."""

    code = "project.no_such_firm"
    status = 422


def _firm(text: str) -> Any:
    uscc = text.strip().upper()[:18]
    firm = parties.organisation_by_uscc(uscc) if uscc and "\x00" not in uscc else None
    if firm is None:
        raise NoSuchFirm(
            sentence_zh="没有查到这家企业。",
            sentence_en="There is no enterprise with this code.",
            todo_zh="请核对 18 位统一社会信用代码；企业应已在本市登记。",
            todo_en="Check the 18 characters of the credit code; the firm has to be registered here.",
        )
    return firm


@staff(Permission.PROJECT_MANAGE)
def intake(request: HttpRequest) -> HttpResponse:
    """One page in three turns: kind and enterprise, the questions, what follows. Opening is the only turn that writes."""
    given, today = request.POST if request.method == "POST" else request.GET, time.today()
    kinds = queries.kinds()
    code = given.get("kind", "expansion")
    # A form names its kind; a link that names none that there is begins with the first.
    kind = (
        queries.kind(code) if request.method == "POST" else kinds.get(code, next(iter(kinds.values()), None))
    )
    context: dict[str, Any] = {
        "kinds": [(one.code, said.say(one.name), said.say(one.summary)) for one in kinds.values()],
        "kind": kind.code if kind else "",
        "typed": {name: given.get(name, "")[:120] for name in ("uscc", "name")},
    }
    problem = None
    try:
        if kind is not None and given.get("uscc", "").strip():
            firm = _firm(given["uscc"])
            context |= {"firm": firm, "where": said.town_name(firm.place_path)}
            read = said.read(kind, given)
            context |= {"asked": said.asked(kind, read.typed)}
            if read.problem:
                raise read.problem
            if "diagnose" in given or given.get("do") == "open":
                found = queries.diagnosis(kind.code, read.values, firm.pk, today)
                context |= {"found": said.said(kind, found), "subsidies": _subsidies(found)}
            if request.method == "POST" and given.get("do") == "open":
                row = _open(given, kind.code, firm.pk, read.values, request.actor)
                return HttpResponseRedirect(reverse("desk-project", args=[row.pk]))
    except Problem as refused:
        problem = refused
    context["problem"] = said_of(problem)
    return render(request, "desk/intake.html", context, status=problem.status if problem else 200)


def _open(given: Any, kind: str, firm: uuid.UUID, answers: dict[str, Any], by: Any) -> Any:
    plan = Plan(
        kind=kind,
        name=given.get("name", "")[:200],
        organisation_id=firm,
        promised_fen=int(answers.get("invest", 0)),
        answers=answers,
    )
    return actions.open_project(plan=plan, by=by)


def _subsidies(found: Any) -> list[tuple[str, str]]:
    """The subsidies to look at by name, with the address of each."""
    held = published.in_force()
    names = {one.code: policy.said(one.name) for rows in held.policies.policies for one in rows.items}
    return [(names.get(one.item, one.item), reverse("subsidy", args=[one.item])) for one in found.subsidies]
