"""Writing a post by the form of its kind, handing it in, ending it; one match with its reasons, consent and outcome."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation.errors import Problem
from tongban.foundation.money import parse_yuan
from tongban.kernel.parties import queries as parties
from tongban.modules.matching import actions, queries, rules, states
from tongban.modules.matching.calc.posts import BadPost, typed_post
from tongban.modules.matching.states import MatchState, PostSide
from tongban.terminals.enterprise import market, wanted
from tongban.terminals.ui import factwords, parts
from tongban.terminals.ui import marketwords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in

LEVEL = 3  # as for everything that binds


@require_http_methods(["GET", "POST"])
@signed_in(level=LEVEL)
def new(request: HttpRequest, kind: str, side: str) -> HttpResponse:
    """The form of a new post."""
    rules.found(side if side in set(PostSide) else None)
    return _form(request, queries.kind_of(kind), PostSide(side), None)


@require_http_methods(["GET", "POST"])
@signed_in(level=LEVEL)
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The form of a draft, or of a post that was sent back."""
    row = queries.post_for(request.actor, id, "write")
    states.require(states.POST_MOVES, row.state, states.PostVerb.SAVE)
    return _form(request, queries.kind_of(row.kind), PostSide(row.side), row)


def _form(request: HttpRequest, kind: Any, side: PostSide, row: Any) -> HttpResponse:
    wrong: dict[str, tuple[str, str]] = {}
    problem: Problem | None = None
    given: dict[str, Any] = words.as_typed(kind, row) if row else words.begun(kind, request.GET)
    if row is None and side is PostSide.NEED and request.method == "GET":
        given |= wanted.begun(request.actor, request.GET, kind)
    if request.method == "POST":
        given = words.typed(kind, request.POST)
        try:
            typed = typed_post(kind, side, given, queries.book().towns)
            saved = actions.save_post(
                post_id=row.pk if row else None, kind=kind.code, side=side, typed=typed, by=request.actor
            )
            if request.POST.get("do") == "submit":
                actions.submit_post(post_id=saved.pk, by=request.actor)
        except BadPost as failed:
            wrong, problem = failed.fields, failed
        except actions.TooManyPosts as failed:
            return market.show_post(request, saved.pk, failed)
        except actions.ActForSomebody as failed:
            problem = failed
        else:
            return redirect("market-post", id=saved.pk)
    fields = words.form(kind, side, given, wrong)
    labels = {field.id: field.label for field in fields}
    context = {
        "kind": words.named(kind),
        "side": str(words.SIDES[side]),
        "fields": fields,
        "errors": [
            parts.ErrorLink(name, f"{labels[name]}：{words.pick(pair)}") for name, pair in wrong.items()
        ],
        "problem": said(problem) if problem and not wrong else None,
        "failed": problem is not None,
        "post": row,
        "organisations": parties.organisations_of(request.actor) if request.actor.represents else [],
    }
    return render(request, "enterprise/market_form.html", context, status=problem.status if problem else 200)


@require_POST
@signed_in(level=LEVEL)
def act(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Hand in or end one's own post."""
    do = {"submit": actions.submit_post, "close": actions.close_post}.get(request.POST.get("do", ""))
    try:
        rules.found(do)(post_id=id, by=request.actor)
    except rules.NoSuchPost:
        raise
    except Problem as problem:
        return market.show_post(request, id, problem)
    return redirect("market-post", id=id)


# ------------------------------------------------------------------------------------------------------------- a match


@require_GET
@signed_in(level=LEVEL)
def match(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One match: both posts, the score part by part with its reasons; who confirmed; the contact once both did."""
    return _show(request, id)


def _show(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row, book = queries.match_for(request.actor, id), queries.book()
    sides = rules.sides(request.actor, row)
    mine = "need" if "need" in sides and (row.need_at is None or "offer" not in sides) else "offer"
    theirs = "offer" if mine == "need" else "need"
    kind = queries.kind_of(row.need.kind)
    other = getattr(row, theirs)
    version, weights = queries.weights_of(row.version)
    context = {
        "id": row.pk,
        "score": round(row.score),
        "mine": words.row(getattr(row, mine), book),
        "other": words.row(other, book),
        "other_lines": words.lines(kind, other),
        "parts": words.explained(book, weights, row),
        "checks": words.checks(kind, row),
        "version": version,
        "state": words.pick(states.MATCH_NAMES[MatchState(row.state)]),
        "tone": market.TONES.get(row.state, ""),
        "is_open": row.state == MatchState.PROPOSED,
        "confirmed": getattr(row, f"{mine}_at"),
        "asked": getattr(row, f"{theirs}_at"),
        "contact": queries.contact(request.actor, row),
        "is_released": row.state == MatchState.RELEASED,
        "amount": factwords.money(row.amount_fen) if row.amount_fen is not None else "",
        "failed_for": words.pick(states.FAIL_NAMES[states.FailReason(row.fail_reason)])
        if row.fail_reason
        else "",
        "outcome": row.outcome or "",
        "ended": row.ended_at,
        "reasons": [(str(code), words.pick(pair)) for code, pair in states.FAIL_NAMES.items()],
        "typed": {name: request.POST.get(name, "") for name in ("amount", "reason", "words", "how")},
        "problem": said(problem),
    }
    return render(request, "enterprise/market_match.html", context, status=problem.status if problem else 200)


@require_POST
@signed_in(level=LEVEL)
def act_match(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Confirm, decline, or note how it ended."""
    try:
        _act(request, id)
    except rules.NoSuchPost:
        raise
    except Problem as problem:
        return _show(request, id, problem)
    return redirect(reverse("market-match", args=[id]))


def _act(request: HttpRequest, id: uuid.UUID) -> None:
    match request.POST.get("do", ""):
        case "confirm":
            actions.confirm(match_id=id, by=request.actor)
        case "decline":
            actions.decline(match_id=id, by=request.actor)
        case "outcome":
            agreed = request.POST.get("how") == "agreed"
            amount = request.POST.get("amount", "").strip() if agreed else ""
            actions.record_outcome(
                match_id=id,
                agreed=agreed,
                fen=int(parse_yuan(amount)) if amount else None,
                reason=request.POST.get("reason", ""),
                words=request.POST.get("words", ""),
                by=request.actor,
            )
        case _:
            rules.found(None)
