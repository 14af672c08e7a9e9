"""The enterprise's home: what waits, what it can get, who serves it, its projects, what was promised, messages."""

import uuid
from datetime import date, timedelta
from typing import Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.notices import queries as notices
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries as appeals
from tongban.modules.claims import queries as claims
from tongban.modules.matching import queries as matching
from tongban.modules.policies.queries import awards, published
from tongban.modules.projects import actions, calc, queries
from tongban.modules.projects.actions import Plan
from tongban.modules.projects.states import EntryKind, Role
from tongban.modules.visits import queries as visits
from tongban.terminals.enterprise import permits as applying
from tongban.terminals.enterprise import projectfiles, wanted
from tongban.terminals.ui import appealwords, factwords, parts, told
from tongban.terminals.ui import policywords as policy
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.addresses import address
from tongban.terminals.ui.pages import said as said_of
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE, MOST, SOON_DAYS = 20, 5, 60


@require_GET
@signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """Everything that concerns the enterprise acted for; who acts for none chooses one, or learns how to come to one."""
    actor, today = request.actor, time.today()
    context: dict[str, Any] = {"organisations": parties.organisations_of(actor) if actor.represents else []}
    firm = actor.organisation_id
    if firm is None:
        return render(request, "enterprise/home.html", context | {"firm": None})
    row = parties.organisation(firm)
    mine = list(queries.of_firm(actor, firm)[:MOST])
    context |= {
        "firm": row,
        "waits": waits(actor, firm),
        "policies": offered(firm, today),
        "served": served(row, today),
        "projects": [listed(one, today) for one in mine],
        "promises": [_promise(one) for one in visits.promises_to(actor, firm)[:MOST]],
        "appeals": _appeals(actor, firm),
        "menu": _menu(actor),
        "unread": notices.unread(actor),
        "messages": [said.pick((one.title_zh, one.title_en)) for one in notices.inbox(actor)[:3]],
    }
    return render(request, "enterprise/home.html", context)


def _menu(actor: Actor) -> list[tuple[str, str, int]]:
    """The parts of the enterprise's terminal (label, address, number waiting there)."""
    return [
        (_("我能享受的政策"), reverse("policies-mine"), awards.waiting_for(actor)),
        (_("供需对接"), reverse("market-mine"), matching.waiting_for(actor)),
        (_("我的画像"), reverse("policies-profile"), 0),
        (_("企业人员"), reverse("enterprise-people"), 0),
        (_("我要增资扩产"), reverse("enterprise-intake"), 0),
    ]


def waits(actor: Actor, firm: uuid.UUID) -> list[parts.Link]:
    """What somebody of the enterprise has to do, each with the place where it is done."""
    asked = cases.mine(actor).filter(organisation_id=firm, state=CaseState.SUPPLEMENT_REQUESTED)
    drafts = cases.mine(actor).filter(organisation_id=firm, state=CaseState.DRAFT)
    found = [
        parts.Link(_("补正：{item}", item=one.item_name), address("case", one.pk), "pen-line", "amber")
        for one in asked[:MOST]
    ]
    if many := awards.waiting_for(actor):
        found.append(
            parts.Link(
                _("有 {count} 笔免申即享等您确认", count=many), reverse("awards"), "badge-check", "green"
            )
        )
    if many := matching.waiting_for(actor):
        found.append(
            parts.Link(
                _("有 {count} 个供需对接等您确认", count=many), reverse("market-mine"), "handshake", "amber"
            )
        )
    if many := appeals.waiting_for_firm(actor, firm):
        found.append(
            parts.Link(_("有 {count} 件诉求等您回应", count=many), reverse("appeals"), "megaphone", "amber")
        )
    if many := appeals.questions_for_firm(actor, firm):
        found.append(
            parts.Link(
                _("有 {count} 个重点问题等您确认", count=many), reverse("key-questions"), "handshake", "amber"
            )
        )
    found += [
        parts.Link(_("还没有提交：{item}", item=one.item_name), address("application", one.pk), "file-text")
        for one in drafts[:MOST]
    ]
    soon = time.today() + timedelta(days=SOON_DAYS)
    found += [
        parts.Link(
            _("{name} {day} 到期", name=said.pick((one.name_zh, one.name_en)), day=cndate(one.valid_until)),
            address("credential", one.pk),
            "clock",
            "amber",
        )
        for one in credentials.expiring(actor, firm, time.today(), soon)[:MOST]
    ]
    found += [
        parts.Link(
            _("供需信息“{title}”{day} 到期", title=one.title, day=cndate(one.expires_on)),
            reverse("market-post", args=[one.pk]),
            "clock",
        )
        for one in matching.expiring(actor, firm, soon)[:MOST]
    ]
    return found


def _appeals(actor: Actor, firm: uuid.UUID) -> list[dict[str, Any]]:
    found = []
    for one in appeals.of_firm(actor, firm)[:MOST]:
        state, tone = appealwords.state(one)
        found.append(
            {"url": reverse("appeal", args=[one.pk]), "title": one.title, "state": state, "tone": tone}
        )
    return found


