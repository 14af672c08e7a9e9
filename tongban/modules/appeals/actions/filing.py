"""The one door of all channels."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.states import Area
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.appeals import calc, queries
from tongban.modules.appeals.actions import assigning, moving
from tongban.modules.appeals.models import Appeal
from tongban.modules.appeals.states import Channel, Owner, State, Verb

_TOWN_LEVELS = ("town", "subdistrict", "park")


class BadAppeal(Problem):
    """What was filled in is not enough, or is not what the category asks for."""

    code = "appeal.incomplete"
    status = 422


class NotYours(Problem):
    """Somebody files for a firm that they may not act for."""

    code = "appeal.not_yours"
    status = 403


def _bad(zh: str, en: str) -> BadAppeal:
    return BadAppeal(
        sentence_zh=zh, sentence_en=en, todo_zh="请改正后再提交。", todo_en="Correct it and send it again."
    )


@action
def file_appeal(
    *,
    organisation_id: uuid.UUID,
    category: str,
    title: str,
    words: str,
    by: Actor,
    channel: str = Channel.PORTAL,
    contact: str = "",
    wanted: str = "",
    answers: Mapping[str, str] | None = None,
    subcategory: str = "",
    urgent: bool = False,
    confidential: bool = False,
    came_from: uuid.UUID | None = None,
    reference: str = "",
    files: Sequence[uuid.UUID] = (),
    as_id: uuid.UUID | None = None,
) -> Appeal:
    """Put what a firm asks for into the pool, and assign it where a route says so.

    A firm's own people file for firms they may act for; staff file what they were told (counter, telephone, hotline,
    visit), and the page on which they do it has checked their right. `answers` are texts by question; a `subcategory`
    is one of the firm's town within the category. With a `reference` the same appeal is filed once for each channel,
    however often it is sent; `as_id` is the identifier of a new one, by which the caller knows it from one filed before.
    Raises BadAppeal, NotYours, BadFiles.
    """
    _may_file(organisation_id, by)
    if reference:
        before = queries.by_reference([organisation_id], organisation_id, channel, reference)
        if before is not None:
            return before
    book, now = queries.rulebook(), time.now()
    kept = _checked(book, category, channel, answers or {})
    appeal = _of_firm(organisation_id, book, by, as_id or uuid7())
    appeal.category, appeal.channel, appeal.answers = category, channel, kept or None
    appeal.urgent, appeal.confidential = urgent, confidential
    own = queries.own_rules(appeal.town)
    appeal.subcategory = _within(own, category, subcategory)
    appeal.title = _text(title, 80, "标题", "a title")
    appeal.words = _text(words, 2000, "诉求内容", "what it is about")
    appeal.wanted = wanted.strip()[:500] or None
    if contact.strip():
        appeal.contact = _text(contact, 120, "联系人", "a contact")
    appeal.filed_by, appeal.filed_at = by.account_id, now
    appeal.came_from, appeal.reference = came_from, reference[:60]
    appeal.promise = queries.promised(category, appeal.town, 0)
    appeal.number = calc.number_of(book.prefix, now.date(), appeal.pk)
    _start(appeal, now.date())
    filed = moving.begin(appeal, by, files)
    if not _assign(appeal, book, kept, own, filed):
        appeal.save(force_insert=True)
        moving.write_filing(filed)
    return appeal


def _within(own: calc.TownRules, category: str, subcategory: str) -> str:
    if subcategory and subcategory not in {one.code for one in own.within(category)}:
        raise _bad("企业所在镇街没有这个子类别。", "The firm's town has no such sub-category.")
    return subcategory


def _of_firm(organisation_id: uuid.UUID, book: calc.Rulebook, by: Actor, as_id: uuid.UUID) -> Appeal:
    """An appeal with what the city knows of the firm: size, town and the office that coordinates there."""
    firm = parties.organisation(organisation_id)
    known = queries.firm_values(organisation_id)
    size, key = queries.facts_about(known)
    town = places.town_of(queries.place_of(known, firm.place_path))
    return Appeal(
        id=as_id,
        organisation_id=firm.pk,
        organisation=firm.name,
        size=size,
        key_firm=key,
        town=town.code if town else "",
        place_path=town.path if town else firm.place_path,
        contact=str(known.get("org.phone") or by.name or "-")[:120],
        town_agency=queries.office_of(town.code) if town else "",
        desk=book.desk_of(town.code if town else ""),
        city_desk=book.desk,
        state=State.POOL,
        owner=Owner.DESK,
        next_on=moving.workday(book.limits["route"]),
    )


def _may_file(organisation_id: uuid.UUID, by: Actor) -> None:
    if by.kind == ActorKind.PERSON and organisation_id not in by.firms(Area.APPEALS):
        raise NotYours(
            sentence_zh="您不能代表这家企业。",
            sentence_en="You may not act for this firm.",
            todo_zh="请先由企业授权。",
            todo_en="Ask the firm for a mandate first.",
        )


def _start(appeal: Appeal, day: date) -> None:
    dates = calc.dates([], day, queries.clocks_of(appeal), deadlines.calendar())
    appeal.reply_on, appeal.close_on, appeal.supervise_on = dates.reply_on, dates.close_on, dates.supervise_on


def _text(text: str, most: int, zh: str, en: str) -> str:
    text = text.strip()
    if not text:
        raise _bad(f"没有填写{zh}。", f"There is not {en}.")
    if len(text) > most:
        raise _bad(f"{zh}超过 {most} 个字。", f"There are more than {most} characters in {en}.")
    return text


def _checked(book: calc.Rulebook, category: str, channel: str, answers: Mapping[str, str]) -> dict[str, Any]:
    if category not in book.categories:
        raise _bad("没有选择诉求类别。", "No category was chosen.")
    if channel not in set(Channel):
        raise _bad("没有这种渠道。", "There is no such channel.")
    kept = {}
    for one in book.categories[category].questions:
        try:
            value = one.value(str(answers.get(one.id, "")))
        except ValueError as error:
            raise _bad(
                f"“{one.label.zh}”填写的内容不对。", f"'{one.label.en}' is not filled in right."
            ) from error
        if value is None and one.required:
            raise _bad(f"没有填写“{one.label.zh}”。", f"'{one.label.en}' is missing.")
        if value is not None:
            kept[one.id] = value
    return kept


def values_of(appeal: Appeal, book: calc.Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What routes read of an appeal; what is not known stays out."""
    values = {
        "appeal.category": appeal.category,
        calc.SUBCATEGORY: appeal.subcategory,
        "appeal.group": book.categories[appeal.category].group,
        "appeal.town": appeal.town or None,
        "appeal.size": appeal.size or None,
        "appeal.channel": appeal.channel,
        "appeal.urgent": appeal.urgent,
        "appeal.key_firm": appeal.key_firm,
    }
    return {**values, **{f"answer.{name}": value for name, value in answers.items()}}


def _assign(
    appeal: Appeal,
    book: calc.Rulebook,
    answers: Mapping[str, Any],
    own: calc.TownRules,
    filed: moving.Filing,
) -> bool:
    """Whether a route led somewhere; then the row is written with it, once."""
    target = book.route(values_of(appeal, book, answers), appeal.town, own.routes)
    if target is None:
        return False
    lead, assists = (
        [appeal.town_agency if one == "town" else one for one in group]
        for group in ([target.lead], target.assists)
    )
    if not lead[0]:
        return False
    assigning.assign(appeal, Verb.ROUTE, lead[0], [one for one in assists if one], by=SYSTEM, filed=filed)
    return True
