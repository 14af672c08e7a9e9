"""Renews the lists that rules fill, a part of the city at a time, and tells officers and enterprises of each other and of promises."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.visits import actions, queries, states

# None of these bears a word of what was said or promised.
_YOURS = (
    "一家企业交给您服务",
    "An enterprise was given to your care",
    "{name}。请在“我服务的企业”里安排走访。",
    "{name}. Plan a visit under 'My enterprises'.",
)
_SERVED = (
    "您有了服务专员",
    "You have a service officer",
    "{name}的服务专员和电话，请在“企业服务”首页查看。",
    "See the home of enterprise service for the officer of {name} and the telephone.",
)
_PROMISED = (
    "服务专员走访时作了承诺",
    "A service officer made a promise on a visit",
    "对{name}承诺的事和期限，请在“企业服务”首页查看。",
    "See the home of enterprise service for what was promised to {name}, and by when.",
)
_KEPT = (
    "对您的承诺已经兑现",
    "A promise to you was kept",
    "怎样兑现的，请在“企业服务”首页查看。",
    "See the home of enterprise service for how.",
)
_SOON = (
    "对企业的承诺快到期了",
    "A promise to an enterprise is nearly due",
    "{name}：{day}前兑现。请打开走访记录查看。",
    "{name}: to be kept by {day}. Open the visit to read it.",
)
_LATE = (
    "对企业的承诺超期了",
    "A promise to an enterprise is overdue",
    "{name}：应在 {day} 前兑现。请打开走访记录查看。",
    "{name}: it was to be kept by {day}. Open the visit to read it.",
)


class Part(NamedTuple):
    """Enterprises that were judged, and where the run stood before."""

    last: uuid.UUID | None
    judged: list[tuple[uuid.UUID, str, str, frozenset[str]]]


def judge(event: Any) -> Part | None:
    """Judge the next enterprises of the event's run, outside a transaction; None when it has ended."""
    row = queries.run(event.subject_id)
    if row.ended_at is not None:
        return None
    return Part(row.last_id, queries.judged(row.last_id, time.today()))


@subscribe(states.LIST_ASKED, prepare=judge)
def begin(event: Any, part: Part | None) -> None:
    """The first part."""
    _note(event, part)


@subscribe(states.LIST_ADVANCED, prepare=judge)
def go_on(event: Any, part: Part | None) -> None:
    """Every further part."""
    _note(event, part)


def _note(event: Any, part: Part | None) -> None:
    if part is not None:
        actions.renew_lists(run_id=event.subject_id, judged=part.judged, last=part.last)


@daily
def renew_lists(day: date) -> None:
    """Once a day."""
    actions.begin_lists(day=day)


@subscribe(states.ASSIGNED)
def told_assigned(event: Any, prepared: None) -> None:
    """The officer and the deputy, and the enterprise, hear of each other."""
    row = queries.assignment_by_id(event.subject_id)
    _tell(_YOURS, _in_care(row), row, f"{event.id}:yours", name=row.name)
    _tell(_SERVED, _firm(row), row, f"{event.id}:served", name=row.name)


@subscribe(states.VISIT_RECORDED)
def told_promised(event: Any, prepared: None) -> None:
    """The enterprise hears that something was promised to it."""
    if event.payload.get("promises"):
        row = queries.visit_by_id(event.subject_id)
        _tell(_PROMISED, _firm(row), row, f"{event.id}:promised", name=row.name)


@subscribe(states.PROMISE_KEPT)
def told_kept(event: Any, prepared: None) -> None:
    """The enterprise hears that a promise was kept."""
    row = queries.promise_by_id(event.subject_id)
    _tell(_KEPT, _firm(row), row.visit, f"{event.id}:kept")


@daily
def remind_of_promises(day: date) -> None:
    """Officer and deputy hear of a promise that is nearly due, and with the town's managers of one that is overdue; each once."""
    for row in queries.nearly_due(day):
        _tell(_SOON, _in_care(row), row.visit, f"{row.pk}:soon:{row.due_on}", name=row.name, day=row.due_on)
    for row in queries.overdue_since(day):
        told = [*_in_care(row), *_managers(row.place_path)]
        _tell(_LATE, told, row.visit, f"{row.pk}:late:{row.due_on}", name=row.name, day=row.due_on)


def _in_care(row: Any) -> list[uuid.UUID]:
    return [one for one in (row.officer_id, row.deputy_id) if one is not None]


def _firm(row: Any) -> list[uuid.UUID]:
    return parties.accounts_of_holder(row.organisation_id, time.today())


def _managers(place_path: str) -> list[uuid.UUID]:
    """Who manages the service of this place; those of the whole city are not told of each town's."""
    held = access.holders(["town_manager"], time.today()).order_by("id")
    return [one.account_id for one in held if one.place_path and place_path.startswith(one.place_path)]


def _tell(
    texts: tuple[str, str, str, str], accounts: Iterable[uuid.UUID], about: Any, key: str, **words: Any
) -> None:
    for account in dict.fromkeys(accounts):
        notices.tell(texts, account_id=account, about=about, effect_key=f"visits:{key}:{account}", **words)
