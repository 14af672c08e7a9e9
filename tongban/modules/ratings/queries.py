"""Reads of ratings and rectifications, and the public figures. A rectification is fetched through the policy."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_name
from tongban.foundation.readers import reading_everything
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.modules.ratings import calc, rules
from tongban.modules.ratings.calc import Settings
from tongban.modules.ratings.models import Rating, RatingRemedy, RemedyEntry
from tongban.modules.ratings.states import (
    ENDED,
    MOST_ROUNDS,
    MOVES,
    OWING,
    RATEABLE,
    Outcome,
    RemedyState,
    RemedyVerb,
    Who,
)

# Nobody's rating counts twice, and one that was removed after an appeal counts in nothing.
_COUNTED = Q(excluded_at__isnull=True)


class NoSuchRemedy(Problem):
    """No rectification that the actor may see has this identifier."""

    code = "rating_remedy.unknown"
    status = 404


class NotSetUp(Problem):
    """The loaded pack says nothing of ratings."""

    code = "rating.not_set_up"
    status = 503


def settings() -> Settings:
    """What the pack sets for ratings; raises NotSetUp for one that was loaded before it could."""
    data = catalogue.documents(DocumentKind.PACK).get("ratings")
    if data is None:
        raise NotSetUp(
            sentence_zh="城市包还没有好差评的设置。",
            sentence_en="The loaded pack has no settings for ratings.",
            todo_zh="请管理员执行 tongban pack load。",
            todo_en="Run `tongban pack load`.",
        )
    return Settings.read(data)


def of_case(case_id: uuid.UUID) -> Rating | None:
    """The rating of a case with its rectification, if it was rated."""
    return Rating.objects.filter(case_id=case_id).select_related("remedy").first()


def remedy_of(rating: Rating | None) -> RatingRemedy | None:
    """The rectification of a rating, if it was a bad one."""
    return getattr(rating, "remedy", None)


def no_such_remedy() -> NoSuchRemedy:
    """The failure that says nothing of whether another agency has it."""
    return NoSuchRemedy(
        sentence_zh="没有找到这件差评整改。",
        sentence_en="There is no such rectification.",
        todo_zh="请从“差评整改”列表进入。",
        todo_en="Open it from the list of rectifications.",
    )


def remedies(actor: Actor) -> QuerySet[RatingRemedy]:
    """The rectifications within the actor's sight, soonest due first, the ended ones last."""
    return (
        rules.visible(actor).select_related("rating").order_by(F("due_on").asc(nulls_last=True), "opened_at")
    )


def remedy_for(actor: Actor, remedy_id: uuid.UUID) -> RatingRemedy:
    """The rectification when the actor may look at it; raises NoSuchRemedy."""
    found = remedies(actor).filter(pk=remedy_id).first()
    if found is None:
        raise no_such_remedy()
    return found


def rating_of_remedy(remedy_id: uuid.UUID) -> Rating:
    """The rating behind a rectification, for the machinery; raises Rating.DoesNotExist."""
    return Rating.objects.get(remedy__pk=remedy_id)


def entries(remedy: RatingRemedy) -> list[RemedyEntry]:
    """What was done and said, oldest first."""
    return list(remedy.entries.order_by("id"))


def handlers(case_id: uuid.UUID) -> set[uuid.UUID]:
    """Which officers did anything to the rated case: the rated persons. The log knows all of them, whatever the verb."""
    staff = (one for one in events.history(case_id) if one.actor_kind == ActorKind.STAFF)
    return {one.actor_id for one in staff if one.actor_id}


@dataclass(frozen=True)
class Turn:
    """What the actor can do to a rectification now, and whether the rater's name is for them."""

    verbs: frozenset[RemedyVerb]
    named: bool


