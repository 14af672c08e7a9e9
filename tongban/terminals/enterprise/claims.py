"""Claims of one's own with money and reasons, and the public notice of claims to which everybody may object."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_name
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import actions, queries, rules
from tongban.modules.claims.queries import parts
from tongban.modules.claims.states import CLAIM_NAMES, REMOVAL_NAMES, ClaimState, PartState, Removal
from tongban.modules.policies.queries import published
from tongban.modules.projects import queries as projects
from tongban.terminals.ui import partwords, texts, told
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui.factwords import money
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import _

PAGE = 50
LEVEL = 3  # as for everything that binds
_TONES = {
    ClaimState.PAID: "green",
    ClaimState.GRANTED: "green",
    ClaimState.POOLED: "yellow",
    ClaimState.REFUSED: "yellow",
    ClaimState.REMOVED: "red",
    ClaimState.CLAWED: "red",
}


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def _name(code: str) -> str:
    try:
        return words.said(published.in_force().item(code)[1].name)
    except published.NoSuchSubsidy:
        return code


def _why(claim: Any, *, public: bool) -> str:
    """Why a claim was taken off. Of people everybody else reads the kind alone."""
    if not claim.removed_for:
        return ""
    kind = _pick(REMOVAL_NAMES[Removal(claim.removed_for)])
    if public and claim.audience == "person":
        return kind
    return _("{kind}：{reason}", kind=kind, reason=claim.reason)


def _row(claim: Any) -> dict[str, Any]:
    fen = claim.granted_fen if claim.granted_fen is not None else claim.fen
    return {
        "id": claim.pk,
        "url": reverse("claim", args=[claim.pk]),
        "case": reverse("case", args=[claim.case_id]),
        "number": claim.short_no,
        "code": claim.item,
        "item": _name(claim.item),
        "amount": money(fen) if fen is not None else "",
        "state": _pick(CLAIM_NAMES[ClaimState(claim.state)]),
        "tone": _TONES.get(claim.state, ""),
        "why": _why(claim, public=False),
        "estimate": claim.granted_fen is None,
        "clawed": money(claim.clawed_fen) if claim.clawed_fen else "",
        "paid_at": claim.paid_at,
        "until": claim.notice_until,
    }


@require_GET
@signed_in()
def mine(request: HttpRequest) -> HttpResponse:
    """The claims of the enterprise acted for, or of the person, newest first."""
    actor = request.actor
    subject = actor.organisation_id or actor.person_id
    rows = queries.own_claims(actor, subject) if subject else []
    context = {
        "rows": [_row(one) for one in rows],
        "name": parties.organisation(actor.organisation_id).name if actor.organisation_id else actor.name,
        "organisations": parties.organisations_of(actor) if actor.represents else [],
    }
    return render(request, "enterprise/claims.html", context)


@require_GET
@signed_in(level=LEVEL)
def claim(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One claim: how far, how much, why, into which account; by which case it is handled."""
    return _show(request, id)


def _show(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = queries.own_claim(request.actor, id)
    person = row.audience == "person"
    profile = published.profile_of(
        person_id=row.subject_id if person else None, organisation_id=None if person else row.subject_id
    )
    looked = queries.of_claim(row)
    context = {
        "row": _row(row),
        "name": row.name,
        "lines": [told.line(one, profile, looked.policies) for one in looked.match.judged],
        "account": f"**** {row.account[-4:]}" if row.account else "",
        "pooled": row.state == ClaimState.POOLED,
        "cut": _cut(row) if row.pool else None,
        "refused": row.state == ClaimState.REFUSED or parts.parts_of(row, PartState.REFUSED).exists(),
        "parts": partwords.rows(parts.parts_of(row)),
        "projects": []
        if person
        else [
            (one.name, reverse("enterprise-project", args=[one.pk]))
            for one in projects.with_subsidy(request.actor, row.subject_id, row.item)
        ],
        "first": money(row.first_fen) if row.later_fen else "",
        "typed": {one: request.POST.get(one, "") for one in ("account", "bank")},
        "problem": said(problem),
    }
    return render(request, "enterprise/claim.html", context, status=problem.status if problem else 200)


def _cut(row: Any) -> dict[str, Any]:
    """How the pool of a claim was shared: what all came to, what was given, what this one was approved."""
    return {
        "many": row.pool.many,
        "total": money(row.pool.approved_fen),
        "given": money(row.pool.given_fen),
        "approved": money(row.fen),
    }


@signed_in(level=LEVEL)
def correct(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Name another account for money that the bank did not take."""
    if request.method != "POST":
        return redirect("claim", id=id)
    try:
        actions.correct_account(
            claim_id=id,
            account=request.POST.get("account", ""),
            bank=request.POST.get("bank", ""),
            by=request.actor,
        )
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show(request, id, problem)
    return redirect("claim", id=id)


# ---------------------------------------------------------------------------------------------------------- everybody


@require_GET
@open_to_all(
    "claims are in public notice before they are decided, and what was taken off stays with its reason"
)
def notices(request: HttpRequest) -> HttpResponse:
    """Claims in public notice and those that were, the latest first."""
    page = Paginator(queries.noticed(), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "enterprise/claim_notices.html", {"page": page, "rows": [_public(one) for one in page]}
    )


def _public(claim: Any) -> dict[str, Any]:
    fen = claim.granted_fen if claim.granted_fen is not None else claim.fen
    running = claim.state == ClaimState.OPEN and time.today() <= claim.notice_until
    shown = _("公示中") if running else _pick(CLAIM_NAMES[ClaimState(claim.state)])
    return {
        "url": reverse("claim-notice", args=[claim.pk]),
        "name": claim.name if claim.audience == "organisation" else mask_name(claim.name),
        "code": claim.item,
        "item": _name(claim.item),
        "agency": words.said(published.in_force().policies.agencies[claim.agency]),
        "amount": money(fen) if fen is not None else "",
        "since": claim.notice_from,
        "until": claim.notice_until,
        "running": running,
        "state": shown,
        "tone": "blue" if running else _TONES.get(claim.state, ""),
        "why": _why(claim, public=True),
    }


@require_GET
@open_to_all(
    "claims are in public notice before they are decided, and what was taken off stays with its reason"
)
def notice(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One claim in public notice, with the form to object; what was taken off with its reason."""
    return _show_notice(request, id)


def _show_notice(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = queries.public_claim(id)
    context = {
        **_public(row),
        "id": row.pk,
        "edition": row.edition,
        "signed_in": request.actor.is_signed_in,
        "done": request.GET.get("done") == "objection",
        "problem": said(problem),
        "typed": request.POST.get("words", "") if problem else "",
    }
    return render(request, "enterprise/claim_notice.html", context, status=problem.status if problem else 200)


@signed_in()
def object_to(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Object to a claim in public notice, under one's own name."""
    back = reverse("claim-notice", args=[id])
    if request.method != "POST":
        return redirect(back)
    try:
        actions.object_to(claim_id=id, words=request.POST.get("words", ""), by=request.actor)
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show_notice(request, id, problem)
    return redirect(f"{back}?done=objection")


@require_GET
@signed_in()
def objection(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From the notice of an answer to the claim that one objected to."""
    return redirect("claim-notice", id=queries.own_objection(request.actor, id).claim_id)
