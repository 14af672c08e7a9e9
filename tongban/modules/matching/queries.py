"""Reads of matching: the book, the market, candidates, matches with their reasons, figures."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.records.queries import Kept, once
from tongban.kernel.records.queries import forget as forget_answer
from tongban.modules.matching import rules
from tongban.modules.matching.calc import Book, Kind, Side, read_book
from tongban.modules.matching.models import MarketSearch, Match, MatchingBook, MatchWeights, Post
from tongban.modules.matching.states import WITH_CONTACT, MatchState, PostSide, PostState, WeightState

if TYPE_CHECKING:
    from tongban.modules.matching.calc.scoring import Scored

MOST_CANDIDATES = 3000
MOST_OF_OTHER_GROUPS = 500  # of each other group of the kind: posts whose author chose the wrong category
_CANDIDATE = (
    "pk",
    "category",
    "place",
    "industry",
    "day",
    "attributes",
    "words",
    "title",
    "text",
    "agreed",
    "ended",
)
_REVISION: Kept[tuple[uuid.UUID]] = Kept(lambda: MatchingBook.objects.order_by("-id").values_list("pk")[:1])
_CURRENT = "matching.book"
_held: dict[uuid.UUID, Book] = {}


class NoMarket(Problem):
    """The pack says nothing of matching."""

    code = "matching.none"
    status = 404


def forget() -> None:
    """Drop what this process holds; the next read takes what is in force."""
    _held.clear()
    forget_answer(_CURRENT)


def book() -> Book:
    """The book in force; compares the revision with one small query, once for a page. Raises NoMarket."""
    return once(_CURRENT, _current)


def _current() -> Book:
    found = _REVISION.first()
    if found is None:
        raise NoMarket(
            sentence_zh="本市还没有开通供需对接。",
            sentence_en="This city has no market of offers and needs yet.",
            todo_zh="请联系主管部门。",
            todo_en="Ask the competent agency.",
        )
    if found[0] not in _held:
        _held.clear()
        _held[found[0]] = read_book(MatchingBook.objects.get(pk=found[0]).data)
    return _held[found[0]]


def kind_of(code: str) -> Kind:
    """A kind of the book; raises NoSuchPost."""
    found: Kind = rules.found(book().kinds.get(code))
    return found


def weights() -> tuple[int, Mapping[str, float]]:
    """The weights in force and their version; 0 is the pack's."""
    row = MatchWeights.objects.filter(state=WeightState.PUBLISHED).order_by("-version").first()
    return (row.version, row.weights) if row else (0, book().weights)


def weights_of(version: int) -> tuple[int, Mapping[str, float]]:
    """The weights by which a match was reckoned."""
    row = MatchWeights.objects.filter(version=version).first() if version else None
    return (row.version, row.weights) if row else (0, book().weights)


def all_weights() -> QuerySet[MatchWeights]:
    """Every set that was learned, the newest first."""
    return MatchWeights.objects.order_by("-version")


# ------------------------------------------------------------------------------------------------------------- posts


def market(actor: Actor, asked: Mapping[str, str]) -> QuerySet[Post]:
    """Published posts by what was asked (kind, side, category, place), the newest first."""
    given = {name: asked[name] for name in ("kind", "side", "category", "place") if asked.get(name)}
    return rules.of_market(actor).filter(**given).order_by("-published_at", "-id")


def post_for(actor: Actor, post_id: uuid.UUID, verb: str = "read", *, lock: bool = False) -> Post:
    """The post when the actor may `verb` it; raises NoSuchPost."""
    rows = rules.posts(actor, verb).filter(pk=post_id)
    found: Post = rules.found((rows.select_for_update() if lock else rows).first())
    return found


def own_posts(actor: Actor) -> QuerySet[Post]:
    """One's own posts, or those of one's office, the newest first."""
    return rules.posts(actor, "own").order_by("-made_at", "-id")


def office_posts(actor: Actor, state: str = PostState.WAITING) -> QuerySet[Post]:
    """The posts within reach of an office in this state, the oldest first."""
    return rules.posts(actor, "office").filter(state=state).order_by("submitted_at", "id")


def is_own(actor: Actor, post: Post) -> bool:
    """Whether the post is the actor's own."""
    return rules.posts(actor, "own").filter(pk=post.pk).exists()


def side_of(post: Post) -> Side:
    """A post as scoring reads it."""
    return Side(
        post.category,
        post.place,
        post.industry,
        post.day,
        post.attributes,
        post.words,
        post.title,
        post.text,
        post.agreed,
        post.ended,
    )


def candidates(post: Post) -> tuple[list[uuid.UUID], list[Side]]:
    """The newest published posts of the other side, most of them of its group, never those of the same enterprise."""
    rows = Post.objects.filter(state=PostState.PUBLISHED, side=PostSide(post.side).other, kind=post.kind)
    if post.subject_id is not None:
        rows = rows.exclude(subject_id=post.subject_id)
    kept = []
    # One read of the index for each group: together they would have to be sorted.
    for group in sorted({post.group, *(one.code for one in kind_of(post.kind).groups)}):
        most = MOST_CANDIDATES if group == post.group else MOST_OF_OTHER_GROUPS
        kept += rows.filter(group=group).order_by("-published_at").values_list(*_CANDIDATE)[:most]
    return [row[0] for row in kept], [Side(*row[1:]) for row in kept]


