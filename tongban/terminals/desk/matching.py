"""Offers and needs at an office: posts to look at, what the market does, weights that were learned."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.modules.looks.states import Whose
from tongban.modules.matching import actions, queries, rules, states
from tongban.modules.matching.calc import PARTS
from tongban.modules.matching.states import MatchState, PostSide, PostState, WeightState
from tongban.terminals.ui import city, factwords, looking, parts
from tongban.terminals.ui import marketwords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import later

PAGE = 30
_STATES = (PostState.WAITING, PostState.PUBLISHED, PostState.RETURNED)
_WEIGHTS: dict[str, tuple[Any, parts.Tone]] = {
    WeightState.PROPOSED: (later("待发布"), "amber"),
    WeightState.PUBLISHED: (later("已发布"), "green"),
    WeightState.DROPPED: (later("已放弃"), ""),
}


@require_GET
@staff(Permission.MATCHING_MANAGE)
def posts(request: HttpRequest) -> HttpResponse:
    """The posts within one's reach by state, those that wait first."""
    book = queries.book()
    state = request.GET.get("state", "")
    state = state if state in _STATES else PostState.WAITING
    page = Paginator(queries.office_posts(request.actor, state), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "state": state,
        "tabs": [
            parts.Link(words.pick(states.POST_NAMES[one]), f"?state={one}", current=one == state)
            for one in _STATES
        ],
        "rows": [
            {
                **words.row(row, book),
                "url": reverse("desk-post", args=[row.pk]),
                "submitted": row.submitted_at,
            }
            for row in page
        ],
        "kinds": [
            {
                "name": words.named(kind),
                "need": reverse("market-new", args=[kind.code, PostSide.NEED]),
                "offer": reverse("market-new", args=[kind.code, PostSide.OFFER]),
            }
            for kind in book.kinds.values()
        ],
    }
    return render(request, "desk/posts.html", context)


@require_http_methods(["GET", "POST"])
@staff(Permission.MATCHING_MANAGE)
def post(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """One post: pass it, or send it back with a reason."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "publish":
                actions.publish_post(post_id=post_id, by=request.actor)
            else:
                reason = request.POST.get("reason", "")
                actions.return_post(post_id=post_id, reason=reason, by=request.actor)
        except rules.NoSuchPost:
            raise
        except Problem as failed:
            problem = failed
        else:
            return redirect("desk-post", post_id=post_id)
    row = queries.post_for(request.actor, post_id, "office")
    looking.at(request, row, whose=(Whose.ORGANISATION, row.subject_id) if row.subject_id else None)
    kind = queries.kind_of(row.kind)
    context = {
        **words.row(row, queries.book()),
        "lines": words.lines(kind, row),
        "state": words.pick(states.POST_NAMES[PostState(row.state)]),
        "waits": row.state == PostState.WAITING,
        "barred": request.actor.account_id in (row.made_by, row.submitted_by),
        "reason": row.reason,
        "typed": request.POST.get("reason", ""),
        "problem": said(problem),
    }
    return render(request, "desk/post.html", context, status=problem.status if problem else 200)


@require_GET
@staff(Permission.MATCHING_MANAGE)
def figures(request: HttpRequest) -> HttpResponse:
    """Published posts by kind and town, how matches ended, why they came to nothing."""
    book, found = queries.book(), queries.figures(request.actor)
    most = max(found.kinds.values(), default=1)
    ended = sum(found.states.get(state, 0) for state in (MatchState.AGREED, MatchState.FAILED))
    context = {
        "kinds": [
            {
                "name": words.named(kind),
                "need": found.kinds.get((kind.code, PostSide.NEED), 0),
                "offer": found.kinds.get((kind.code, PostSide.OFFER), 0),
            }
            for kind in book.kinds.values()
        ],
        "most": most,
        "towns": sorted(
            ((words.town(code), many) for code, many in found.towns.items()), key=lambda p: (-p[1], p[0])
        ),
        "drawing": city.current().townmap,
        "values": found.towns,
        "states": [
            (words.pick(pair), found.states.get(state, 0)) for state, pair in states.MATCH_NAMES.items()
        ],
        "fails": [
            (words.pick(pair), found.fails[code])
            for code, pair in states.FAIL_NAMES.items()
            if found.fails.get(code)
        ],
        "agreed": found.states.get(MatchState.AGREED, 0),
        "ended": ended,
        "amount": factwords.money(found.fen),
    }
    return render(request, "desk/market_figures.html", context)


@require_http_methods(["GET", "POST"])
@staff(Permission.MATCHING_MANAGE)
def weights(request: HttpRequest) -> HttpResponse:
    """The weights in force, and those that were learned with their report; learn, publish or drop."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _decide(request)
        except rules.NoSuchPost:
            raise
        except Problem as failed:
            problem = failed
        else:
            return redirect("desk-weights")
    version, held = queries.weights()
    rows = list(queries.all_weights()[:PAGE])
    names = parties.account_names([one for row in rows for one in (row.made_by, row.decided_by) if one])
    context = {
        "version": version,
        "held": [(str(words.PART_NAMES[part]), held[part]) for part in PARTS],
        "whole": max(held.values()),
        "rows": [_weights_row(row, names, request) for row in rows],
        "may_publish": request.actor.can(Permission.MATCHING_PUBLISH),
        "outcomes": len(queries.outcomes()),
        "least": queries.book().limits["learn_from"],
        "problem": said(problem),
    }
    return render(request, "desk/weights.html", context, status=problem.status if problem else 200)


def _decide(request: HttpRequest) -> None:
    do = request.POST.get("do", "")
    if do == "learn":
        actions.propose_weights(by=request.actor)
        return
    try:
        id = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        id = rules.found(None)
    decide = {"publish": actions.publish_weights, "drop": actions.drop_weights}.get(do)
    rules.found(decide)(weights_id=id, by=request.actor)


def _weights_row(row: Any, names: dict[uuid.UUID, str], request: HttpRequest) -> dict[str, Any]:
    word, tone = _WEIGHTS[row.state]
    whole = sum(row.report["old"].values()) or 1
    return {
        "id": row.pk,
        "version": row.version,
        "state": str(word),
        "tone": tone,
        "waits": row.state == WeightState.PROPOSED,
        "own": row.made_by == request.actor.account_id,
        "made": row.made_at,
        "maker": names.get(row.made_by, ""),
        "decider": names.get(row.decided_by, ""),
        "many": row.report["many"],
        "agreed": row.report["agreed"],
        "before": f"{row.report['before']:.3f}",
        "after": f"{row.report['after']:.3f}",
        "better": row.report["after"] > row.report["before"],
        "lines": [
            (
                str(words.PART_NAMES[part]),
                f"{100 * row.report['old'][part] / whole:.1f}",
                f"{row.weights[part]:.1f}",
            )
            for part in PARTS
        ],
    }
