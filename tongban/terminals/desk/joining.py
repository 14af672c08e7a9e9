"""Many appeals joined to one: ticked in the list or beside the lead, looked at together, joined with one button."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.places import queries as places
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.modules.appeals.states.joining import (
    ALIKE_NAMES,
    BAR_NAMES,
    MOST_JOINED,
    MOST_SHOWN,
    NEAR_DAYS,
    TOLD,
    require_lead,
    require_so_few,
)
from tongban.terminals.desk.appealrows import days, row_of
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff


def _ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """The identifiers among what was sent, each once; what is none is nobody's."""
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


@staff(Permission.APPEAL_ROUTE)
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """What would be joined to what, who is told of it and what cannot be joined; after the button, what became of each."""
    if request.method != "POST":
        return _look(request, request.GET)
    lead = _ids([request.POST.get("lead", "")])
    try:
        if not lead:
            raise queries.no_lead()
        done = actions.merge_all(
            appeal_ids=_ids(request.POST.getlist("appeal")), into=lead[0], by=request.actor
        )
    except NoSuchAppeal:
        raise
    except Problem as problem:
        return _look(request, request.POST, problem)
    made = _Made()
    context = {
        "lead": made.row(done.lead),
        "joined": [made.row(one) for one in done.joined],
        "barred": [{**made.row(one), "why": words.pick(BAR_NAMES[reason])} for one, reason in done.barred],
    }
    return render(request, "desk/appeal_joined.html", context)


def _look(request: HttpRequest, form: Any, problem: Problem | None = None) -> HttpResponse:
    """The page before the button: the lead, each of the ticked with what stands against it, who is told."""
    ids, number = _ids(form.getlist("appeal")), form.get("number", "").strip()[:20]
    chosen = next(iter(_ids([form.get("lead", "")])), None)
    lead, rows = None, []
    try:
        require_so_few(len(set(ids) - {chosen}))
        held = list(queries.by_right(request.actor, ids))
        lead, problem = _lead(request.actor, held, chosen, number, problem)
        rows = queries.barred([one for one in held if one.pk != lead.pk], lead)
        require_lead(lead.number, lead.state)
    except NoSuchAppeal:
        raise
    except Problem as failed:
        problem = problem or failed
    able = [one for one, reason in rows if reason is None] if lead and lead.owner else []
    made = _Made()
    context = {
        "lead": made.row(lead) if lead else None,
        "rows": [
            {**made.row(one), "why": words.pick(BAR_NAMES[reason]) if reason else ""} for one, reason in rows
        ],
        "ids": [*([lead.pk] if lead else []), *(one.pk for one, _reason in rows)],
        "able": len(able),
        "firms": len({one.organisation_id for one in able}),
        "told": words.pick(TOLD),
        "most": MOST_JOINED,
        "number": number,
        "problem": said(problem),
    }
    return render(request, "desk/appeal_join.html", context, status=problem.status if problem else 200)


def _lead(
    actor: Any, held: list[Any], chosen: uuid.UUID | None, number: str, problem: Problem | None
) -> tuple[Any, Problem | None]:
    """The lead that was asked for; where no appeal has the number that was typed, the page stays with one of the ticked."""
    try:
        return queries.lead_for(actor, held, chosen, number), problem
    except queries.NoLead as failed:
        return queries.lead_for(actor, held, None, ""), problem or failed


class _Made:
    """Rows of one page, with what they share asked for once."""

    def __init__(self) -> None:
        self.named = words.Names()
        self.towns = places.names()
        self.today, self.soon = days()

    def row(self, one: Any) -> dict[str, Any]:
        """An appeal as a row, with its identifier, town and day of joining."""
        town = self.towns.get(one.town, (one.town, one.town))
        made = row_of(one, self.named, self.today, self.soon)
        return {**made, "id": one.pk, "town": words.pick(town), "joined_at": one.ended_at, "open": one.owner}


def beside(actor: Any, row: Any) -> dict[str, Any]:
    """For the page of an appeal: what is like it, and why, what can be joined to it, what was joined."""
    made = _Made()
    near = [
        {
            **made.row(one.row),
            "reasons": [
                words.pick(ALIKE_NAMES[why]).format(percent=one.why.percent, days=NEAR_DAYS)
                for why in one.why.reasons
            ],
            "joinable": one.joinable,
            "why": words.pick(BAR_NAMES[one.bar]) if one.ours and one.bar else "",
        }
        for one in queries.alike(actor, row)
    ]
    joined = queries.joined_in_sight(actor, row)
    return {
        "similar": near,
        "joinable": any(one["joinable"] for one in near),
        "told": words.pick(TOLD),
        "joined": [made.row(one) for one in joined[:MOST_SHOWN]],
        "joined_count": queries.counted(joined),
    }


def ticks(actor: Any, rows: Iterable[Any]) -> set[uuid.UUID]:
    """Those of a page of the list that can be ticked: in hand, and the officer's to join."""
    if not actor.can(Permission.APPEAL_ROUTE):
        return set()
    open_ = [one.pk for one in rows if one.owner]
    return set(queries.by_right(actor, open_).values_list("pk", flat=True))