def scored(post: Post, others: list[Side]) -> "Scored":
    """The scores of a post with others of the opposite side, by the weights in force."""
    from tongban.modules.matching.calc.scoring import score  # noqa: PLC0415  # loads numpy, which serving pages does without

    return score(
        book(),
        kind_of(post.kind),
        side_of(post),
        others,
        need=post.side == PostSide.NEED,
        weights=weights()[1],
    )


# ----------------------------------------------------------------------------------------------------------- matches


def matches_of(actor: Actor, post: Post) -> list[Match]:
    """The matches of one's own post, the best first, with the posts of both sides. Only posts that still stand, or are agreed on."""
    side = PostSide(post.side)
    rows = rules.matches(actor).filter(**{side: post})
    other = f"{side.other}__state"
    standing = Q(**{other: PostState.PUBLISHED}) | ~Q(state=MatchState.PROPOSED)
    return list(rows.filter(standing).select_related("need", "offer").order_by("-score", "id"))


def match_for(actor: Actor, match_id: uuid.UUID, *, lock: bool = False) -> Match:
    """The match when one side is the actor's own; raises NoSuchPost."""
    rows = rules.matches(actor).filter(pk=match_id).select_related("need", "offer")
    found: Match = rules.found((rows.select_for_update(of=("self",)) if lock else rows).first())
    return found


@dataclass(frozen=True)
class Contact:
    """How to reach the other side."""

    name: str
    phone: str


def contact(actor: Actor, match: Match) -> Contact | None:
    """The other side's contact, once both sides have confirmed; the only way by which it leaves the house."""
    sides = rules.sides(actor, match)
    if match.state not in WITH_CONTACT or not sides:
        return None
    other = match.offer if "need" in sides else match.need
    return Contact(other.contact_name, other.contact_phone)


def waiting_for(actor: Actor) -> int:
    """How many matches the other side has confirmed and the actor's side has not; kept: every page of a firm says it."""
    own = rules.posts(actor, "own").values("pk")
    rows = rules.between(actor, Q(state=MatchState.PROPOSED)).order_by().values("pk")
    # Two reads of indexes; joined by "or" they would be a walk through all matches.
    need = rows.filter(need__in=own, need_at__isnull=True, offer_at__isnull=False)
    offer = rows.filter(offer__in=own, offer_at__isnull=True, need_at__isnull=False)
    return once(("market.waiting", actor), need.union(offer, all=True).count)


def expiring(actor: Actor, subject: uuid.UUID, until: date) -> list[Post]:
    """The published posts of an enterprise acted for that expire by a day, the first first."""
    rows = rules.posts(actor, "own").filter(
        subject_id=subject, state=PostState.PUBLISHED, expires_on__lte=until
    )
    return list(rows.order_by("expires_on", "id"))


def many_matches(actor: Actor, posts: Iterable[Post]) -> dict[uuid.UUID, int]:
    """How many matches each of the posts has, in two queries."""
    ids = [post.pk for post in posts]
    found: dict[uuid.UUID, int] = dict.fromkeys(ids, 0)
    for side in ("need", "offer"):
        rows = rules.between(actor, Q(**{f"{side}__in": ids})).order_by().values_list(f"{side}_id")
        for pk, many in rows.annotate(many=Count("pk")):
            found[pk] += many
    return found


def searches(actor: Actor) -> list[MarketSearch]:
    """One's own saved searches, the newest first."""
    return list(MarketSearch.objects.filter(account_id=actor.account_id).order_by("-saved_at", "-id"))


def searches_for(post: Post) -> list[MarketSearch]:
    """The saved searches that a post answers."""
    return list(
        MarketSearch.objects.filter(
            Q(category="") | Q(category=post.category),
            Q(place="") | Q(place=post.place),
            kind=post.kind,
            side=post.side,
        ).order_by("id")
    )


# ----------------------------------------------------------------------------------------------------------- figures


@dataclass(frozen=True)
class Figures:
    """Counts within an office's reach: posts by kind and side, by town; matches by state; the money agreed on."""

    kinds: dict[tuple[str, str], int]
    towns: dict[str, int]
    states: dict[str, int]
    fails: dict[str, int]
    fen: int


def figures(actor: Actor) -> Figures:
    """What the market does, in five queries."""
    reach = rules.posts(actor, "office").order_by()
    standing = reach.filter(state=PostState.PUBLISHED)
    matched = rules.between(actor, Q(need__in=reach.values("pk"))).order_by()
    ended = matched.filter(state=MatchState.FAILED)
    return Figures(
        {(k, s): n for k, s, n in standing.values_list("kind", "side").annotate(n=Count("pk"))},
        dict(standing.values_list("place").annotate(n=Count("pk"))),
        dict(matched.values_list("state").annotate(n=Count("pk"))),
        dict(ended.values_list("fail_reason").annotate(n=Count("pk"))),
        matched.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
    )


def outcomes() -> list[tuple[Mapping[str, float | None], str]]:
    """Parts and state of every match that was agreed, or came to nothing for what it was."""
    rows = Match.objects.filter(state__in=(MatchState.AGREED, MatchState.FAILED)).order_by("id")
    return list(rows.values_list("parts", "state"))
