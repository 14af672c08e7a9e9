"""Batches of awards without applications: the list, one batch with what can be done now, one award with what it rests on."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.policies import actions, rules
from tongban.modules.policies.calc import Role
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import (
    AWARD_NAMES,
    AwardState,
    BatchState,
    OpinionState,
)
from tongban.terminals.desk import awardwords, words
from tongban.terminals.desk.supervision import Names
from tongban.terminals.ui import factwords, looking, texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate

PAGE = 20
SEES = (Permission.CLAIM_REVIEW, Permission.CLAIM_DECIDE, Permission.LEDGER_MAKE)
TREASURY = "file"


@staff(*SEES)
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of the officer's agency, newest first, and the opinions that are asked of it."""
    return show_batches(request)


def show_batches(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    """The list; after a refused form with the reason."""
    actor, names = request.actor, Names()
    page = Paginator(rules.batches(actor).order_by("-id"), PAGE).get_page(request.GET.get("page"))
    asked = rules.opinions(actor).filter(state=OpinionState.OPEN).order_by("due_on", "id")
    context = {
        "page": page,
        "rows": [awardwords.batch_row(one, names) for one in page.object_list],
        "opinions": [
            {
                "url": reverse("desk-opinion", args=[one.pk]),
                "item": awardwords.item_name(one.item_code),
                "agency": names.agency(one.agency),
                "due": cndate(one.due_on),
            }
            for one in asked[:PAGE]
        ],
        "items": _startable(actor),
        "problem": said(problem),
    }
    return render(request, "desk/awards.html", context, status=problem.status if problem else 200)


def _startable(actor: Actor) -> list[tuple[str, str]]:
    """The items of which the officer could begin a batch today: code and name."""
    if not actor.can(Permission.CLAIM_REVIEW):
        return []
    held, today = published.in_force(), time.today()
    return [
        (item.code, item.name.of(texts.language()))
        for policy in held.policies.policies
        for item in policy.items
        if "automatic" in item.routes
        and policy.valid.covers(today)
        and item.edition_on(today)
        and rules.may_make(actor, policy.agency, item.code)
    ]


@staff(Permission.CLAIM_REVIEW)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a batch of the item chosen."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk-awards"))
    try:
        row = actions.start_batch(item=request.POST.get("item", ""), by=request.actor)
    except Problem as problem:
        return show_batches(request, problem)
    return HttpResponseRedirect(reverse("desk-award-batch", args=[row.pk]))


