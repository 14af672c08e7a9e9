"""Writes of ratings, and of the rectification of bad ones: each verb of `states.MOVES` is one function here."""

import uuid
from collections.abc import Collection
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import actions as events
from tongban.kernel.receptions import queries as receptions
from tongban.kernel.records.actions import action
from tongban.modules.ratings import calc, queries, rules, states
from tongban.modules.ratings.models import Rating, RatingRemedy, RemedyEntry
from tongban.modules.ratings.states import (
    ENDED,
    OUTCOMES,
    RATEABLE,
    AppealGround,
    Channel,
    RemedyState,
    RemedyVerb,
    RepairKind,
    Who,
)


class NotRateable(Problem):
    """The case is not handled yet, or has its rating."""

    code = "rating.not_possible"
    status = 409


class RatingIncomplete(Problem):
    """No level, or a bad level without a reason."""

    code = "rating.incomplete"
    status = 422


class RemedyIncomplete(Problem):
    """A move without the words, the kind or the ground that it needs."""

    code = "rating_remedy.incomplete"
    status = 422


class OwnRating(Problem):
    """Who is rated does not work the rating off; who appealed or worked on it does not decide the appeal."""

    code = "rating_remedy.own"
    status = 409


class AppealedAlready(Problem):
    """An agency appeals a rating once."""

    code = "rating_remedy.appealed_already"
    status = 409


class TooEarly(Problem):
    """The rater still has time to answer."""

    code = "rating_remedy.too_early"
    status = 409


@action
def rate(
    *,
    case_id: uuid.UUID,
    level: int,
    words: str,
    by: Actor,
    channel: str = Channel.PC,
    points: Collection[str] = (),
    publish: bool = False,
) -> Rating:
    """Rate a handled case once; a bad rating opens its rectification (国办发〔2019〕51号).

    `points` of another level or channel are left out. Raises NoSuchCase, NotRateable, RatingIncomplete.
    """
    case = cases.case_for(by, case_id, "rate", lock=True)
    _check_rating(level, words)
    if case.state not in RATEABLE or Rating.objects.filter(case_id=case.pk).exists():
        raise NotRateable(
            sentence_zh="这个办件现在不能评价。",
            sentence_en="This case cannot be rated now.",
            todo_zh="办结后可以评价，每个办件评价一次。",
            todo_en="A case can be rated once, after it has been handled.",
        )
    where = {"item_code": case.item_code, "agency": case.agency, "place_path": case.place_path}
    received = receptions.reception_of(case.pk)
    row = Rating(
        case_id=case.pk,
        hall=received.hall if received else "",
        level=level,
        channel=Channel(channel),
        points=calc.chosen(queries.settings(), channel, level, points),
        words=words.strip() or None,
        publish=publish,
        given_by=by.account_id,
        given_at=time.now(),
        **where,
    )
    row.save(force_insert=True)
    events.record(name=states.RATED, about=row, by=by, payload={"case": str(case.pk), "level": level})
    if level in states.NEEDS_REASON:
        remedy = RatingRemedy(rating=row, opened_at=row.given_at, **where)
        _start(remedy, "contact")
        remedy.save(force_insert=True)
        events.record(name=states.REMEDY_OPENED, about=remedy, by=by, payload=_payload(remedy))
    return row


def _check_rating(level: int, words: str) -> None:
    if level not in states.RatingLevel._value2member_map_:
        raise RatingIncomplete(
            sentence_zh="请选择满意程度。",
            sentence_en="Choose how satisfied you are.",
            todo_zh="从五个等级中选择一个。",
            todo_en="Choose one of the five levels.",
        )
    if level in states.NEEDS_REASON and not words.strip():
        raise RatingIncomplete(
            sentence_zh="不满意的评价需要写明原因。",
            sentence_en="A rating of dissatisfied needs its reason.",
            todo_zh="请写一句哪里没有办好，便于整改和回访。",
            todo_en="Write in a sentence what went wrong, so that it can be put right.",
        )


@action
def contact(*, remedy_id: uuid.UUID, words: str, by: Actor) -> RatingRemedy:
    """Record the call-back and what the rater said; the repair limit starts. Raises as `_for_officer`."""
    remedy = _for_officer(remedy_id, RemedyVerb.CONTACT, by, words)
    remedy.contacted_on = time.today()
    return _move(remedy, RemedyVerb.CONTACT, by, words)