def turn_of(actor: Actor, remedy: RatingRemedy, said: Sequence[RemedyEntry], today: date) -> Turn:
    """The moves open to `actor`. For offering only: the actions check again on the locked row."""
    roles = Who.OFFICER, Who.RATED, Who.BUREAU
    counts = RatingRemedy.objects.filter(pk=remedy.pk).aggregate(
        **{who: Count("pk", filter=rules.condition(actor, who)) for who in roles}
    )
    mine = {who for who in roles if counts[who]}
    verbs = {row.verb for row in MOVES.values() if remedy.state in row.sources and row.who in mine}
    concerned = actor.account_id in handlers(remedy.rating.case_id)
    if concerned:
        verbs -= {row.verb for row in MOVES.values() if row.who != Who.RATED}
    if any(one.verb == RemedyVerb.APPEAL for one in said):
        verbs.discard(RemedyVerb.APPEAL)
    if actor.account_id in {one.by_id for one in said}:
        verbs -= {RemedyVerb.UPHOLD, RemedyVerb.DISMISS}
    if remedy.due_on is None or today <= remedy.due_on:
        verbs.discard(RemedyVerb.LAPSE)
    return Turn(frozenset(verbs), bool(mine & {Who.OFFICER, Who.BUREAU}) and not concerned)


@dataclass(frozen=True)
class Rater:
    """Who rated, as the one who looks may know it; a masked one has no telephone and no case."""

    name: str
    phone: str = ""
    case: Any = None
    hidden: str = field(default="", repr=False)

    def shown(self, text: str | None) -> str:
        """What somebody said of the matter, with the name and numbers hidden where they are."""
        return calc.veiled(text or "", self.hidden) if self.hidden else text or ""


@reading_everything()  # the rated case is shown with its remedy, to whoever works that off
def rater_of(remedy: RatingRemedy, *, named: bool) -> Rater:
    """The rater with name and telephone for the ratings officer, masked for everybody else."""
    given_by = remedy.rating.given_by
    name = parties.account_names([given_by]).get(given_by, "")
    if not named:
        return Rater(mask_name(name), hidden=name)
    account = parties.account(given_by)
    phone = account.person.phone if account is not None and account.person is not None else ""
    return Rater(name, phone, cases.case(remedy.rating.case_id))


def reply_verb(remedy: RatingRemedy, *, satisfied: bool) -> RemedyVerb:
    """What the rater's answer means: done, once more, or a matter for the bureau."""
    if satisfied:
        return RemedyVerb.SATISFY
    return RemedyVerb.REOPEN if remedy.round < MOST_ROUNDS else RemedyVerb.ESCALATE


def next_workday(today: date) -> date:
    """The working day after today."""
    return deadlines.calendar().add_workdays(today, 1).date


def lamp(rows: QuerySet[RatingRemedy], light: str, today: date) -> QuerySet[RatingRemedy]:
    """Those whose light is this one today: red, yellow, green, paused (the rater's turn) or done."""
    return rows.filter(_lights(today)[light]) if light in _lights(today) else rows


def lamps(rows: QuerySet[RatingRemedy], today: date) -> dict[str, int]:
    """How many have which light today, in one query."""
    lights = _lights(today)
    return rows.order_by().aggregate(**{name: Count("pk", filter=one) for name, one in lights.items()})


def _lights(today: date) -> dict[str, Q]:
    owing, soon = Q(state__in=OWING), next_workday(today)
    return {
        "red": owing & Q(due_on__lt=today),
        "yellow": owing & Q(due_on__gte=today, due_on__lte=soon),
        "green": owing & Q(due_on__gt=soon),
        "paused": Q(state=RemedyState.ANSWERED),
        "done": Q(state__in=ENDED),
    }


def light_of(remedy: RatingRemedy, today: date, soon: date) -> str:
    """The light of one rectification; `soon` is the next working day."""
    return calc.light(remedy.state, remedy.due_on, today, soon)


def owed(actor: Actor) -> int:
    """How many wait for this ratings officer or for the bureau."""
    if not actor.can(Permission.RATING_MANAGE):
        return 0
    turns = Q(pk__in=[])
    for who, states in (
        (Who.OFFICER, (RemedyState.OPEN, RemedyState.CONTACTED, RemedyState.REPAIRING)),
        (Who.BUREAU, (RemedyState.APPEALED, RemedyState.ESCALATED)),
    ):
        turns |= rules.condition(actor, who) & Q(state__in=states)
    return RatingRemedy.objects.filter(turns).count()


def share(item_code: str = "") -> tuple[int, int]:
    """(satisfied, all) ratings of an item or of everything; levels 1 to 3 count as satisfied. Unrated cases do not."""
    rows = Rating.objects.filter(_COUNTED)
    if item_code:
        rows = rows.filter(item_code=item_code)
    figures = rows.aggregate(good=Count("pk", filter=Q(level__lte=3)), all=Count("pk"))
    return figures["good"], figures["all"]


