"""Claims of subsidies beside their cases: the list with the order to pay, and one claim with checks, notice and objections."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.claims import actions, queries, rules
from tongban.modules.claims.calc import in_words
from tongban.modules.claims.queries import parts as queries_of_parts
from tongban.modules.claims.queries import pools
from tongban.modules.claims.states import (
    CLAIM_NAMES,
    REMOVAL_NAMES,
    STAGE_NAMES,
    STOPPABLE,
    VERDICT_NAMES,
    ClaimState,
    Removal,
    Stage,
    Verdict,
)
from tongban.modules.policies.calc.periods import period_words
from tongban.terminals.desk import words
from tongban.terminals.desk.awardwords import item_name
from tongban.terminals.desk.payments import identifier
from tongban.terminals.ui import factwords, looking, parts, partwords
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE, MOST_ORDERED = 20, 50
SEES = (
    Permission.CLAIM_ACCEPT,
    Permission.CLAIM_REVIEW,
    Permission.CLAIM_DECIDE,
    Permission.LEDGER_MAKE,
)
TREASURY = "file"
TONES: dict[str, parts.Tone] = {
    ClaimState.PAID: "green",
    ClaimState.REFUSED: "amber",
    ClaimState.REMOVED: "red",
    ClaimState.CLAWED: "red",
    ClaimState.ENDED: "",
}
_VERDICTS: dict[str, parts.Tone] = {Verdict.YES: "green", Verdict.NO: "red", Verdict.UNKNOWN: "amber"}


@staff(*SEES)
@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """The claims that the officer may see, newest first; for who pays, those that wait for the order."""
    return _show_list(request)


def _show_list(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    actor = request.actor
    state = request.GET.get("state", "")
    state = state if state in CLAIM_NAMES else ""
    page = Paginator(queries.listed(actor, state), PAGE).get_page(request.GET.get("page"))
    waiting = queries.awaiting_order(actor)[:MOST_ORDERED] if actor.can(Permission.LEDGER_MAKE) else []
    later = queries_of_parts.to_order(actor)[:MOST_ORDERED] if actor.can(Permission.LEDGER_MAKE) else []
    context = {
        "page": page,
        "rows": [row(one) for one in page.object_list],
        "query": f"state={state}" if state else "",
        "states": [
            parts.Link(words.pick(names), f"?state={one}", current=one == state)
            for one, names in CLAIM_NAMES.items()
        ],
        "waiting": [row(one) for one in waiting],
        "pools": [_pool(one) for one in pools.waiting(actor)] if actor.can(Permission.CLAIM_DECIDE) else [],
        "later": [_later(one) for one in later],
        "to_pay": len(waiting) + len(later),
        "chosen": {*request.POST.getlist("claim"), *request.POST.getlist("part")} if problem else set(),
        "problem": said(problem),
    }
    return render(request, "desk/claims.html", context, status=problem.status if problem else 200)


def _pool(one: pools.Waiting) -> dict[str, Any]:
    """A pool that waits to be shared, with what each would get of it today."""
    over = time.today() > one.until
    return {
        "item": one.item,
        "edition": one.edition,
        "name": item_name(one.item),
        "approved": one.approved,
        "open": one.open,
        "until": one.until,
        "total": factwords.money(one.fen),
        "free": factwords.money(one.free),
        "percent": f"{one.permille // 10}.{one.permille % 10} %",
        "short": one.permille < 1000,
        "ready": over and not one.open,
    }


@staff(Permission.CLAIM_DECIDE)
def share(request: HttpRequest) -> HttpResponse:
    """Share the pool of an edition's window among all its approved claims."""
    if request.method == "POST":
        asked = {name: request.POST.get(name, "") for name in ("item", "edition")}
        try:
            actions.share_pool(**asked, by=request.actor)
        except rules.NoSuchClaim:
            raise
        except Problem as problem:
            return _show_list(request, problem)
    return HttpResponseRedirect(reverse("desk-claims"))


