"""Who may do what to which rectifications: the list and the single row are the same condition."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from tongban.kernel.access.calc import Actor, ByGrant, Policy, Recused, Touches
from tongban.kernel.access.rules import NotAllowed, allowed
from tongban.kernel.access.states import RECUSED, Permission
from tongban.modules.ratings.models import Rating, RatingRemedy
from tongban.modules.ratings.states import Who

POLICY = Policy("rating_remedy")
POLICY.allow(
    Who.OFFICER,
    ByGrant(Permission.RATING_MANAGE),
    "是被评价机关的好差评专员",
    "is the ratings officer of the rated agency",
)
POLICY.allow(
    Who.RATED,
    ByGrant(Permission.RATING_MANAGE) | ByGrant(Permission.CASE_VIEW),
    "在被评价机关任职",
    "works at the rated agency",
)
POLICY.allow(Who.BUREAU, ByGrant(Permission.RATING_MANAGE), "审定申诉、督办", "decides appeals")
# Who keeps away from a case, or from its applicant, keeps away from what was said of it (公务员法 art. 76).
_APPLICANT = "cases.Case", "id", ("person_id", "organisation_id")
_AWAY = "已经登记回避", "is recused"
POLICY.deny(Recused(("rating__case_id",)), *_AWAY)
POLICY.deny(Touches(*_APPLICANT, at="rating__case_id"), *_AWAY)

# The role whose holders stand above the rated agencies: they decide appeals, and never work a rating off.
BUREAU_ROLE = "bureau"


def _as(actor: Actor, who: str) -> Actor:
    """The actor with those grants only that count for `who`; the bureau's reach is not limited to its own agency."""
    if who == Who.BUREAU:
        kept = {BUREAU_ROLE, RECUSED}
        grants = [replace(grant, agency="") for grant in actor.grants if grant.role in kept]
    else:
        grants = [grant for grant in actor.grants if grant.role != BUREAU_ROLE]
    return replace(actor, grants=tuple(grants))


def condition(actor: Actor, who: str) -> Q:
    """The rectifications that `actor` handles as `who`."""
    return allowed(POLICY, _as(actor, who), who)


def visible(actor: Actor) -> QuerySet[RatingRemedy]:
    """The rectifications that `actor` may look at; another agency's are simply not among them."""
    return RatingRemedy.objects.filter(condition(actor, Who.RATED) | condition(actor, Who.BUREAU))


WORDS = Policy("rating")
WORDS.allow(
    "look", ByGrant(Permission.RATING_MANAGE), "是被评价机关的好差评专员或者审定部门", "is a ratings officer"
)
WORDS.deny(Recused(("case_id",)), *_AWAY)
WORDS.deny(Touches(*_APPLICANT, at="case_id"), *_AWAY)


def words_to_look_at(actor: Actor) -> QuerySet[Rating]:
    """The ratings whose words this officer may publish or withhold."""
    return Rating.objects.filter(allowed(WORDS, actor, "look"))


def not_for(who: Who) -> NotAllowed:
    """The failure for somebody who may look, but not act as `who`."""
    zh, en = {
        Who.OFFICER: ("被评价机关的好差评专员", "the ratings officer of the rated agency"),
        Who.RATED: ("被评价机关", "the rated agency"),
        Who.BUREAU: ("数据管理部门", "the data bureau"),
    }[who]
    return NotAllowed(
        sentence_zh=f"这一步由{zh}办理。",
        sentence_en=f"This step is for {en}.",
        todo_zh="请转告有权限的同事。",
        todo_en="Tell a colleague who may.",
    )