@dataclass
class Figure:
    """The public figures of an agency's item, or of several added up: handled cases, ratings by level, repairs."""

    handled: int = 0
    levels: list[int] = field(default_factory=lambda: [0] * 5)
    repairs: int = 0  # answered, or late without an answer
    repaired_in_time: int = 0

    @property
    def rated(self) -> int:
        return sum(self.levels)

    def add(self, other: "Figure") -> None:
        """Take the figures of `other` in."""
        self.handled += other.handled
        self.levels = [a + b for a, b in zip(self.levels, other.levels, strict=True)]
        self.repairs += other.repairs
        self.repaired_in_time += other.repaired_in_time


@reading_everything()  # public figures are of everybody
def figures(today: date) -> dict[tuple[str, str], Figure]:
    """The figures by (agency, item). Three aggregates, however many ratings there are."""
    found: dict[tuple[str, str], Figure] = {}
    place = "agency", "item_code"
    handled = cases.all_submitted().filter(state__in=RATEABLE).order_by()
    for agency, item, number in handled.values_list(*place).annotate(n=Count("pk")):
        found.setdefault((agency, item), Figure()).handled = number
    rated = Rating.objects.filter(_COUNTED).order_by()
    for agency, item, level, number in rated.values_list(*place, "level").annotate(n=Count("pk")):
        found.setdefault((agency, item), Figure()).levels[level - 1] = number
    in_time = Q(answered_on__isnull=False, answered_on__lte=F("repair_due_on"))
    working = Q(state__in=[RemedyState.OPEN, RemedyState.CONTACTED, RemedyState.REPAIRING])
    owed_by_now = Q(answered_on__isnull=False) | (working & Q(due_on__lt=today))
    repairs = RatingRemedy.objects.exclude(outcome=Outcome.REVOKED).order_by()
    counted = repairs.values_list(*place).annotate(
        owed=Count("pk", filter=owed_by_now), kept=Count("pk", filter=in_time)
    )
    for agency, item, owed_number, kept in counted:
        figure = found.setdefault((agency, item), Figure())
        figure.repairs, figure.repaired_in_time = owed_number, kept
    return found


@dataclass(frozen=True)
class Comment:
    """A rater's words as the public may read them."""

    name: str
    level: int
    words: str
    item_code: str
    agency: str
    on: date
    remedy: RatingRemedy | None


def comments(most: int) -> list[Comment]:
    """The newest words that raters let be published and an officer looked at: names masked, long numbers hidden.
    Two queries.
    """
    rows = list(
        Rating.objects.filter(
            _COUNTED, publish=True, words__isnull=False, looked_at__isnull=False, withheld=""
        )
        .select_related("remedy")
        .order_by("-id")[:most]
    )
    names = parties.account_names([row.given_by for row in rows])
    return [
        Comment(
            mask_name(names.get(row.given_by, "")),
            row.level,
            calc.veiled(row.words or "", names.get(row.given_by, "")),
            row.item_code,
            row.agency,
            row.given_at.astimezone(SHANGHAI).date(),
            remedy_of(row),
        )
        for row in rows
    ]


class NoSuchWords(Problem):
    """No words that this officer may publish or withhold have this identifier."""

    code = "rating.unknown"
    status = 404


def unlooked(actor: Actor) -> QuerySet[Rating]:
    """The words that wait for an officer to look at them, oldest first."""
    rows = rules.words_to_look_at(actor).filter(
        _COUNTED, publish=True, words__isnull=False, looked_at__isnull=True
    )
    return rows.order_by("id")


def words_for(actor: Actor, rating_id: uuid.UUID) -> Rating:
    """A rating whose words the actor may publish or withhold, locked. Raises NoSuchWords."""
    rows = rules.words_to_look_at(actor).filter(pk=rating_id, publish=True, words__isnull=False)
    found = rows.select_for_update().first()
    if found is None:
        raise NoSuchWords(
            sentence_zh="没有找到这条评价。",
            sentence_en="There is no such rating.",
            todo_zh="请从“评价公开”的列表进入。",
            todo_en="Open it from the list.",
        )
    return found


def veiled_words(row: Rating) -> str:
    """The words as the public would read them: the name masked, long numbers hidden."""
    name = parties.account_names([row.given_by]).get(row.given_by, "")
    return calc.veiled(row.words or "", name)