@action
def confirm(*, remedy_id: uuid.UUID, kind: str, words: str, by: Actor) -> RatingRemedy:
    """Find the rating true and start the repair; `kind` sets its limit, from the call-back or a dismissed appeal on."""
    if kind not in set(RepairKind):
        raise _incomplete("没有选择问题的类型", "The kind of repair is missing", "类型", "Choose the kind.")
    remedy = _for_officer(remedy_id, RemedyVerb.CONFIRM, by, words)
    remedy.kind = RepairKind(kind)
    # An appeal that was dismissed must not have eaten up the time for the repair.
    since = remedy.entries.filter(verb__in=[RemedyVerb.CONTACT, RemedyVerb.DISMISS]).latest("id").at
    return _move(remedy, RemedyVerb.CONFIRM, by, words, since=since.astimezone(time.SHANGHAI).date())


@action
def answer(*, remedy_id: uuid.UUID, words: str, by: Actor) -> RatingRemedy:
    """Tell the rater what was put right; the rater then confirms or not."""
    remedy = _for_officer(remedy_id, RemedyVerb.ANSWER, by, words)
    remedy.answered_on = time.today()
    return _move(remedy, RemedyVerb.ANSWER, by, words)


@action
def lapse(*, remedy_id: uuid.UUID, by: Actor) -> RatingRemedy:
    """Close an answered one on which the rater did not say a word in time; it counts as no reply. Raises TooEarly."""
    remedy = _for_officer(remedy_id, RemedyVerb.LAPSE, by)
    if time.today() <= remedy.due_on:
        raise TooEarly(
            sentence_zh=f"评价人可以在 {remedy.due_on} 前答复，现在不能结束。",
            sentence_en=f"The rater may answer until {remedy.due_on}; it cannot be closed now.",
            todo_zh="到期仍没有答复的，再结束整改。",
            todo_en="Close it when that day has passed without an answer.",
        )
    return _move(remedy, RemedyVerb.LAPSE, by)


@action
def appeal(*, remedy_id: uuid.UUID, ground: str, words: str, evidence: str, by: Actor) -> RatingRemedy:
    """Say for the rated agency that the rating is mistaken or malicious, with reason and evidence. Once."""
    if ground not in set(AppealGround):
        raise _incomplete(
            "没有选择申诉的理由", "The ground is missing", "误评或者恶意差评", "Choose the ground."
        )
    _need(words)
    _need(evidence, "证据", "the evidence")
    remedy = _open(remedy_id, RemedyVerb.APPEAL, by, Who.RATED)
    if remedy.entries.filter(verb=RemedyVerb.APPEAL).exists():
        raise AppealedAlready(
            sentence_zh="这条评价已经申诉过，申诉没有成立。",
            sentence_en="This rating was appealed before, without success.",
            todo_zh="请核实并整改。",
            todo_en="Find out what went wrong and put it right.",
        )
    entry = {"evidence": evidence.strip(), "ground": AppealGround(ground)}
    return _move(remedy, RemedyVerb.APPEAL, by, words, entry)


@action
def decide_appeal(*, remedy_id: uuid.UUID, upheld: bool, words: str, by: Actor) -> RatingRemedy:
    """Decide for the bureau. Upheld, the rating leaves the public figures and stays inside; dismissed, work goes on.

    Raises OwnRating for whoever was rated, appealed or did anything else to it: maker is never checker.
    """
    _need(words)
    verb = RemedyVerb.UPHOLD if upheld else RemedyVerb.DISMISS
    remedy = _for_bureau(remedy_id, verb, by)
    if upheld:
        rating = remedy.rating
        rating.excluded_at = time.now()
        rating.save(update_fields=["excluded_at"])
    return _move(remedy, verb, by, words)


@action
def settle(*, remedy_id: uuid.UUID, words: str, by: Actor) -> RatingRemedy:
    """End for the bureau what two repairs did not mend; the words go to the rater."""
    _need(words)
    remedy = _for_bureau(remedy_id, RemedyVerb.SETTLE, by)
    return _move(remedy, RemedyVerb.SETTLE, by, words)


@action
def reply(*, case_id: uuid.UUID, satisfied: bool, words: str, by: Actor) -> RatingRemedy:
    """The rater's answer to a repair: done; or once more; or, the second time, to the bureau. Raises NoSuchCase."""
    case = cases.case_for(by, case_id, "rate", lock=True)
    remedy = RatingRemedy.objects.select_for_update(of=("self",)).filter(rating__case_id=case.pk).first()
    if remedy is None:
        raise queries.no_such_remedy()
    verb = queries.reply_verb(remedy, satisfied=satisfied)
    states.require(remedy.state, verb)
    if verb is RemedyVerb.REOPEN:
        remedy.round += 1
        remedy.answered_on = None
    return _move(remedy, verb, by, words)


