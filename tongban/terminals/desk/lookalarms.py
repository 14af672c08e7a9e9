"""Alarms about looks: officers who looked at too many people's data without a case, and what a supervisor found out."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.looks import actions, queries
from tongban.modules.looks.rules import NoSuchAlarm
from tongban.modules.looks.states import VERDICT_NAMES, Verdict
from tongban.terminals.desk import words
from tongban.terminals.desk.supervision import Names
from tongban.terminals.ui import lookwords, parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20


@staff(Permission.SUPERVISE)
@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The alarms within the supervisor's reach, open ones first."""
    page = Paginator(queries.alarms(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    people = parties.account_names({row.officer for row in rows})
    names = Names()
    return render(
        request,
        "desk/look_alarms.html",
        {"page": page, "rows": [_row(row, people, names) for row in rows]},
    )


def _row(row: Any, people: dict[uuid.UUID, str], names: Names) -> dict[str, Any]:
    role = ROLES.get(row.role)
    return {
        "url": reverse("desk-look-alarm", args=[row.pk]),
        "officer": people.get(row.officer, ""),
        "agency": names.agency(row.agency),
        "role": words.pick((role.title_zh, role.title_en)) if role else "",
        "count": row.count,
        "refused": row.refused,
        "since": row.since,
        "raised": row.raised_at,
        "open": row.closed_at is None,
        "state": _("待核实，已暂停")
        if row.closed_at is None
        else words.pick(VERDICT_NAMES[Verdict(row.verdict)]),
        "tone": "red" if row.closed_at is None else "green" if row.verdict == Verdict.WORK else "amber",
    }


@staff(Permission.SUPERVISE)
@require_http_methods(["GET", "POST"])
def alarm(request: HttpRequest, alarm_id: uuid.UUID) -> HttpResponse:
    """One alarm: the looks behind it by door and time, whose data stays hidden; and the form that answers it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.close_alarm(
                alarm_id=alarm_id,
                verdict=request.POST.get("verdict", ""),
                note=request.POST.get("note", ""),
                by=request.actor,
            )
        except NoSuchAlarm:
            raise
        except Problem as refused:
            problem = refused
        else:
            return redirect("desk-look-alarm", alarm_id=alarm_id)
    row = queries.alarm(request.actor, alarm_id)
    page = Paginator(queries.looks_behind(row), PAGE).get_page(request.GET.get("page"))
    people = parties.account_names({row.officer, row.closed_by} - {None})
    context = {
        "row": _row(row, people, Names()),
        "page": page,
        "looks": lookwords.said(list(page.object_list), named=False),
        "can": row.closed_at is None and row.officer != request.actor.account_id,
        "verdicts": [(one.value, words.pick(name)) for one, name in VERDICT_NAMES.items()],
        "verdict": request.POST.get("verdict", ""),
        "typed": request.POST.get("note", ""),
        "pairs": [
            parts.Pair(_("核实人"), people.get(row.closed_by, "")),
            parts.Pair(_("核实时间"), words.moment(row.closed_at)),
            parts.Pair(_("核实情况"), row.note or ""),
        ]
        if row.closed_at
        else [],
        "problem": said(problem),
    }
    return render(request, "desk/look_alarm.html", context, status=problem.status if problem else 200)
