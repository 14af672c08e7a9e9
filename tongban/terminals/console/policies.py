"""Policies on their way to be published: the list, one draft with what it changes, and its way through four eyes."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.events.calc import digest
from tongban.kernel.parties import queries as parties
from tongban.modules.policies import actions
from tongban.modules.policies.calc import Item, Policy, offer
from tongban.modules.policies.calc.definition import Edition, Span, read_policy
from tongban.modules.policies.calc.drafting import Days, beside, differences
from tongban.modules.policies.queries import cities, drafts, published
from tongban.modules.policies.states import EDITABLE, DraftState
from tongban.terminals.console import conditions, editor
from tongban.terminals.console import policywords as words
from tongban.terminals.console.laboratory import both
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

drafters = staff(Permission.POLICY_DRAFT)
publishers = staff(Permission.POLICY_PUBLISH)
DAYS = ("begins", "ends", "opens", "closes")


@dataclass(frozen=True)
class Row:
    """An item of a policy in the list."""

    name: str
    edition: str
    url: str


@both
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The policies of the officer's agency, the drafts that are open, and what waits for this officer to publish."""
    may_publish = request.actor.can(Permission.POLICY_PUBLISH)
    rows = [(draft, *words.DRAFT_STATES[draft.state]) for draft in drafts.drafts(request.actor)]
    waiting = [one.pk for one in drafts.submitted(request.actor)] if may_publish else []
    names = parties.account_names(draft.drafted_by for draft, *_rest in rows) if rows else {}
    policies = drafts.policies_of(request.actor)
    named = {one.code: words.said(one.name) for one in policies}
    today = time.today()
    context = {
        "drafts": [
            {
                "url": reverse("console-policy-draft", args=[draft.pk]),
                "name": named.get(draft.policy, draft.policy),
                "state": str(state),
                "tone": tone,
                "by": names.get(draft.drafted_by, ""),
                "when": draft.changed_at,
                "mine": draft.pk in waiting,
            }
            for draft, state, tone in rows
        ],
        "waiting": len(waiting),
        "policies": [(words.said(policy.name), policy.number, _rows(policy, today)) for policy in policies],
        "snapshot": cities.newest(),
        "making": cities.being_made(),
        "may_make": settings.DEMO,
        "ask": request.path,
        "waits": "city",
    }
    return render(request, "console/policies.html", context)


def _rows(policy: Policy, today: date) -> list[Row]:
    found = []
    for item in policy.items:
        edition = item.edition_on(today) if policy.valid.covers(today) else None
        lab = reverse("console-laboratory", args=[item.code]) if item.audience == "organisation" else ""
        found.append(Row(words.said(item.name), edition.name if edition else "", lab))
    return found


