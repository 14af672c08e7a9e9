"""What there is, what fits the one who asks, what the city knows of them, and an alert for what does not fit yet."""

import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import queries as claims
from tongban.modules.claims.queries.reports import is_bank
from tongban.modules.policies import actions
from tongban.modules.policies.queries import alerts, awards, published
from tongban.terminals.enterprise import found
from tongban.terminals.enterprise.remedies import remedies
from tongban.terminals.ui import factwords, parts, told
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import _

PAGE = 20


@require_GET
@open_to_all("what a city gives, to whom and under which conditions is public")
def directory(request: HttpRequest) -> HttpResponse:
    """All items, narrowed by questions and words."""
    held, today = published.in_force(), time.today()
    asked = {
        name: request.GET.get(name, "") for name in ("q", "for", "theme", "agency", "level", "kind", "how")
    }
    everything = found.listed(held, today)
    rows = found.narrowed(everything, asked, today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [_listed(one, held, today) for one in page],
        "page": page,
        "page_query": query.urlencode(),
        "count": len(rows),
        "policies": len(held.policies.policies),
        "q": asked["q"],
        "filters": found.filters(everything, held.policies, asked),
        "narrowed": any(asked.values()),
    }
    return render(request, "enterprise/directory.html", context)


def _listed(one: found.Listed, held: published.InForce, today: date) -> dict[str, Any]:
    window = one.edition.window if one.edition else None
    return {
        "url": reverse("subsidy", args=[one.item.code]),
        "name": words.said(one.item.name),
        "summary": words.said(one.item.summary),
        "agency": words.agency(one.policy, held.policies),
        "kind": words.KINDS[one.item.kind],
        "audience": words.AUDIENCES[one.item.audience],
        "automatic": one.automatic,
        "open": one.open_on(today),
        "in_force": one.edition is not None,
        "opens": window.begins if window and window.begins > today else None,
        "closes": window.ends if window and window.ends and window.ends >= today else None,
        "closed": bool(window and window.ends and window.ends < today and not one.automatic),
    }


@require_GET
@open_to_all("what a city gives, to whom and under which conditions is public")
def subsidy(request: HttpRequest, code: str) -> HttpResponse:
    """One item in plain words: what, for whom, how much, by when, from which clause; and whether it fits who asks."""
    held, today = published.in_force(), time.today()
    offer = held.offer(code, today)
    policy, item, edition = offer.policy, offer.item, offer.edition
    row = None
    if request.actor.is_signed_in and (subject := subject_of(request.actor, item.audience)) is not None:
        row = _row_of(request.actor, subject, code, held, today)
    data = edition.data
    context = {
        **_listed(found.Listed(policy, item, item.edition_on(today)), held, today),
        "code": code,
        "policy": policy,
        "policy_name": words.said(policy.name),
        "source": words.said_data(policy.data.get("source")),
        "edition": edition.name,
        "reckoning": words.reckoning(offer.amount, held.policies),
        "conditions": [
            (words.said(one.text), words.said(one.clause.ref) if one.clause else "")
            for one in offer.requirements
        ],
        "clauses": [(words.said(one.ref), words.said(one.text)) for one in policy.clauses.values()],
        "materials": [_material(one) for one in data.get("materials", [])],
        "editions": [
            (one.name, one.valid.begins, one.valid.ends, one.name == edition.name) for one in item.editions
        ],
        "funders": [(words.FUNDERS[level], share) for level, share in edition.funders.items() if share],
        "instalments": [
            (one["percent"], words.said_data(one.get("when")) or words.after_days(one.get("after_days")))
            for one in data.get("instalments", [])
        ],
        "days": data.get("days", {}),
        "illustrative": policy.illustrative,
        "row": row,
        "remedies": remedies(request.actor, row),
        "apply": reverse("item", args=[code]) if claims.is_open(code, today) else "",
    }
    return render(request, "enterprise/subsidy.html", context)


