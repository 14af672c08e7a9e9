"""Awards that nobody has to apply for: one's own with the one tap that confirms, and the lists that everybody may object to."""

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
from tongban.modules.policies import actions, rules
from tongban.modules.policies.calc.periods import period_words
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import AWARD_NAMES, AwardState, BatchState
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui import texts, told
from tongban.terminals.ui.awarding import off_because
from tongban.terminals.ui.factwords import money
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import open_to_all, signed_in

PAGE = 50
LEVEL = 3  # as for everything that binds
_TONES = {
    AwardState.PAID: "green",
    AwardState.CONFIRMED: "green",
    AwardState.WAITING: "yellow",
    AwardState.REMOVED: "red",
    AwardState.CLAWED: "red",
}
_BANKS = {
    "organisation": ("org.bank_account", "org.bank_name"),
    "person": ("person.bank_account", "person.bank_name"),
}


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def _row(row: Any, offer: Any) -> dict[str, Any]:
    fen = row.granted_fen if row.granted_fen is not None else row.fen
    return {
        "id": row.pk,
        "url": reverse("award", args=[row.pk]),
        "item": words.said(offer.item.name),
        "code": row.item,
        "period": _pick(period_words(row.period)) if "-" in row.period else "",
        "amount": money(fen) if fen is not None else "",
        "state": _pick(AWARD_NAMES[AwardState(row.state)]),
        "tone": _TONES.get(row.state, ""),
        "waiting": row.state == AwardState.WAITING,
        "due": row.due_on,
        "why": off_because(row, offer),
        "less": row.granted_fen is not None and row.fen is not None and row.granted_fen < row.fen,
        "rule": money(row.fen) if row.fen is not None else "",
        "paid_at": row.paid_at,
        "clawed": money(row.clawed_fen) if row.clawed_fen else "",
    }


@require_GET
@signed_in()
def mine(request: HttpRequest) -> HttpResponse:
    """The awards of the enterprise acted for, or of the person; those to be confirmed first."""
    actor = request.actor
    subject = actor.organisation_id or actor.person_id
    rows = awards.own_awards(actor, subject) if subject else []
    context = {
        "rows": [_row(one, awards.offer_of(one.batch)) for one in rows],
        "name": parties.organisation(actor.organisation_id).name if actor.organisation_id else actor.name,
        "organisations": parties.organisations_of(actor) if actor.represents else [],
    }
    return render(request, "enterprise/awards.html", context)


@require_GET
@signed_in(level=LEVEL)
def award(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One award: how much, why, into which account; one tap confirms."""
    return _show(request, id)


def _show(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = awards.own_award(request.actor, id)
    batch = row.batch
    offer = awards.offer_of(batch)
    held = published.in_force()
    organisation = batch.audience == "organisation"
    profile = published.profile_of(
        person_id=None if organisation else row.subject_id,
        organisation_id=row.subject_id if organisation else None,
    )
    account, bank = (profile.values.get(name) or "" for name in _BANKS[batch.audience])
    matcher, _policies = awards.terms_of(batch)
    match = next(one for one in matcher.match(profile.values) if one.offer.code == row.item)
    context = {
        "row": _row(row, offer),
        "name": row.name,
        "agency": words.agency(offer.policy, held.policies),
        "lines": [told.line(one, profile, held.policies) for one in match.judged],
        "account": request.POST.get("account", str(account)),
        "bank": request.POST.get("bank", str(bank)),
        "known": bool(account),
        "confirmed": f"**** {row.account[-4:]}" if row.account else "",
        "problem": said(problem),
    }
    return render(request, "enterprise/award.html", context, status=problem.status if problem else 200)


@signed_in(level=LEVEL)
def answer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Confirm an award and its account, or decline it."""
    if request.method != "POST":
        return redirect("award", id=id)
    try:
        if request.POST.get("do") == "decline":
            actions.decline_award(award_id=id, by=request.actor)
        else:
            actions.confirm_award(
                award_id=id,
                account=request.POST.get("account", ""),
                bank=request.POST.get("bank", ""),
                by=request.actor,
            )
    except rules.NoSuchAward:
        raise
    except Problem as problem:
        return _show(request, id, problem)
    return redirect("award", id=id)


# ---------------------------------------------------------------------------------------------------------- everybody


@require_GET
@open_to_all("lists of awards are in public notice, and what was approved is published")
def lists(request: HttpRequest) -> HttpResponse:
    """Lists in public notice, and those that were approved, newest first."""
    notice = awards.in_notice(time.today())[:PAGE]
    page = Paginator(awards.results(), PAGE).get_page(request.GET.get("page"))
    context = {
        "notice": [_list(one) for one in notice],
        "page": page,
        "results": [_list(one) for one in page.object_list],
    }
    return render(request, "enterprise/award_lists.html", context)


def _list(batch: Any) -> dict[str, Any]:
    """A list in a row, named by the text that it was made by: a directory of lists compiles no rules."""
    named = next(one["name"] for one in batch.text.data["items"] if one["code"] == batch.item)
    return {
        "url": reverse("award-list", args=[batch.pk]),
        "item": words.said_data(named),
        "agency": words.said(published.in_force().policies.agencies[batch.agency]),
        "until": batch.notice_until,
        "approved": batch.approved_at,
        "open": batch.state == BatchState.IN_NOTICE and time.today() <= batch.notice_until,
    }


@require_GET
@open_to_all("lists of awards are in public notice, and what was approved is published")
def list_page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Who is on a list and for how much. People's names are masked; enterprises are named."""
    return _show_list(request, id)


def _show_list(
    request: HttpRequest, id: uuid.UUID, problem: Problem | None = None, failed: uuid.UUID | None = None
) -> HttpResponse:
    batch = awards.public_batch(id)
    offer, held = awards.offer_of(batch), published.in_force()
    gone = (AwardState.NEEDS_DATA, AwardState.REMOVED, AwardState.DEFERRED)
    rows = awards.awards_of(batch).exclude(state__in=gone)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        **_list(batch),
        "id": batch.pk,
        "code": batch.item,
        "edition": batch.edition,
        "policy": words.said(offer.policy.name),
        "number": offer.policy.number,
        "agency": words.agency(offer.policy, held.policies),
        "page": page,
        "rows": [
            {
                "id": one.pk,
                "name": one.name if batch.audience == "organisation" else mask_name(one.name),
                "amount": money(one.granted_fen if one.granted_fen is not None else one.fen or 0),
                "paid": one.state == AwardState.PAID,
            }
            for one in page.object_list
        ],
        "signed_in": request.actor.is_signed_in,
        "done": request.GET.get("done") == "objection",
        "problem": said(problem),
        "failed": failed,
        "typed": request.POST.get("words", "") if problem else "",
    }
    return render(request, "enterprise/award_list.html", context, status=problem.status if problem else 200)


@signed_in()
def object_to(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Object to an award in public notice, under one's own name."""
    row = awards.public_award(id)
    back = reverse("award-list", args=[row.batch_id])
    if request.method != "POST":
        return redirect(back)
    try:
        actions.object_to(award_id=id, words=request.POST.get("words", ""), by=request.actor)
    except Problem as problem:
        return _show_list(request, row.batch_id, problem, id)
    return redirect(f"{back}?done=objection")


@require_GET
@signed_in()
def objection(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From the notice of an answer to the list that one objected to."""
    return redirect("award-list", id=awards.own_objection(request.actor, id).award.batch_id)
