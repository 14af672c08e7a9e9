"""Towns' own rules for appeals: all of them for the city, one town's with draft, what holds and history."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import BadRules
from tongban.modules.appeals.calc import facts_of
from tongban.modules.appeals.rules import keeps
from tongban.modules.appeals.states.townrules import EDITION_NAMES, MOST_CHARACTERS, Edition
from tongban.terminals.desk.projectacts import identifier
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

SEES = (Permission.TOWN_MANAGE, Permission.APPEAL_ROUTE)
HISTORY = 20
_TONES: dict[str, parts.Tone] = {Edition.DRAFT: "amber", Edition.LIVE: "green", Edition.PAST: ""}


@staff(*SEES)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every town that the actor may look at, with what holds there and what is being drafted."""
    towns = queries.towns_with_rules(request.actor)
    stands = queries.standing(request.actor, [one.code for one in towns])
    rows = []
    for town, stand in zip(towns, stands, strict=True):
        own, faults = queries.check_town_rules(stand.live.text if stand.live else "", town.code)
        rows.append(
            {
                "name": words.pick((town.name_zh, town.name_en)),
                "url": reverse("desk-town-rules-of", args=[town.code]),
                "categories": len(own.subcategories),
                "routes": len(own.routes),
                "faults": len(faults),
                "live": stand.live,
                "draft": stand.draft,
            }
        )
    rows.sort(key=lambda one: one["live"] is None and one["draft"] is None)
    return render(request, "desk/town_rules.html", {"rows": rows})


@staff(*SEES)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One town's rules; its managers save a draft, another of them publishes it."""
    town = next((one for one in queries.towns_with_rules(request.actor) if one.code == code), None)
    if town is None:
        raise Http404
    if request.method == "POST":
        form, problem = request.POST, None
        try:
            if form.get("do") == "publish":
                actions.publish_town_rules(rules_id=identifier(form.get("rules", "")), by=request.actor)
            else:
                actions.draft_town_rules(town=code, text=form.get("text", ""), by=request.actor)
        except Problem as failed:
            problem = failed
        if problem is None:
            done = "publish" if form.get("do") == "publish" else "draft"
            return redirect(f"{reverse('desk-town-rules-of', args=[code])}?done={done}")
        return _show(request, town, problem)
    return _show(request, town)


def _show(request: HttpRequest, town: Any, problem: Problem | None = None) -> HttpResponse:
    actor, code = request.actor, town.code
    [stand] = queries.standing(actor, [code])
    live, draft = stand.live, stand.draft
    own, faults = queries.check_town_rules(live.text if live else "", code)
    writes = keeps(actor, town.path)
    held = draft or live
    context = {
        "name": words.pick((town.name_zh, town.name_en)),
        "code": code,
        "own": _own(own),
        "live": live,
        "outdated": [_line(one.text(texts.language())) for one in faults],
        "draft": draft,
        "mine": draft is not None and draft.drafted_by == actor.account_id,
        "writes": writes,
        "text": request.POST.get("text", held.text if held else ""),
        "most": MOST_CHARACTERS,
        "faults": _faults(problem),
        "history": _history(queries.town_rule_versions(actor, code)[:HISTORY]),
        "help": _help() if writes else None,
        "done": request.GET.get("done", ""),
        "problem": said(problem),
    }
    return render(request, "desk/town_rules_of.html", context, status=problem.status if problem else 200)


def _own(own: Any) -> dict[str, Any]:
    """What holds, in words: the names of categories and offices; conditions as they were written."""
    named = words.Names()

    def office(code: str) -> str:
        return _("企业所在镇街") if code == "town" else named.office(code)

    return {
        "categories": [(one.code, words.said(one.name), named.category(one.of)) for one in own.subcategories],
        "routes": [
            (one.when.text, office(one.target.lead), texts.listed([office(a) for a in one.target.assists]))
            for one in own.routes
        ],
    }


def _faults(problem: Problem | None) -> list[str]:
    if not isinstance(problem, BadRules):
        return []
    return [_line(words.pick(one)) for one in problem.faults]


def _line(text: str) -> str:
    """A fault without the name of the file, which a form has not: the line and what is wrong."""
    return text.removeprefix("rules:")


def _history(rows: Any) -> list[dict[str, Any]]:
    found = list(rows)
    people: set[uuid.UUID] = {one.drafted_by for one in found}
    names = parties.account_names(people | {one.published_by for one in found if one.published_by})
    return [
        {
            "state": words.pick(EDITION_NAMES[Edition(one.state)]),
            "tone": _TONES[one.state],
            "drafted": f"{names.get(one.drafted_by, '')} · {words.when(one.drafted_at)}",
            "published": f"{names.get(one.published_by, '')} · {words.when(one.published_at)}"
            if one.published_at
            else "",
            "text": one.text,
        }
        for one in found
    ]


def _help() -> dict[str, Any]:
    """What may be written: the city's categories, offices that take it, names for conditions."""
    named = words.Names()
    return {
        "categories": [(code, named.category(code)) for code in named.book.categories],
        "offices": [(code, named.office(code)) for code in named.book.accepts],
        "facts": [(name, kind.value) for name, kind in facts_of(named.book).items()],
    }