def row(claim: Any) -> dict[str, Any]:
    """A claim as a row, and as the head of its page."""
    fen = claim.granted_fen if claim.granted_fen is not None else claim.fen
    light = None
    if claim.order_due_on is not None:
        late = claim.order_due_on < time.today()
        light = parts.Light("red" if late else "green", _("{day}前拨付", day=cndate(claim.order_due_on)))
    return {
        "id": str(claim.pk),
        "url": reverse("desk-claim", args=[claim.pk]),
        "case": reverse("desk-case", args=[claim.case_id]),
        "number": claim.short_no,
        "item": item_name(claim.item),
        "edition": claim.edition,
        "period": words.pick(period_words(claim.period)),
        "name": claim.name,
        "amount": factwords.money(fen) if fen is not None else "—",
        "state": words.pick(CLAIM_NAMES[ClaimState(claim.state)]),
        "tone": TONES.get(claim.state, "blue"),
        "light": light,
        "until": claim.notice_until,
        "in_notice": claim.state == ClaimState.OPEN
        and claim.notice_until is not None
        and time.today() <= claim.notice_until,
    }


def _later(part: Any) -> dict[str, Any]:
    """An instalment that is due, as a row of the order."""
    return {
        "id": str(part.pk),
        "name": part.claim.name,
        "item": item_name(part.claim.item),
        "number": part.number,
        "amount": factwords.money(part.fen),
    }


@staff(Permission.CLAIM_REVIEW, Permission.CLAIM_DECIDE)
@fresh
def part(request: HttpRequest, part_id: uuid.UUID, verb: str) -> HttpResponse:
    """Confirm the condition of a later instalment, or say that it is not paid any more."""
    claim_id = queries_of_parts.part_for(request.actor, part_id).claim_id
    if verb not in ("confirm", "forfeit"):
        raise Http404
    if request.method == "POST":
        said_words = request.POST.get("words", "")
        try:
            if verb == "confirm":
                actions.confirm_part(part_id=part_id, words=said_words, by=request.actor)
            else:
                actions.forfeit_part(part_id=part_id, reason=said_words, by=request.actor)
        except rules.NoSuchClaim:
            raise
        except Problem as problem:
            return _show(request, claim_id, problem)
    return HttpResponseRedirect(reverse("desk-claim", args=[claim_id]))


def panel(case_id: uuid.UUID) -> dict[str, Any] | None:
    """The claim of a case, for the page of the case."""
    claim = queries.claim_of(case_id)
    if claim is None:
        return None
    return {**row(claim), "why": off_because(claim)}


def off_because(claim: Any) -> str:
    """Why a claim was taken off; empty while it was not."""
    if not claim.removed_for:
        return ""
    kind = words.pick(REMOVAL_NAMES[Removal(claim.removed_for)])
    return _("{kind}：{reason}", kind=kind, reason=claim.reason)


