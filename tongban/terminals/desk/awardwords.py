"""Batches of awards in the words of the desk: rows, steps, reasons, opinions, objections."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tongban.foundation import time
from tongban.foundation.criteria import FactType
from tongban.modules.policies.calc import Role
from tongban.modules.policies.calc.periods import period_words
from tongban.modules.policies.calc.ways import Way
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import (
    AWARD_NAMES,
    BATCH_NAMES,
    OPINION_NAMES,
    AwardState,
    BatchState,
    OpinionState,
)
from tongban.terminals.desk import words
from tongban.terminals.desk.supervision import Names
from tongban.terminals.ui import factwords, parts, texts
from tongban.terminals.ui.awarding import off_because
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

_TONES: dict[str, parts.Tone] = {
    AwardState.PAID: "green",
    AwardState.CONFIRMED: "green",
    AwardState.REMOVED: "red",
    AwardState.CLAWED: "red",
    AwardState.NEEDS_DATA: "amber",
    AwardState.WAITING: "amber",
    AwardState.DECLINED: "",
    AwardState.DEFERRED: "",
}
ORDER = (
    BatchState.RUNNING,
    BatchState.MADE,
    BatchState.SAMPLED,
    BatchState.CONSULTED,
    BatchState.IN_NOTICE,
    BatchState.APPROVED,
    BatchState.CONFIRMING,
    BatchState.ORDERED,
    BatchState.RECONCILED,
)


def item_name(code: str) -> str:
    """What an item is called; its code where it is in force no more."""
    try:
        return published.in_force().item(code)[1].name.of(texts.language())
    except published.NoSuchSubsidy:
        return code


def batch_row(batch: Any, names: Names) -> dict[str, Any]:
    """A batch as a row, and as the head of its page."""
    light = None
    if batch.due_on is not None:
        late = batch.due_on < time.today()
        light = parts.Light("red" if late else "green", _("{day}前", day=cndate(batch.due_on)))
    return {
        "id": batch.pk,
        "url": reverse("desk-award-batch", args=[batch.pk]),
        "item": item_name(batch.item),
        "edition": batch.edition,
        "period": words.pick(period_words(batch.period)),
        "agency": names.agency(batch.agency),
        "as_of": batch.as_of,
        "state": words.pick(BATCH_NAMES[BatchState(batch.state)]),
        "light": light,
        "notice_until": batch.notice_until,
    }


def steps(batch: Any) -> list[parts.TimelineEntry]:
    """The way of a batch, what is done and what is to come."""
    way: Way = awards.way(batch)
    days = {
        BatchState.MADE: way.sample_days,
        BatchState.SAMPLED: max((one.days for one in way.consulted), default=0),
        BatchState.IN_NOTICE: way.notice_days,
        BatchState.CONFIRMING: way.confirm_days,
    }
    at = ORDER.index(BatchState(batch.state)) if batch.state in ORDER else -1
    found = []
    for number, state in enumerate(ORDER):
        where = "done" if number < at else "now" if number == at else "future"
        when = _("{days} 个工作日", days=days[state]) if days.get(state) else ""
        found.append(parts.TimelineEntry(words.pick(BATCH_NAMES[state]), when, state=where))
    return found


def award_rows(rows: Iterable[Any], batch: Any, names: Names) -> list[dict[str, Any]]:
    """The awards of one batch as rows; the batch, which is there already, is not asked for with each."""
    found = []
    for row in rows:
        row.batch = batch
        found.append(award_row(row, names))
    return found


def award_row(row: Any, names: Names) -> dict[str, Any]:
    """An award as a row."""
    fen = row.granted_fen if row.granted_fen is not None else row.fen
    return {
        "id": row.pk,
        "url": reverse("desk-award", args=[row.pk]),
        "name": row.name,
        "where": names.where(row.place_path),
        "amount": factwords.money(fen) if fen is not None else words.NOTHING,
        "state": words.pick(AWARD_NAMES[AwardState(row.state)]),
        "tone": _TONES.get(row.state, "blue"),
        "sampled": row.sampled,
        "looked": row.looked_at is not None,
        "why": why(row),
        "listed": row.state == AwardState.LISTED,
    }


def why(row: Any) -> str:
    """Why somebody is on the list no more, what is missing, or what was clawed back, in words."""
    if row.missing:
        facts = published.in_force().policies.facts
        names = [facts[one].label.of(texts.language()) if one in facts else one for one in row.missing]
        return texts.listed(names)
    if row.clawed_fen:
        return _("已追回 {amount}", amount=factwords.money(row.clawed_fen))
    return off_because(row, awards.offer_of(row.batch)) if row.removed_for else ""


def opinion(row: Any, names: Names) -> dict[str, Any]:
    """What a department said, or by when it is to."""
    return {
        "agency": names.agency(row.agency),
        "state": words.pick(OPINION_NAMES[OpinionState(row.state)]),
        "due": cndate(row.due_on),
        "words": row.words or "",
        "at": words.moment(row.answered_at) if row.answered_at else "",
    }


def objection(row: Any) -> dict[str, Any]:
    """An objection and its answer. Who made it is known to the log."""
    return {
        "id": row.pk,
        "name": row.award.name,
        "words": row.words,
        "at": words.moment(row.made_at),
        "answer": row.answer,
        "answer_words": row.answer_words or "",
    }


def requirements(batch: Any, *roles: Role) -> list[tuple[str, str]]:
    """What the rule of a batch asks, of some kinds, each with its clause."""
    language = texts.language()
    return [
        (one.text.of(language), one.clause.ref.of(language) if one.clause else "")
        for one in awards.offer_of(batch).requirements
        if one.role in roles
    ]


def facts(batch: Any, values: dict[str, Any]) -> list[tuple[str, str]]:
    """What the rule of a batch reads, with what was known of it."""
    policies = published.in_force().policies
    found = []
    for name in awards.facts_of(batch):
        fact = policies.facts.get(name)
        label = fact.label.of(texts.language()) if fact else _("已经兑付的金额")
        found.append((label, factwords.value(values.get(name), fact.type if fact else FactType.MONEY, fact)))
    return found