def _material(data: dict[str, Any]) -> tuple[str, str]:
    how = _("系统自动获取，不用提交") if data.get("waived_by") else ""
    return words.said_data(data["name"]), how or words.said_data(data.get("note"))


def subject_of(actor: Actor, audience: str) -> uuid.UUID | None:
    """The one an item would be for: the organisation acted for, or the person."""
    return actor.organisation_id if audience == "organisation" else actor.person_id


def profile_of_actor(actor: Actor, audience: str) -> published.Profile:
    """What is known of the organisation acted for, or of the person."""
    if audience == "organisation":
        return published.profile_of(person_id=None, organisation_id=actor.organisation_id)
    return published.profile_of(person_id=actor.person_id, organisation_id=None)


def _row_of(
    actor: Actor, subject: uuid.UUID, code: str, held: published.InForce, today: date
) -> told.Row | None:
    """The item for the one who asks; nothing where it is not in force."""
    _policy, item = held.item(code)
    profile = profile_of_actor(actor, item.audience)
    waits = alerts.alerts_of(actor.account_id, subject) if actor.account_id else {}
    for one in published.matches(profile, item.audience):
        if one.offer.code == code:
            return told.row(one, profile, held.policies, today, waits=code in waits)
    return None


@require_GET
@signed_in()
def mine(request: HttpRequest) -> HttpResponse:
    """Everything there is for the enterprise acted for, or for the person: can, nearly, data needed, not."""
    actor, today = request.actor, time.today()
    audience = "organisation" if actor.organisation_id else "person"
    subject = subject_of(actor, audience)
    held, profile = published.in_force(), profile_of_actor(actor, audience)
    waits = alerts.alerts_of(actor.account_id, subject) if subject else {}
    groups = told.grouped(published.matches(profile, audience))
    tab = request.GET.get("tab", "")
    if tab not in told.GROUPS:  # the first that holds something
        tab = next((name for name in told.GROUPS if groups[name]), "can")
    chosen = sorted(groups[tab], key=told.by_amount if request.GET.get("sort") == "amount" else told.by_day)
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    rows = [told.row(one, profile, held.policies, today, waits=one.offer.code in waits) for one in page]
    context = {
        "name": name_of(actor, audience),
        "tabs": [
            parts.Link(f"{label} {len(groups[name])}", f"?tab={name}", current=name == tab)
            for name, label in told.GROUPS.items()
        ],
        "page": page,
        "rows": rows,
        "page_query": f"tab={tab}",
        "tab": tab,
        "total": factwords.money(sum(one.amount or 0 for one in groups["can"] if not one.outdone_by)),
        "many": len(groups["can"]),
        "near": len(groups["near"]),
        "known": len(profile.values),
        "agencies": len({one.source for one in profile.known.values()}),
        "as_of": max((one.as_of for one in profile.known.values()), default=None),
        "waiting": awards.waiting_for(actor),
        "organisation": audience == "organisation",
        "reports_interest": is_bank(actor),
        "organisations": parties.organisations_of(actor) if actor.represents else [],
    }
    return render(request, "enterprise/mine.html", context)


def name_of(actor: Actor, audience: str) -> str:
    """What the one is called for whom the pages speak."""
    if audience == "organisation" and actor.organisation_id:
        return parties.organisation(actor.organisation_id).name
    return actor.name


@require_GET
@signed_in()
def told_alert(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From the notice of an alert of one's own to the item that it waited for."""
    return redirect("subsidy", code=alerts.alert_of(request.actor, id).item)


@require_POST
@signed_in()
def alert(request: HttpRequest, code: str) -> HttpResponse:
    """Set an alert for an item, or take it back."""
    _policy, item = published.in_force().item(code)
    if request.POST.get("do") == "end":
        actions.end_alert(item=code, audience=item.audience, by=request.actor)
    else:
        actions.save_alert(item=code, audience=item.audience, by=request.actor)
    return redirect("subsidy", code=code)