@staff(*SEES)
@require_GET
def claim_page(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """One claim: what the rule says today and said at each point, its notice, objections, money."""
    return _show(request, claim_id)


def _show(request: HttpRequest, claim_id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    actor = request.actor
    claim = queries.claim_for(actor, claim_id)
    looking.at(request, claim)
    checks = queries.checks_of(claim)
    objections = queries.objections_of(claim)
    looked = queries.of_claim(claim)
    people = parties.account_names(
        [*(one.taken_by for one in checks if one.taken_by), *(one.made_by for one in objections)]
    )
    context = {
        "claim": claim,
        "head": row(claim),
        "why": off_because(claim),
        "verdict": words.pick(VERDICT_NAMES[looked.verdict]),
        "verdict_tone": _VERDICTS[looked.verdict],
        "today": factwords.money(looked.fen) if looked.fen is not None else "",
        "lines": [_line(one) for one in looked.match.judged],
        "facts": _facts(looked),
        "checks": [_check(one, people) for one in checks],
        "objections": [_objection(one, people) for one in objections],
        "account": f"**** {claim.account[-4:]}" if claim.account else "",
        "parts": partwords.rows(queries_of_parts.parts_of(claim)),
        "first": factwords.money(claim.first_fen) if claim.later_fen else "",
        "can": _can(actor, claim),
        "problem": said(problem),
        "typed": request.POST.get("reason", "") if problem else "",
    }
    return render(request, "desk/claim.html", context, status=problem.status if problem else 200)


def _line(one: Any) -> parts.Check:
    return parts.Check(words.of(in_words(one.requirement)), one.verdict, "")


def _facts(looked: Any) -> list[tuple[str, str, str]]:
    """What the amount and the conditions rest on today; what only the applicant says is marked."""
    found = []
    for name, value in sorted(looked.values.items()):
        fact = looked.policies.facts.get(name)
        if fact is not None:
            by = _("申报人填写，请核对") if name in looked.said else words.of(looked.policies.source_of(name))
            found.append((words.of(fact.label), factwords.value(value, fact.type, fact), by))
    return found


def _check(one: Any, people: Any) -> dict[str, Any]:
    return {
        "stage": words.pick(STAGE_NAMES[Stage(one.stage)]),
        "at": words.moment(one.taken_at),
        "by": people.get(one.taken_by, "") or _("系统"),
        "verdict": words.pick(VERDICT_NAMES[Verdict(one.verdict)]),
        "tone": _VERDICTS[one.verdict],
        "amount": factwords.money(one.fen) if one.fen is not None else "",
        "digest": one.digest,
    }


def _objection(one: Any, people: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": people.get(one.made_by, ""),
        "at": words.moment(one.made_at),
        "words": one.words,
        "answer": one.answer,
        "answer_words": one.answer_words,
    }


def _can(actor: Any, claim: Any) -> dict[str, bool]:
    """What the officer may do, by the state and by their grants; the action decides."""

    def may(verb: str) -> bool:
        return rules.claims(actor, verb).filter(pk=claim.pk).exists()

    is_open, shown = claim.state == ClaimState.OPEN, claim.notice_from is not None
    notice = may("notice")
    return {
        "look": is_open and notice,
        "answer": notice,
        "confirm": claim.state == ClaimState.PAID and notice,
        "forfeit": may("decide"),
        "off": is_open and shown and notice,
        "stop": claim.state in STOPPABLE and may("decide"),
    }


@staff(*SEES)
@fresh
def act(request: HttpRequest, claim_id: uuid.UUID, verb: str) -> HttpResponse:
    """Look again, take off or stop; what does not fit is said on the page."""
    back = reverse("desk-claim", args=[claim_id])
    if verb not in ("look", "off"):
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(back)
    try:
        if verb == "look":
            actions.look_again(claim_id=claim_id, by=request.actor)
        else:
            actions.take_off(claim_id=claim_id, reason=request.POST.get("reason", ""), by=request.actor)
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show(request, claim_id, problem)
    return HttpResponseRedirect(back)


@staff(Permission.CLAIM_REVIEW)
def answer(request: HttpRequest, objection_id: uuid.UUID) -> HttpResponse:
    """Answer an objection in words."""
    claim_id = rules.found(rules.objections(request.actor).filter(pk=objection_id).first()).claim_id
    if request.method == "POST":
        try:
            actions.answer_objection(
                objection_id=objection_id,
                upheld=request.POST.get("upheld") == "yes",
                words=request.POST.get("words", ""),
                by=request.actor,
            )
        except rules.NoSuchClaim:
            raise
        except Problem as problem:
            return _show(request, claim_id, problem)
    return HttpResponseRedirect(reverse("desk-claim", args=[claim_id]))


@staff(Permission.LEDGER_MAKE)
def order(request: HttpRequest) -> HttpResponse:
    """Put the chosen claims into a payment batch."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk-claims"))
    try:
        chosen = [identifier(one) for one in request.POST.getlist("claim")[:MOST_ORDERED]]
        later = [identifier(one) for one in request.POST.getlist("part")[:MOST_ORDERED]]
        batch = actions.order(claim_ids=chosen, part_ids=later, treasury=TREASURY, by=request.actor)
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show_list(request, problem)
    return HttpResponseRedirect(reverse("desk-payment", args=[batch]))
