"""The versions of an item: what differs between two, back to an earlier one, and the schedule."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.terminals.console import editor
from tongban.terminals.console.drafts import both, changes, publishers
from tongban.terminals.ui import texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.texts import _


@dataclass(frozen=True)
class VersionRow:
    """A version with who published it and how it stands."""

    number: int
    valid_from: Any
    published_at: Any
    by: str
    state: str
    tone: str


@both
@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """All versions of an item; with `old` and `new` what differs between those two."""
    return render(request, "console/versions.html", _context(request, code))


def _context(request: HttpRequest, code: str, **more: Any) -> dict[str, Any]:
    found = catalogue.item_for(request.actor, code, Permission.ITEM_EDIT, Permission.ITEM_PUBLISH)
    rows, item = catalogue.versions(code), catalogue.service_item(code)
    numbers = [row.version for row in rows]
    new = _chosen(request.GET.get("new"), numbers, numbers[0])
    old = _chosen(request.GET.get("old"), numbers, numbers[min(1, len(numbers) - 1)])
    scheduled = (
        item.scheduled if item and item.scheduled and item.scheduled.valid_from > time.today() else None
    )
    names = parties.account_names(row.published_by for row in rows if row.published_by)
    return {
        "name": found.definition.name.of(texts.language()),
        "code": code,
        "rows": [_row(row, found.version, scheduled, names) for row in rows],
        "numbers": numbers,
        "old": old,
        "new": new,
        "changes": changes(catalogue.definition_of(code, old), catalogue.definition_of(code, new)),
        "scheduled": scheduled,
        "earlier": [number for number in numbers if number != found.version],
        "may_publish": request.actor.can(Permission.ITEM_PUBLISH),
        "may_edit": request.actor.can(Permission.ITEM_EDIT),
        "problem": None,
        "typed": {"version": "", "reason": ""},
        **more,
    }


def _chosen(text: str | None, numbers: list[int], otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 and int(text) in numbers else otherwise


def _row(row: Any, current: int, scheduled: Any, names: dict[Any, str]) -> VersionRow:
    state, tone = _("以前的版本"), ""
    if scheduled is not None and row.version == scheduled.version:
        state, tone = _("预定生效"), "amber"
    elif row.version == current:
        state, tone = _("正在使用"), "green"
    by = names.get(row.published_by, "") if row.published_by else _("城市包")
    return VersionRow(row.version, row.valid_from, row.published_at, by, state, tone)


@publishers
@fresh
@require_POST
def roll_back(request: HttpRequest, code: str) -> HttpResponse:
    """Publish anew what an earlier version said."""
    number, reason = request.POST.get("version", ""), editor.typed(request.POST.get("reason", ""))
    try:
        actions.roll_back(
            item_code=code,
            version=int(number) if number.isdecimal() and len(number) < 9 else 0,
            reason=reason,
            by=request.actor,
        )
    except (actions.ReasonMissing, actions.ScheduleStands, actions.ItemFaults) as problem:
        return _refused(request, code, problem, reason=reason, version=number)
    return redirect("console-versions", code)


@publishers
@require_POST
def cancel_schedule(request: HttpRequest, code: str) -> HttpResponse:
    """Take the scheduled version off the schedule."""
    actions.cancel_schedule(item_code=code, by=request.actor)
    return redirect("console-versions", code)


def _refused(request: HttpRequest, code: str, problem: Problem, **typed: str) -> HttpResponse:
    lang = texts.language()
    said = {"sentence": problem.sentence(lang), "todo": problem.todo(lang)}
    context = _context(request, code, problem=said, typed=typed)
    return render(request, "console/versions.html", context, status=problem.status)