def offered(firm: uuid.UUID, today: date) -> dict[str, Any]:
    """What the enterprise can get now, the highest amounts first, and how many are nearly there."""
    held = published.in_force()
    profile = published.profile_of(person_id=None, organisation_id=firm)
    groups = told.grouped(published.matches(profile, "organisation"))
    can = sorted(groups["can"], key=told.by_amount)
    return {
        "count": len(can),
        "near": len(groups["near"]),
        "total": factwords.money(sum(one.amount or 0 for one in can if not one.outdone_by)),
        "rows": [told.row(one, profile, held.policies, today) for one in can[:3]],
    }


def served(firm: Any, today: date) -> dict[str, Any]:
    """The officer and the deputy with their telephones, and who is on duty in the town today."""
    assigned = visits.assignment_of(firm.pk)
    town = places.town_of(firm.place_path)
    on_duty = visits.duties(town.path, today, 1).get(today) if town else None
    people = visits.officers_by_account(
        [assigned.officer_id if assigned else None, assigned.deputy_id if assigned else None, on_duty]
    )
    return {
        "officer": people.get(assigned.officer_id) if assigned else None,
        "deputy": people.get(assigned.deputy_id) if assigned and assigned.deputy_id else None,
        "duty": people.get(on_duty) if on_duty else None,
        "next": cndate(assigned.next_on) if assigned else "",
    }