@staff(*SEES)
@require_GET
def batch_page(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """One batch: how far it is, who is on it, what this officer can do now."""
    return show_batch(request, batch_id)


def show_batch(request: HttpRequest, batch_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    """The batch; after a refused form with the reason. While it is being compared the page looks again by itself."""
    actor, names = request.actor, Names()
    batch = awards.batch(batch_id, actor)
    shown = request.GET.get("state", "")
    states = [shown] if shown in AWARD_NAMES else []
    rows = awards.awards_of(batch, *states)
    if request.GET.get("sampled"):
        rows = rows.filter(sampled=True)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    counts = awards.counts(batch)
    context = {
        "batch": batch,
        "head": awardwords.batch_row(batch, names),
        "steps": awardwords.steps(batch),
        "running": batch.state == BatchState.RUNNING,
        "figures": [
            (
                words.pick(AWARD_NAMES[AwardState(state)]),
                many,
                factwords.money(fen) if fen else "",
                f"?state={state}",
            )
            for state, (many, fen) in counts.items()
        ],
        "page": page,
        "rows": awardwords.award_rows(page.object_list, batch, names),
        "query": f"state={shown}" if states else ("sampled=1" if request.GET.get("sampled") else ""),
        "narrowed": bool(states or request.GET.get("sampled")),
        "opinions": [awardwords.opinion(one, names) for one in awards.opinions_of(batch)],
        "objections": [awardwords.objection(one) for one in awards.objections_of(batch)],
        "can": _can(actor, batch),
        "unsampled": awards.unsampled(batch),
        "open_objections": awards.open_objections(batch),
        "way": awards.way(batch),
        "problem": said(problem),
        "people": parties.account_names(one for one in (batch.made_by, batch.approved_by) if one),
    }
    context["made_by"] = context["people"].get(batch.made_by, "")
    context["approved_by"] = context["people"].get(batch.approved_by, "")
    return render(request, "desk/award_batch.html", context, status=problem.status if problem else 200)


def _can(actor: Actor, batch: Any) -> dict[str, bool]:
    """What the officer may do, by the state and by their grants; the action decides."""

    def may(verb: str) -> bool:
        return rules.batches(actor, verb).filter(pk=batch.pk).exists()

    makes = may("make")
    state = batch.state
    before = (
        awardwords.ORDER.index(state) < awardwords.ORDER.index(BatchState.APPROVED)
        if state in awardwords.ORDER
        else False
    )
    return {
        "look": makes and state in (BatchState.MADE, BatchState.SAMPLED, BatchState.CONSULTED),
        "sampled": makes and state == BatchState.MADE,
        "publish": makes and state == BatchState.CONSULTED,
        "answer": makes and state == BatchState.IN_NOTICE,
        "approve": state == BatchState.IN_NOTICE and actor.account_id != batch.made_by and may("decide"),
        "order": state == BatchState.CONFIRMING and may("order"),
        "give_up": makes and before,
        "over": bool(batch.notice_until and time.today() > batch.notice_until),
    }


def _verbs(request: HttpRequest, batch_id: uuid.UUID) -> dict[str, Callable[[], Any]]:
    common: dict[str, Any] = {"batch_id": batch_id, "by": request.actor}
    reason = request.POST.get("reason", "")
    return {
        "sampled": lambda: actions.finish_sample(**common),
        "publish": lambda: actions.publish_list(**common),
        "approve": lambda: actions.approve(**common),
        "order": lambda: actions.order(treasury=TREASURY, **common),
        "give-up": lambda: actions.give_up(reason=reason, **common),
    }


@staff(*SEES)
@fresh
def act(request: HttpRequest, batch_id: uuid.UUID, verb: str) -> HttpResponse:
    """Take the next step of a batch; what does not fit is said on its page."""
    verbs = _verbs(request, batch_id)
    if verb not in verbs:
        raise Http404
    return _tried(request, batch_id, verbs[verb])


def _tried(request: HttpRequest, batch_id: uuid.UUID, perform: Callable[[], Any]) -> HttpResponse:
    back = reverse("desk-award-batch", args=[batch_id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except rules.NoSuchAward:
        raise
    except Problem as problem:
        return show_batch(request, batch_id, problem)
    return HttpResponseRedirect(back)


@staff(Permission.CLAIM_REVIEW, Permission.CLAIM_DECIDE, Permission.LEDGER_MAKE)
@require_GET
def award_page(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """One award: every condition with what was known when the list was made, and the look that is asked for."""
    names, row = Names(), awards.award_for(request.actor, award_id)
    looking.at(request, row, whose=(row.batch.audience, row.subject_id))
    context = {
        "row": awardwords.award_row(row, names),
        "batch": awardwords.batch_row(row.batch, names),
        "conditions": awardwords.requirements(row.batch, Role.CONDITION, Role.ONCE),
        "exclusions": awardwords.requirements(row.batch, Role.EXCLUSION),
        "facts": awardwords.facts(row.batch, row.snapshot.values),
        "digest": row.snapshot.digest,
        "as_of": row.snapshot.as_of,
        "can": _can(request.actor, row.batch)["look"] and row.state == AwardState.LISTED,
    }
    return render(request, "desk/award.html", context)


@staff(Permission.CLAIM_REVIEW)
def look(request: HttpRequest, award_id: uuid.UUID) -> HttpResponse:
    """Say of an award whether it is right; back to its batch."""
    row = awards.award_for(request.actor, award_id)
    form = request.POST
    return _tried(
        request,
        row.batch_id,
        lambda: actions.look_at(
            award_id=award_id,
            right=form.get("right") == "yes",
            reason=form.get("reason", ""),
            by=request.actor,
        ),
    )


@staff(Permission.CLAIM_REVIEW)
def answer(request: HttpRequest, objection_id: uuid.UUID) -> HttpResponse:
    """Answer an objection; back to its batch."""
    row = rules.found(rules.objections(request.actor).select_related("award").filter(pk=objection_id).first())
    form = request.POST
    return _tried(
        request,
        row.award.batch_id,
        lambda: actions.answer_objection(
            objection_id=objection_id,
            upheld=form.get("upheld") == "yes",
            words=form.get("words", ""),
            by=request.actor,
        ),
    )


@staff(Permission.CLAIM_REVIEW)
def opinion(request: HttpRequest, opinion_id: uuid.UUID) -> HttpResponse:
    """A list on which the own department is asked: who is on it, and the form for its word."""
    names, row = Names(), awards.opinion(opinion_id, request.actor)
    problem: Problem | None = None
    if request.method == "POST":
        chosen = request.POST.getlist("against")
        try:
            against = {uuid.UUID(one): request.POST.get(f"reason-{one}", "") for one in chosen}
        except ValueError:
            raise Http404 from None
        try:
            actions.give_opinion(
                opinion_id=opinion_id, against=against, words=request.POST.get("words", ""), by=request.actor
            )
            return HttpResponseRedirect(reverse("desk-opinion", args=[opinion_id]))
        except rules.NoSuchAward:
            raise
        except Problem as failed:
            problem = failed
    page = Paginator(awards.awards_of(row.batch, AwardState.LISTED), 200).get_page(request.GET.get("page"))
    context = {
        "opinion": row,
        "head": awardwords.batch_row(row.batch, names),
        "said": awardwords.opinion(row, names),
        "open": row.state == OpinionState.OPEN and row.batch.state == BatchState.SAMPLED,
        "page": page,
        "rows": [
            {
                **one,
                "ticked": str(one["id"]) in request.POST.getlist("against"),
                "reason": request.POST.get(f"reason-{one['id']}", ""),
            }
            for one in awardwords.award_rows(page.object_list, row.batch, names)
        ],
        "words": request.POST.get("words", ""),
        "problem": said(problem),
    }
    return render(request, "desk/award_opinion.html", context, status=problem.status if problem else 200)
