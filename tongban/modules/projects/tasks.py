"""What the worker's clock runs every day, and who is told of what: the firm, the project's officer, offices that are asked."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Granted, covers
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.modules.projects import actions, queries, states
from tongban.modules.projects.states import FOLLOWED, LIGHT_NAMES, EntryKind

if TYPE_CHECKING:
    from tongban.kernel.events.models import Event
    from tongban.modules.projects.models import Project

# The number and never a word of what was written.
_BODY = ("项目编号 {number}。请打开项目查看。", "Number {number}. Open the project to read it.")
_OPENED = ("企业提出了投资项目，请认领", "An enterprise asked for a project: take it on")
_ASKED = ("有项目事项交给本单位，请按期办结", "A matter of a project waits for your office")
_LATE = ("项目事项超期，请立即办理", "A matter of a project is overdue")
_SUPPLIED = ("企业提交了项目资料，请查看", "An enterprise handed in a document of its project")
_SHOWN = ("项目有新的资料给您看", "There is a new document of your project")
_YOURS = ("项目交给您负责", "A project was handed to you")
_CHECK = ("项目到了年度履约核查的日子", "The yearly check of a contract is due")
_LIGHT = ("项目没有进展：{zh}", "A project does not move: {en}")
_SETTLED = ("项目的一个事项已经办结", "A matter of a project was settled")
TO_FIRM = {
    states.PROJECT_HANDED: ("项目有了负责的专员", "Your project has an officer"),
    states.PROJECT_ADVANCED: ("项目进入下一阶段", "Your project went on to its next stage"),
    states.PROJECT_CHECKED: ("项目做了履约核查", "The contract of your project was checked"),
    states.PROJECT_ENDED: ("项目已经结束", "Your project has ended"),
}


@daily
def follow_cases(day: date) -> None:
    """What was handed in belongs to the project that waits for it; what was decided moves its project."""
    actions.follow_cases(day=day)


@daily
def remind(day: date) -> None:
    """Lights that changed, checks that came due, matters past their day: each is told once, however often this runs."""
    for row, light in queries.dimmed_since(day):
        zh, en = LIGHT_NAMES[light]
        title = (_LIGHT[0].format(zh=zh), _LIGHT[1].format(en=en))
        _tell(row, in_charge(row), title, f"light:{light}:{row.moved_on}")
    for row in queries.to_check_since(day):
        _tell(row, in_charge(row), _CHECK, f"check:{row.check_on}")
    for entry in queries.overdue_since(day):
        told = [*at_office(entry.project, entry.office), *in_charge(entry.project)]
        _tell(entry.project, told, _LATE, f"late:{entry.pk}")


@subscribe(states.PROJECT_OPENED)
def opened(event: "Event", prepared: None) -> None:
    """Who can take on what an enterprise asked for, and the offices of its needs."""
    row = queries.by_id(event.subject_id)
    if row.officer_id is None:
        _tell(row, in_charge(row), _OPENED, f"{event.id}:opened")
    needs = queries.entries_of(row, EntryKind.NEED)
    _ask(row, (one.office for one in needs), event)


@subscribe(states.PROJECT_NOTED)
def noted(event: "Event", prepared: None) -> None:
    """The office for which something waits; the enterprise of a document that is shown to it."""
    row = queries.by_id(event.subject_id)
    if event.payload["kind"] in FOLLOWED:
        _ask(row, [event.payload["office"]], event)
    if event.payload.get("firm"):  # events of before documents were shown do not say
        _tell(row, parties.accounts_of_holder(row.organisation_id, time.today()), _SHOWN, f"{event.id}:shown")


@subscribe(states.PROJECT_SUPPLIED)
def supplied(event: "Event", prepared: None) -> None:
    """Who has the project, of what the enterprise handed in."""
    row = queries.by_id(event.subject_id)
    _tell(row, in_charge(row), _SUPPLIED, f"{event.id}:supplied")


@subscribe(states.PROJECT_REVIEWED)
def reviewed(event: "Event", prepared: None) -> None:
    """The offices for which a meeting decided something."""
    _ask(queries.by_id(event.subject_id), event.payload["offices"], event)


@subscribe(states.PROJECT_SETTLED)
def settled(event: "Event", prepared: None) -> None:
    """The project's officer, and the enterprise of what it reads: its needs and issues, not what meetings decided."""
    row = queries.by_id(event.subject_id)
    told = [one for one in in_charge(row) if one != event.actor_id]
    if event.payload["kind"] != EntryKind.DECISION:
        told += parties.accounts_of_holder(row.organisation_id, time.today())
    _tell(row, told, _SETTLED, f"{event.id}:settled")


@subscribe(states.PROJECT_HANDED)
def handed_over(event: "Event", prepared: None) -> None:
    """Who has it now, unless they took it themself."""
    row = queries.by_id(event.subject_id)
    if row.officer_id is not None and row.officer_id != event.actor_id:
        _tell(row, [row.officer_id], _YOURS, f"{event.id}:yours")


def _tell_firm(name: str) -> None:
    def tell(event: "Event", prepared: None) -> None:
        row = queries.by_id(event.subject_id)
        firm = parties.accounts_of_holder(row.organisation_id, time.today())
        _tell(row, firm, TO_FIRM[name], f"{event.id}:firm")

    subscribe(name, name=f"firm_{name.rpartition('.')[2]}")(tell)


for _name in TO_FIRM:
    _tell_firm(_name)


def in_charge(row: "Project") -> list[uuid.UUID]:
    """The officer of a project; while it has none, who manages projects of its place: the town's own before the city's."""
    if row.officer_id is not None:
        return [row.officer_id]
    held = _holding(Permission.PROJECT_MANAGE, row, row.agency)
    near = [one for one in held if one[1].place_path]
    return list(dict.fromkeys(account for account, _grant in near or held))


def at_office(row: "Project", office: str) -> list[uuid.UUID]:
    """Who of an office works on projects of this place; those whose right names no office are not asked for each."""
    held = _holding(Permission.PROJECT_VIEW, row, office)
    return list(dict.fromkeys(account for account, grant in held if grant.agency))


def _holding(permission: Permission, row: "Project", agency: str) -> list[tuple[uuid.UUID, Granted]]:
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    found = []
    for one in access.holders(roles, time.today()).order_by("id"):
        held = Granted(one.role, one.agency, one.place_path, tuple(one.items))
        if covers(held, agency=agency, place_path=row.place_path, item=row.kind):
            found.append((one.account_id, held))
    return found


def _ask(row: "Project", offices: Iterable[str], event: "Event") -> None:
    asked = [account for office in dict.fromkeys(offices) for account in at_office(row, office)]
    _tell(row, (one for one in asked if one != event.actor_id), _ASKED, f"{event.id}:asked")


def _tell(row: "Project", accounts: Iterable[uuid.UUID], title: tuple[str, str], key: str) -> None:
    body = (_BODY[0].format(number=row.number), _BODY[1].format(number=row.number))
    for account in dict.fromkeys(accounts):
        notices.notify(
            account_id=account,
            title=title,
            body=body,
            about=row,
            effect_key=f"project:{row.pk}:{key}:{account}",
        )
