"""The market of offers and needs: browse, one post, what is one's own, saved searches."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.matching import actions, queries, rules, states
from tongban.modules.matching.states import MatchState, PostSide, PostState, PostVerb
from tongban.terminals.ui import marketwords as words
from tongban.terminals.ui import parts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _

PAGE = 20
_ASKED = ("kind", "side", "category", "place")
TONES: dict[str, parts.Tone] = {
    PostState.PUBLISHED: "green",
    PostState.WAITING: "amber",
    PostState.RETURNED: "red",
    MatchState.RELEASED: "blue",
    MatchState.AGREED: "green",
}


@require_GET
@signed_in()
def directory(request: HttpRequest) -> HttpResponse:
    """Published posts, narrowed by kind, side, category and town."""
    return _show_directory(request)


def _show_directory(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    book = queries.book()
    given = request.POST if problem else request.GET
    asked = {name: given.get(name, "")[:40].replace("\x00", "") for name in _ASKED}
    kind = book.kinds.get(asked["kind"])
    if kind is None or asked["category"] not in kind.categories:
        asked["category"] = ""
    page = Paginator(queries.market(request.actor, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "page_query": urlencode({name: value for name, value in asked.items() if value}),
        "rows": [words.row(post, book) for post in page],
        "filters": _filters(asked, book),
        "asked": asked,
        "searchable": bool(kind and asked["side"] in set(PostSide)),
        "narrowed": any(asked.values()),
        "kinds": _new_links(book),
        "may_post": bool(request.actor.organisation_id) or request.actor.can(Permission.MATCHING_MANAGE),
        "organisations": parties.organisations_of(request.actor) if request.actor.represents else [],
        "problem": said(problem),
    }
    return render(request, "enterprise/market.html", context, status=problem.status if problem else 200)


def _new_links(book: Any) -> list[dict[str, str]]:
    return [
        {
            "name": words.named(kind),
            "need": reverse("market-new", args=[kind.code, PostSide.NEED]),
            "offer": reverse("market-new", args=[kind.code, PostSide.OFFER]),
        }
        for kind in book.kinds.values()
    ]


def _filters(asked: dict[str, str], book: Any) -> list[parts.Filter]:
    def one(name: str, label: str, every: str, pairs: list[tuple[str, str]]) -> parts.Filter:
        options = [parts.FilterOption(code, text, selected=code == asked[name]) for code, text in pairs]
        return parts.Filter(name, label, [parts.FilterOption("", every), *options])

    kind = book.kinds.get(asked["kind"])
    found = [
        one(
            "kind",
            _("类别"),
            _("全部类别"),
            [(kind.code, words.named(kind)) for kind in book.kinds.values()],
        ),
        one("side", _("供需"), _("供给和需求"), [(code, str(label)) for code, label in words.SIDES.items()]),
    ]
    if kind:
        pairs = [(fine.code, words.named(fine)) for fine in kind.categories.values()]
        found.append(one("category", _("分类"), _("全部分类"), pairs))
    towns = [(row.code, words.town(row.code)) for row in places.towns()]
    return [*found, one("place", _("镇街"), _("全部镇街"), towns)]


@require_GET
@signed_in()
def post(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One post: what it states; to its owner also how it stands and what fits it."""
    return show_post(request, id)


def show_post(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    """The post; after something was refused, with the reason."""
    row, book = queries.post_for(request.actor, id), queries.book()
    own = queries.is_own(request.actor, row)
    kind = queries.kind_of(row.kind)
    context = {
        **words.row(row, book),
        "lines": words.lines(kind, row),
        "own": own,
        "writes": own and rules.may_write(request.actor, row),
        "state": words.pick(states.POST_NAMES[PostState(row.state)]),
        "tone": TONES.get(row.state, ""),
        "reason": row.reason if own else "",
        "can": {str(verb) for verb, move in states.POST_MOVES.items() if row.state in move.sources},
        "matches": [_match_row(one, row, book) for one in queries.matches_of(request.actor, row)]
        if own
        else [],
        "is_published": row.state == PostState.PUBLISHED,
        "verbs": {"save": PostVerb.SAVE, "submit": PostVerb.SUBMIT, "close": PostVerb.CLOSE},
        "problem": said(problem),
    }
    return render(request, "enterprise/market_post.html", context, status=problem.status if problem else 200)


def _match_row(match: Any, own: Any, book: Any) -> dict[str, Any]:
    side = PostSide(own.side)
    other = match.offer if side is PostSide.NEED else match.need
    mine, theirs = (getattr(match, f"{one}_at") is not None for one in (side, side.other))
    asked = _("等待您确认") if theirs else ""
    waits = _("等待对方确认") if mine else ""
    return {
        **words.row(other, book),
        "url": reverse("market-match", args=[match.pk]),
        "score": round(match.score),
        "state": (asked or waits if match.state == MatchState.PROPOSED else "")
        or words.pick(states.MATCH_NAMES[MatchState(match.state)]),
        "tone": "amber" if asked and match.state == MatchState.PROPOSED else TONES.get(match.state, ""),
    }


@require_GET
@signed_in()
def mine(request: HttpRequest) -> HttpResponse:
    """One's own posts with how many fit each, and the saved searches."""
    book, actor = queries.book(), request.actor
    page = Paginator(queries.own_posts(actor), PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    many = queries.many_matches(request.actor, rows)
    context = {
        "page": page,
        "rows": [
            {
                **words.row(row, book),
                "state": words.pick(states.POST_NAMES[PostState(row.state)]),
                "tone": TONES.get(row.state, ""),
                "many": many[row.pk],
            }
            for row in rows
        ],
        "waiting": queries.waiting_for(actor),
        "searches": [_search(row, book) for row in queries.searches(actor)],
        "organisations": parties.organisations_of(actor) if actor.represents else [],
    }
    return render(request, "enterprise/market_mine.html", context)


def _search(row: Any, book: Any) -> dict[str, Any]:
    kind = book.kinds.get(row.kind)
    fine = kind.categories.get(row.category) if kind else None
    said_ = [words.named(kind) if kind else row.kind, str(words.SIDES[PostSide(row.side)])]
    said_ += [words.named(fine)] if fine else []
    said_ += [words.town(row.place)] if row.place else []
    given = {name: getattr(row, name) for name in _ASKED if getattr(row, name)}
    return {"id": row.pk, "label": " · ".join(said_), "url": f"{reverse('market')}?{urlencode(given)}"}


@require_POST
@signed_in()
def save_search(request: HttpRequest) -> HttpResponse:
    """Be told of new posts that a search finds."""
    try:
        actions.save_search(**{name: request.POST.get(name, "") for name in _ASKED}, by=request.actor)
    except actions.TooManySearches as problem:
        return _show_directory(request, problem)
    return redirect("market-mine")


@require_POST
@signed_in()
def end_search(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take a saved search back."""
    actions.end_search(search_id=id, by=request.actor)
    return redirect("market-mine")