@both
@require_GET
def draft_page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One draft: what it changes, its conditions in words, its faults, and what can be done with it."""
    return render(request, "console/policy_draft.html", _context(request, id))


def _context(request: HttpRequest, id: uuid.UUID, **more: Any) -> dict[str, Any]:
    draft = drafts.draft_for(request.actor, id)
    base, policy = read_policy(draft.based_on.data), read_policy(draft.data)
    errors = [] if draft.state == DraftState.PUBLISHED else drafts.faults_of(draft.data)
    names = parties.account_names([one for one in (draft.drafted_by, draft.checked_by) if one])
    state, tone = words.DRAFT_STATES[draft.state]
    actor = request.actor
    return {
        "draft": draft,
        "name": words.said(policy.name),
        "number": policy.number,
        "state": str(state),
        "tone": tone,
        "changes": [
            words.change(one, conditions.speaker(one.item.zh, one.edition, base, policy))
            for one in differences(base, policy)
        ],
        "faults": [editor.said(error) for error in errors],
        "editions": _editions(draft, base, policy, readable=not errors),
        "by": names.get(draft.drafted_by, ""),
        "checker": names.get(draft.checked_by, "") if draft.checked_by else "",
        "editable": draft.state in EDITABLE and actor.can(Permission.POLICY_DRAFT),
        "may_publish": draft.state == DraftState.SUBMITTED and actor.can(Permission.POLICY_PUBLISH),
        "own": str(actor.account_id) in {*draft.hands, str(draft.drafted_by)},
        "digest": digest(draft.data),
        "problem": None,
        "note": "",
        **more,
    }


def _editions(draft: Any, base: Policy, policy: Policy, *, readable: bool) -> list[dict[str, Any]]:
    """The editions that are not over yet, those that the draft changes first, with their conditions in words.

    Of a draft with faults the conditions may not be readable; its editions can be opened to be corrected.
    """
    held, today = published.in_force().policies, time.today()
    known = beside(policy, held)
    before = {(item.code, one.name): one for item in base.items for one in item.editions}
    found = []
    for item in policy.items:
        for one in item.editions:
            if one.valid.ends is not None and one.valid.ends < today:
                continue
            changed = before.get((item.code, one.name)) != one
            spoken = []
            if changed and readable:
                spoken = words.conditions(offer(known, policy, item, one, today), known)
            found.append(_edition(draft, item, one, changed=changed, spoken=spoken, readable=readable))
    return sorted(found, key=lambda one: not one["changed"])


def _edition(
    draft: Any, item: Item, one: Edition, *, changed: bool, spoken: list[Any], readable: bool
) -> dict[str, Any]:
    query = "?" + urlencode({"draft": draft.pk, "edition": one.name})
    tries = readable and item.audience == "organisation"
    lab = reverse("console-laboratory", args=[item.code]) + query if tries else ""
    return {
        "title": f"{words.said(item.name)} · {one.name}",
        "changed": changed,
        "valid": one.valid,
        "window": one.window,
        "numbers": [
            (words.said(each.label), words.number(each.value, each.unit)) for each in one.parameters.values()
        ],
        "conditions": spoken,
        "lab": lab,
        "edit": reverse("console-policy-edition", args=[draft.pk])
        + "?"
        + urlencode({"item": item.code, "edition": one.name}),
    }


# ---------------------------------------------------------------------------------------------------- editing editions


@drafters
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """A new edition with the numbers that were tried: into the policy's open draft, or into one that is started now."""
    policy, item = drafts.item_for(request.actor, code)
    standing = drafts.open_draft_of(policy.code)
    if standing is not None:
        policy = read_policy(drafts.draft_for(request.actor, standing.pk, "draft").data)
        item = next(one for one in policy.items if one.code == code)
    edition = _named(item, request.GET.get("edition", ""))
    if request.method == "GET":
        return _form(request, item, edition, _tomorrow(edition), new=True)

    def save(numbers: dict[str, int], days: Days, name: str) -> Any:
        draft = standing or actions.start_draft(policy=policy.code, by=request.actor)
        return actions.set_parameters(
            draft_id=draft.pk,
            item=code,
            edition=edition.name,
            new_edition=name,
            numbers=numbers,
            days=days,
            by=request.actor,
        )

    return _saved(request, item, edition, save, new=True)