def _open(remedy_id: uuid.UUID, verb: RemedyVerb, by: Actor, who: Who) -> RatingRemedy:
    """The locked row, when `by` may act as `who`; raises NoSuchRemedy, NotAllowed or MoveNotPossible."""
    rows = rules.visible(by).select_for_update(of=("self",)).filter(pk=remedy_id)
    remedy = rows.first()
    if remedy is None:
        raise queries.no_such_remedy()
    if not rows.filter(rules.condition(by, who)).exists():
        raise rules.not_for(who)
    states.require(remedy.state, verb)
    return remedy


def _for_officer(remedy_id: uuid.UUID, verb: RemedyVerb, by: Actor, words: str | None = None) -> RatingRemedy:
    """The row for the ratings officer; raises RemedyIncomplete, what `_open` raises, OwnRating."""
    if words is not None:
        _need(words)
    remedy = _open(remedy_id, verb, by, Who.OFFICER)
    if by.account_id in queries.handlers(remedy.rating.case_id):
        raise _own(
            "您经办过这个办件，不能处理对它的差评。",
            "You handled this case, so the rating is not yours to work off.",
        )
    return remedy


def _for_bureau(remedy_id: uuid.UUID, verb: RemedyVerb, by: Actor) -> RatingRemedy:
    remedy = _open(remedy_id, verb, by, Who.BUREAU)
    before = set(remedy.entries.values_list("by_id", flat=True)) | queries.handlers(remedy.rating.case_id)
    if by.account_id in before:
        raise _own("您参与过这件事，不能由您审定。", "You took part in this, so it is not yours to decide.")
    return remedy


def _move(
    remedy: RatingRemedy,
    verb: RemedyVerb,
    by: Actor,
    words: str = "",
    entry: dict[str, Any] | None = None,
    *,
    since: Any = None,
) -> RatingRemedy:
    """Take the row of the table: new state, its limit from `since` or today, the entry, one event."""
    row, now = states.require(remedy.state, verb), time.now()
    remedy.state = row.target
    if row.target in ENDED:
        remedy.due_on, remedy.ended_at, remedy.outcome = None, now, OUTCOMES[verb]
    else:
        _start(remedy, row.limit, since)
    remedy.save()
    said = RemedyEntry(
        remedy=remedy, verb=verb, by_id=by.account_id, at=now, words=words.strip() or None, **(entry or {})
    )
    said.save(force_insert=True)
    events.record(name=row.event, about=remedy, by=by, payload=_payload(remedy))
    return remedy


def _start(remedy: RatingRemedy, limit: str, since: Any = None) -> None:
    due = queries.settings().due(limit, remedy.kind, since or time.today(), deadlines.calendar())
    remedy.due_on, remedy.provisional = due.date, due.provisional
    if limit == "repair" and remedy.state != RemedyState.ESCALATED:
        remedy.repair_due_on = due.date


def _payload(remedy: RatingRemedy) -> dict[str, Any]:
    due = remedy.due_on.isoformat() if remedy.due_on else None
    return {"rating": str(remedy.rating_id), "round": remedy.round, "due": due, "outcome": remedy.outcome}


def _need(words: str, zh: str = "说明", en: str = "what is to be said") -> None:
    if not words.strip():
        raise _incomplete(f"没有填写{zh}", f"A text is missing: {en}", zh, f"Write {en}.")


def _incomplete(zh: str, en: str, what_zh: str, todo_en: str) -> RemedyIncomplete:
    return RemedyIncomplete(
        sentence_zh=f"{zh}。", sentence_en=f"{en}.", todo_zh=f"请补上{what_zh}，再提交一次。", todo_en=todo_en
    )


def _own(zh: str, en: str) -> OwnRating:
    return OwnRating(
        sentence_zh=zh,
        sentence_en=en,
        todo_zh="请交由另一位有权限的同事。",
        todo_en="Leave it to a colleague who may.",
    )


@action
def look_at_words(*, rating_id: uuid.UUID, by: Actor, withhold: str = "") -> Rating:
    """Publish what a rater let be published, or withhold it on one of the grounds that there are; once.

    The level counts in the figures either way. Raises NoSuchWords, RatingIncomplete.
    """
    row = queries.words_for(by, rating_id)
    if row.looked_at is not None:
        return row
    if withhold and withhold not in states.WITHHELD_NAMES:
        raise RatingIncomplete(
            sentence_zh="没有选择不公开的理由。",
            sentence_en="There is no ground for withholding it.",
            todo_zh="只有所列理由可以不公开；对机关的批评应当公开。",
            todo_en="Only the grounds listed count; criticism of the office is published.",
        )
    row.looked_at, row.looked_by, row.withheld = time.now(), by.account_id, withhold
    row.save(update_fields=["looked_at", "looked_by", "withheld"])
    name = states.WORDS_WITHHELD if withhold else states.WORDS_PUBLISHED
    events.record(name=name, about=row, by=by, payload={"because": withhold} if withhold else {})
    return row