@require_GET
@signed_in()
def told_project(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """From a notice to the project: officers to their page of it, an enterprise to its own."""
    return redirect("desk-project" if request.actor.is_staff else "enterprise-project", project_id)


@require_GET
@signed_in()
def told_visit(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """From a notice: officers to the visit, an enterprise to what was promised to it; what else was said it does not read."""
    if request.actor.is_staff:
        return redirect("desk-visit", visit_id)
    return redirect(f"{reverse('enterprise-home')}#promises-title")


def listed(row: Any, today: date) -> dict[str, Any]:
    """A project as a row of the enterprise."""
    return {
        "url": reverse("enterprise-project", args=[row.pk]),
        "name": row.name,
        "number": row.number,
        "kind": said.kind_name(row.kind),
        "stage": said.stage_name(row.kind, row.stage),
        "light": said.light(row, today),
        "percent": calc.percent(row.done_fen, row.promised_fen),
    }


def _promise(one: Any) -> dict[str, Any]:
    return {"words": one.words, "due": cndate(one.due_on), "kept": one.kept_words or ""}


@require_GET
@signed_in()
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of the enterprise acted for."""
    actor, today = request.actor, time.today()
    if actor.organisation_id is None:
        return redirect("enterprise-home")
    page = Paginator(queries.of_firm(actor, actor.organisation_id), PAGE).get_page(request.GET.get("page"))
    rows = [listed(one, today) for one in page.object_list]
    return render(request, "enterprise/projects.html", {"page": page, "rows": rows})


@require_GET
@signed_in()
def project(request: HttpRequest, project_id: uuid.UUID) -> HttpResponse:
    """A project as its enterprise sees it: stages, permits with their way, subsidies, documents, needs, issues; nothing internal."""
    return show(request, project_id)


def show(request: HttpRequest, project_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    """The page; after a document was refused, with the reason and what was typed."""
    row, today = queries.project(request.actor, project_id, "own"), time.today()
    permits = queries.progress(queries.items_of(row, Role.PERMIT))
    drafts = applying.begun(request.actor, row, permits)
    names = {one.item.permit: said.item_name(one.item.item) for one in permits}
    held = published.in_force()
    policies = {one.code: policy.said(one.name) for rows in held.policies.policies for one in rows.items}
    officer = visits.officer(row.officer_id)
    asked = queries.entries_of(row, EntryKind.NEED, EntryKind.ISSUE)
    made = appeals.from_sources(
        {one.pk: one.number for one in asked if one.kind == EntryKind.ISSUE and one.number}
    )
    context = {
        "row": row,
        "light": said.light(row, today),
        "kind": said.kind_name(row.kind),
        "stage": said.stage_name(row.kind, row.stage),
        "office": said.office(row.agency),
        "officer": officer,
        "taken": row.officer_id is not None,
        "promised": factwords.money(row.promised_fen),
        "done": factwords.money(row.done_fen),
        "percent": calc.percent(row.done_fen, row.promised_fen),
        "years": said.years(queries.years_of(row)),
        "stages": _stages(row),
        "permits": [_permit(one, names[one.item.permit], drafts) for one in permits],
        "begin": applying.can_begin(request.actor, row, permits, drafts),
        "together": bool(drafts),
        "way": said.drawing(queries.way(permits), names) if permits else None,
        "subsidies": _subsidies_of(request.actor, row, policies, today),
        "documents": projectfiles.listed(row),
        "to_supply": projectfiles.asked(row),
        "typed": {name: request.POST.get(name, "") if problem else "" for name in ("document", "words")},
        "problem": said_of(problem),
        "asked": [
            {
                "words": said.need_name(row, one) if one.about else one.words,
                "office": said.office(one.office),
                "due": cndate(one.due_on),
                "light": said.due_light(one, today),
                "settled": one.settled_words or "",
                "appeal": made.get(one.pk),
                "stands": appealwords.state(made[one.pk]) if one.pk in made else None,
                "market": wanted.address(request.actor, row, one),
            }
            for one in asked
        ],
    }
    return render(request, "enterprise/project.html", context, status=problem.status if problem else 200)


def _stages(row: Any) -> list[parts.TimelineEntry]:
    rows = queries.stages_of(row)
    order = next((one.order for one in rows if one.stage == row.stage), 0)
    return [_stage(one, row, passed=one.order <= order) for one in rows]


def _stage(one: Any, row: Any, *, passed: bool) -> parts.TimelineEntry:
    state: Literal["done", "now", "future"] = "done" if passed else "future"
    if one.stage == row.stage:
        state = "now"
    planned = _("未登记") if passed else _("计划 {day}", day=cndate(one.planned_on))
    when = cndate(one.actual_on) if one.actual_on else planned
    return parts.TimelineEntry(said.stage_name(row.kind, one.stage), when, state=state)


def _subsidies_of(actor: Actor, row: Any, names: dict[str, str], today: date) -> list[dict[str, Any]]:
    """The subsidies of a project, each with its claim where the enterprise has made one, else with the way to apply."""
    own: dict[str, Any] = {}
    for claim in claims.own_claims(actor, row.organisation_id):  # the newest first
        own.setdefault(claim.item, claim)
    found = []
    for one in queries.progress(queries.items_of(row, Role.SUBSIDY)):
        code, claim = one.item.item, own.get(one.item.item)
        drawn = _item(one, names.get(code, code), "subsidy")
        drawn["about"] = reverse("subsidy", args=[code])
        if claim is not None:
            drawn |= {"url": reverse("claim", args=[claim.pk]), "number": claim.short_no, "open": False}
        elif one.case is None:
            drawn["apply"] = reverse("item", args=[code]) if claims.is_open(code, today) else ""
        found.append(drawn)
    return found


def _permit(one: queries.Progress, name: str, drafts: dict[uuid.UUID, str]) -> dict[str, Any]:
    drawn = _item(one, name)
    draft = "" if one.case else drafts.get(one.item.pk, "")
    return drawn | {"draft": bool(draft), "url": draft or drawn["url"]}


def _item(one: queries.Progress, name: str, page: str = "item") -> dict[str, Any]:
    """A permit or subsidy: the case where there is one, else the guide from which it is applied for."""
    return {
        "name": name,
        "url": address("case", one.case.pk) if one.case else reverse(page, args=[one.item.item]),
        "number": one.case.short_no if one.case else "",
        "days": one.item.days,
        "granted": one.granted,
        "open": one.case is None,
    }


@signed_in()
def intake(request: HttpRequest) -> HttpResponse:
    """The same questions as at the expansion desk; what is opened here waits for an officer of the town."""
    actor, today = request.actor, time.today()
    if actor.organisation_id is None:
        return redirect("enterprise-home")
    given = request.POST if request.method == "POST" else request.GET
    kinds = queries.kinds()
    kind = kinds.get(given.get("kind", "expansion")) or next(iter(kinds.values()), None)
    if kind is None:
        return redirect("enterprise-home")
    read = said.read(kind, given)
    context: dict[str, Any] = {
        "kinds": [
            parts.Link(said.say(one.name), f"?kind={one.code}", current=one is kind) for one in kinds.values()
        ],
        "kind": kind.code,
        "summary": said.say(kind.summary),
        "asked": said.asked(kind, read.typed),
        "name": given.get("name", "")[:120],
    }
    problem: Problem | None = read.problem
    try:
        if problem is None and ("diagnose" in given or given.get("do") == "open"):
            found = queries.diagnosis(kind.code, read.values, actor.organisation_id, today)
            context |= {"found": said.said(kind, found), "subsidies": _subsidies(found)}
        if problem is None and request.method == "POST" and given.get("do") == "open":
            plan = Plan(
                kind=kind.code,
                name=given.get("name", "")[:200],
                organisation_id=actor.organisation_id,
                promised_fen=int(read.values.get("invest", 0)),
                answers=read.values,
            )
            row = actions.open_project(plan=plan, by=actor)
            return HttpResponseRedirect(reverse("enterprise-project", args=[row.pk]))
    except Problem as refused:
        problem = refused
    context["problem"] = said_of(problem)
    return render(request, "enterprise/intake.html", context, status=problem.status if problem else 200)


def _subsidies(found: calc.Diagnosis) -> list[tuple[str, str]]:
    held = published.in_force()
    names = {one.code: policy.said(one.name) for rows in held.policies.policies for one in rows.items}
    return [(names.get(one.item, one.item), reverse("subsidy", args=[one.item])) for one in found.subsidies]