@drafters
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Numbers and days of an edition in a draft."""
    draft = drafts.draft_for(request.actor, id, "draft")
    policy = read_policy(draft.data)
    item = next((one for one in policy.items if one.code == request.GET.get("item")), policy.items[0])
    edition = _named(item, request.GET.get("edition", ""))
    if request.method == "GET":
        return _form(request, item, edition, _as_it_is(edition), draft=draft)

    def save(numbers: dict[str, int], days: Days, _name: str) -> Any:
        seen = request.POST.get("revision", "")
        return actions.set_parameters(
            draft_id=id,
            item=item.code,
            edition=edition.name,
            numbers=numbers,
            days=days,
            by=request.actor,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        )

    return _saved(request, item, edition, save, draft=draft)


def _named(item: Item, name: str) -> Edition:
    found = {one.name: one for one in item.editions}
    return found.get(name) or item.edition_on(time.today()) or item.editions[0]


def _as_it_is(edition: Edition) -> dict[str, str]:
    spans = (edition.valid, edition.window)
    pairs = [(one.begins, one.ends) if one else (None, None) for one in spans]
    days = [day for pair in pairs for day in pair]
    return {name: day.isoformat() if day else "" for name, day in zip(DAYS, days, strict=True)}


def _tomorrow(edition: Edition) -> dict[str, str]:
    """Days for a copy: it follows on the next day after the edition where that is to come, and takes its last day."""
    found = _as_it_is(edition)
    return {**found, "begins": "", "opens": "", "closes": ""}


def _form(
    request: HttpRequest, item: Item, edition: Edition, days: dict[str, str], **more: Any
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    numbers = []
    for name, one in edition.parameters.items():
        moved = asked.get(f"m-{name}", "").strip()
        numbers.append(
            {
                "name": name,
                "label": words.said(one.label),
                "unit": str(words.UNITS.get(one.unit, one.unit)),
                "value": moved or str(words.shown(one.value, one.unit)),
                "written": words.number(one.value, one.unit),
            }
        )
    context = {
        "title": f"{words.said(item.name)} · {edition.name}",
        "code": item.code,
        "numbers": numbers,
        "days": days,
        "new": False,
        "draft": None,
        "conditions": conditions.lines_of(draft, item, edition) if (draft := more.get("draft")) else [],
        "add": conditions.address(draft, item.code, edition.name) if draft else "",
        "typed_name": asked.get("name", ""),
        "errors": [],
        **more,
    }
    return render(request, "console/policy_edition.html", context, status=422 if context["errors"] else 200)


def _saved(
    request: HttpRequest,
    item: Item,
    edition: Edition,
    save: Callable[[dict[str, int], Days, str], Any],
    *,
    new: bool = False,
    draft: Any = None,
) -> HttpResponse:
    """Read what was typed and save it; what cannot be read, and what is refused, stands above the form."""
    typed = {name: request.POST.get(name, "").strip() for name in DAYS}
    name = editor.typed(request.POST.get("name", ""))
    errors, days = _days(typed)
    numbers: dict[str, int] = {}
    for key, one in edition.parameters.items():
        plain = request.POST.get(f"m-{key}", "").strip()
        if not plain.isdecimal() or len(plain) > 14:
            errors.append(parts.ErrorLink(f"m-{key}", _("{label}：请填写整数", label=words.said(one.label))))
        else:
            numbers[key] = int(plain) * words.SHOWN_IN.get(one.unit, 1)
    if new and not name:
        errors.insert(0, parts.ErrorLink("name", _("请填写新版次的名称，例如 2027")))
    if not errors and days is not None:
        try:
            done = save(numbers, days, name)
        except Problem as problem:
            if problem.status == 404:
                raise
            lang = texts.language()
            errors = [parts.ErrorLink("begins", f"{problem.sentence(lang)}{problem.todo(lang)}")]
        else:
            return redirect("console-policy-draft", done.pk)
    return _form(request, item, edition, typed, errors=errors, new=new, draft=draft)


def _days(typed: dict[str, str]) -> tuple[list[parts.ErrorLink], Days | None]:
    found: dict[str, date | None] = {}
    errors = []
    for name, text in typed.items():
        try:
            found[name] = date.fromisoformat(text) if text else None
        except ValueError:
            errors.append(parts.ErrorLink(name, _("请按 2026-01-01 的样子填写日期")))
    begins, opens = found.get("begins"), found.get("opens")
    if begins is None and not errors:
        errors.append(parts.ErrorLink("begins", _("请填写生效日期")))
    if errors or begins is None:
        return errors, None
    window = Span(opens, found["closes"] or found["ends"]) if opens else None
    return [], Days(Span(begins, found["ends"]), window)


# ------------------------------------------------------------------------------------------------------- publication


@drafters
@require_POST
def submit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send the draft to another person."""
    return _settle(request, id, lambda: actions.submit_draft(draft_id=id, by=request.actor))


@drafters
@require_POST
def discard(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give the draft up."""
    actions.discard_draft(draft_id=id, by=request.actor)
    return redirect("console-policies")


@publishers
@fresh
@require_POST
def publish(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Put the draft in force."""
    return _settle(request, id, lambda: actions.publish_draft(draft_id=id, by=request.actor))


@publishers
@require_POST
def return_draft(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send the draft back with the reason."""
    note = editor.typed(request.POST.get("note", ""))
    return _settle(
        request, id, lambda: actions.return_draft(draft_id=id, note=note, by=request.actor), note=note
    )


def _settle(request: HttpRequest, id: uuid.UUID, act: Callable[[], Any], note: str = "") -> HttpResponse:
    """Do one step of the way to publication; what is refused is explained on the draft's page."""
    try:
        act()
    except Problem as problem:
        if problem.status == 404:
            raise
        lang = texts.language()
        said = {"sentence": problem.sentence(lang), "todo": problem.todo(lang)}
        context = _context(request, id, problem=said, note=note)
        return render(request, "console/policy_draft.html", context, status=problem.status)
    return redirect("console-policy-draft", id)
