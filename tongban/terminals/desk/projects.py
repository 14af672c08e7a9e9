"""Investment projects on the desk: the list with its lights, and one page with everything about a project."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries as appeals
from tongban.modules.policies.queries import published
from tongban.modules.projects import calc, queries
from tongban.modules.projects.states import (
    ENDINGS,
    FOLLOWED,
    LIGHT_NAMES,
    MOVES,
    STATE_NAMES,
    EntryKind,
    Light,
    ProjectState,
    Role,
)
from tongban.terminals.desk import projectfiles, projectmatters, projectmeetings, projectyears, words
from tongban.terminals.desk.listing import Rows
from tongban.terminals.desk.queue import Pages, shown
from tongban.terminals.ui import appealwords, factwords, looking, parts, texts, told
from tongban.terminals.ui import policywords as policy
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.pages import said as said_of
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
SEES = (Permission.PROJECT_VIEW,)
_TYPED = ("words", "money", "number", "due", "stage", "chair", "on", "kind", "about", "to_firm")
_FILTERS = ("light", "kind", "town", "q")
_LAMPS: dict[Light, parts.LightKind] = {
    Light.GREEN: "green",
    Light.YELLOW: "yellow",
    Light.RED: "red",
    Light.OUT: "red",
}


@staff(*SEES)
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """The projects within the officer's reach, those that stand still for longest first."""
    today, actor = time.today(), request.actor
    chosen = {name: request.GET.get(name, "")[:60] for name in _FILTERS}
    everything = queries.projects(actor)
    light = chosen["light"] or ProjectState.OPEN
    rows = queries.narrowed(
        everything, today, light=light, kind=chosen["kind"], town=chosen["town"], words=chosen["q"]
    )
    page = Pages(Rows(rows), PAGE).get_page(request.GET.get("page"))
    within = queries.narrowed(everything, today, kind=chosen["kind"], town=chosen["town"])
    promised, done = queries.money(within)
    context = {
        "page": page,
        "rows": listed(page.object_list, today),
        "count": page.paginator.shown,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "narrowed": any(chosen.values()),
        "lamps": _lamps(within, today, chosen),
        "filters": _filters(chosen),
        "q": chosen["q"],
        "kept": [(name, chosen[name]) for name in ("light", "kind", "town") if chosen[name]],
        "funnel": funnel(within, chosen["kind"]),
        "promised": factwords.money(promised),
        "done": factwords.money(done),
        "percent": calc.percent(done, promised),
        "opens": actor.can(Permission.PROJECT_MANAGE),
        "waits": projectmatters.counts(actor, today),
    }
    return render(request, "desk/projects.html", context)


def listed(rows: Sequence[Any], today: date) -> list[dict[str, Any]]:
    """Projects as rows of a table, with their officers' names in one query."""
    names = parties.account_names(one.officer_id for one in rows if one.officer_id)
    return [
        {
            "url": reverse("desk-project", args=[one.pk]),
            "name": one.name,
            "number": one.number,
            "firm": one.organisation_name,
            "where": said.town_name(one.place_path),
            "kind": said.kind_name(one.kind),
            "stage": said.stage_name(one.kind, one.stage),
            "light": said.light(one, today),
            "moved": cndate(one.moved_on),
            "promised": factwords.money(one.promised_fen),
            "percent": calc.percent(one.done_fen, one.promised_fen),
            "officer": names.get(one.officer_id, "") if one.officer_id else "",
        }
        for one in rows
    ]


def _lamps(rows: Any, today: date, chosen: Mapping[str, str]) -> list[parts.Lamp]:
    found = []
    for light in Light:
        count = queries.count(rows.filter(queries.by_light(light, today)))
        kept = {name: value for name, value in chosen.items() if value and name in ("kind", "town")}
        query = urlencode(kept if chosen["light"] == light else kept | {"light": str(light)})
        label = words.pick(LIGHT_NAMES[light])
        found.append(
            parts.Lamp(label, shown(count), f"?{query}", _LAMPS[light], current=chosen["light"] == light)
        )
    return found


def _filters(chosen: Mapping[str, str]) -> list[parts.Filter]:
    def options(name: str, label: str, everything: str, choices: Sequence[tuple[str, str]]) -> parts.Filter:
        listed = [parts.FilterOption(key, text, selected=key == chosen[name]) for key, text in choices]
        return parts.Filter(name, label, [parts.FilterOption("", everything), *listed])

    pairs = [*LIGHT_NAMES.items(), *((one, STATE_NAMES[one]) for one in (ProjectState.DONE, *ENDINGS))]
    states = [(str(key), words.pick(pair)) for key, pair in pairs]
    return [
        options("light", _("进度"), _("推进中的"), [*states, (queries.CHECK, _("该做履约核查"))]),
        options(
            "kind",
            _("类型"),
            _("全部类型"),
            [(code, said.say(kind.name)) for code, kind in queries.kinds().items()],
        ),
        options(
            "town",
            _("镇街"),
            _("全部镇街"),
            [(one.code, words.pick((one.name_zh, one.name_en))) for one in places.towns()],
        ),
    ]


def funnel(rows: Any, chosen: str) -> dict[str, Any]:
    """Open projects by stage as bars, of the chosen kind or of the largest one."""
    counts = queries.by_stage(rows)
    kinds = queries.kinds()
    code = chosen if chosen in kinds else max(kinds, key=lambda one: _of(counts, one), default="")
    if not code or not _of(counts, code):
        return {}
    stages = [one for one in kinds[code].stages if counts.get((code, one.id))]
    most = max(counts[code, one.id] for one in stages)
    bars = [
        {
            "name": said.say(one.name),
            "n": counts[code, one.id],
            "y": number * 26 + 4,
            "middle": number * 26 + 17,
            "width": max(4, counts[code, one.id] * 280 // most),
        }
        for number, one in enumerate(stages)
    ]
    return {"kind": said.say(kinds[code].name), "bars": bars, "height": len(bars) * 26 + 4}


def _of(counts: Mapping[tuple[str, str], int], code: str) -> int:
    return sum(n for (kind, _stage), n in counts.items() if kind == code)


@staff(*SEES)
@require_GET
def project(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """One project: where it stands, its permits and the way through them, subsidies, needs, issues, money, meetings."""
    return show(request, project_id)


def show(
    request: HttpRequest, project_id: uuid.UUID, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    """The page; after a form was refused, with the reason and what was typed."""
    row, today = queries.project(request.actor, project_id), time.today()
    looking.at(request, row)
    entries = queries.entries_of(row)
    permits = queries.progress(queries.items_of(row, Role.PERMIT))
    names = {one.item.permit: said.item_name(one.item.item) for one in permits}
    people = parties.account_names(
        {one.by for one in entries} | ({row.officer_id} if row.officer_id else set())
    )
    open_, stages = row.state == ProjectState.OPEN, stage_rows(row, today)
    papers, years = projectfiles.about(row, entries), queries.years_of(row)
    context = {
        "row": row,
        "light": said.light(row, today),
        "where": said.town_name(row.place_path),
        "kind": said.kind_name(row.kind),
        "office": said.office(row.agency),
        "officer": people.get(row.officer_id, "") if row.officer_id else "",
        "promised": factwords.money(row.promised_fen),
        "done": factwords.money(row.done_fen),
        "percent": calc.percent(row.done_fen, row.promised_fen),
        "years": said.years(years),
        "year_fields": projectyears.fields(years, today.year, request.POST if failed == "years" else None),
        "stages": stages,
        "unknown": [one for one in stages if one.unknown],
        "permits": [_item(one, request) for one in permits],
        "way": said.drawing(queries.way(permits), names) if permits else None,
        "candidates": queries.candidates(row) if open_ else {},
        "subsidies": subsidies(row, request),
        "undecided": _undecided(row),
        "followed": _followed(row, [one for one in entries if one.kind in FOLLOWED], people, request),
        "due": open_ and row.check_on is not None and row.check_on <= today,
        "colleagues": projectmatters.colleagues(row, today) if open_ else [],
        "meetings": projectmeetings.listed(row, entries, today),
        "decisions": projectmeetings.form(request.POST if failed == "meet" else None),
        "present": request.POST.getlist("present") if failed == "meet" else [],
        "written": [
            _entry(row, one, people, today) | papers[one.pk] for one in entries if one.kind not in FOLLOWED
        ],
        "answers": said.answered(queries.kinds()[row.kind], row.answers)
        if row.kind in queries.kinds()
        else [],
        "can": open_ and queries.may(request.actor, row, "manage"),
        "mine": row.officer_id == request.actor.account_id,
        "moves": [(str(one), said.entry_name(one)) for one in MOVES if one is not EntryKind.DOCUMENT],
        "follows": [(str(one), said.entry_name(one)) for one in (EntryKind.ISSUE, EntryKind.NEED)],
        "documents": _documents(row),
        "offices": _offices(row),
        "endings": [(str(one), words.pick(STATE_NAMES[one])) for one in ENDINGS],
        "today": today.isoformat(),
        "typed": {name: request.POST.get(name, "") if problem else "" for name in _TYPED},
        "failed": failed,
        "problem": said_of(problem),
    }
    return render(request, "desk/project.html", context, status=problem.status if problem else 200)


@dataclass(frozen=True)
class StageRow:
    """A stage on the page."""

    id: str
    name: str
    office: str
    planned: str
    actual: str
    state: str
    late: bool
    later: bool
    unknown: bool


def stage_rows(row: Any, today: date) -> list[StageRow]:
    """The stages with planned and actual days. A stage is late when its day is over and it has not begun.

    One that was jumped over has no actual day until somebody registers it: its plan is no day on which it happened.
    """
    rows = queries.stages_of(row)
    order = next((one.order for one in rows if one.stage == row.stage), 0)
    open_ = row.state == ProjectState.OPEN
    return [
        StageRow(
            one.stage,
            said.stage_name(row.kind, one.stage),
            said.office(one.office),
            cndate(one.planned_on),
            cndate(one.actual_on) if one.actual_on else "",
            "now" if one.order == order and open_ else "done" if one.order <= order else "todo",
            late=open_ and one.order > order and one.planned_on < today,
            later=one.order > order,
            unknown=one.order <= order and one.actual_on is None,
        )
        for one in rows
    ]


def _item(one: queries.Progress, request: HttpRequest) -> dict[str, Any]:
    case = one.case
    return {
        "id": one.item.pk,
        "item": one.item.item,
        "name": said.item_name(one.item.item),
        "days": one.item.days,
        "number": one.item.short_no or (case.short_no if case else ""),
        "url": reverse("desk-case", args=[case.pk])
        if case and request.actor.can(Permission.CASE_VIEW)
        else "",
        "state": words.state_name(case.state) if case else _("还没有申请"),
        "granted": one.granted,
        "guide": reverse("item", args=[one.item.item]),
    }


def subsidies(row: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """The subsidies of a project, each with what the enterprise's data say of it today."""
    rows = queries.progress(queries.items_of(row, Role.SUBSIDY))
    if not rows:
        return []
    held, today = published.in_force(), time.today()
    profile = published.profile_of(person_id=None, organisation_id=row.organisation_id)
    matches = {one.offer.code: one for one in published.matches(profile, "organisation")}
    found = []
    for one in rows:
        match = matches.get(one.item.item)
        line = told.row(match, profile, held.policies, today) if match else None
        found.append(
            {
                "id": one.item.pk,
                "item": one.item.item,
                "name": line.name if line else _name(held, one.item.item),
                "url": reverse("subsidy", args=[one.item.item]),
                "amount": line.said if line else "",
                "group": str(told.GROUPS[line.group]) if line else _("现在没有开放"),
                "tone": {"can": "green", "near": "amber", "needs": "blue"}.get(line.group, "")
                if line
                else "",
                "gaps": texts.listed(gap.text for gap in line.gaps[:2]) if line else "",
                "number": one.item.short_no,
                "state": words.state_name(one.case.state) if one.case else "",
                "granted": one.granted,
            }
        )
    return found


def _name(held: published.InForce, code: str) -> str:
    found = next((one for rows in held.policies.policies for one in rows.items if one.code == code), None)
    return policy.said(found.name) if found else code


def _followed(
    row: Any, entries: Sequence[Any], people: Mapping[uuid.UUID, str], request: HttpRequest
) -> list[dict[str, Any]]:
    """What waits for offices, and how the appeals stand that came of issues; three queries more, however many there are."""
    noted = {one.pk: one.number for one in entries if one.kind == EntryKind.ISSUE and one.number}
    made = appeals.from_sources(noted) if noted else {}
    ids = [one.pk for one in made.values()]
    seen = set(appeals.visible(request.actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else ()
    settles = queries.settled_by(request.actor, row)
    found = []
    for one in entries:
        line, appeal = _entry(row, one, people, time.today()), made.get(one.pk)
        line["settles"] = one.pk in settles
        line["appeal"] = appealwords.state(appeal) if appeal else None
        line["url"] = reverse("desk-appeal", args=[appeal.pk]) if appeal and appeal.pk in seen else ""
        line["to_appeal"] = line["open"] and one.kind == EntryKind.ISSUE and not one.number
        found.append(line)
    return found


def _entry(row: Any, one: Any, people: Mapping[uuid.UUID, str], today: date) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": said.entry_name(one.kind),
        "words": said.need_name(row, one) if one.kind == EntryKind.NEED and one.about else one.words,
        "day": cndate(one.day),
        "who": people.get(one.by, ""),
        "stage": said.stage_name(row.kind, one.stage),
        "money": factwords.money(one.fen) if one.fen else "",
        "number": one.number,
        "good": one.good,
        "office": said.office(one.office) if one.office else "",
        "due": cndate(one.due_on) if one.due_on else "",
        "light": said.due_light(one, today) if one.due_on else None,
        "open": one.due_on is not None and one.settled_on is None,
        "settled": one.settled_words or "",
    }


def _undecided(row: Any) -> list[str]:
    held = queries.kinds().get(row.kind)
    named = {one.id: said.item_name(one.item) for one in held.permits} if held else {}
    return [named.get(id, id) for id in row.undecided]


def _documents(row: Any) -> list[tuple[str, str]]:
    held = queries.kinds().get(row.kind)
    return [(id, said.say(name)) for id, name in held.documents.items()] if held else []


def _offices(row: Any) -> list[tuple[str, str]]:
    """Who can be asked: the offices of the project's stages and its lead, without those named twice."""
    codes = dict.fromkeys([row.agency, *(one.office for one in queries.stages_of(row))])
    return [(code, said.office(code)) for code in codes]
