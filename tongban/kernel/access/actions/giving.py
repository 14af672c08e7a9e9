"""Roles given to accounts, confirmed by a second person where they are weighty, ended."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import queries, rules, states
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.models import Grant, Standing
from tongban.kernel.access.states import Origin, Permission, Side
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


class UnknownRole(Problem):
    """The role is not one of `states.ROLES`."""

    code = "grant.unknown_role"
    status = 400


class SidesMixed(Problem):
    """An account would stand on two sides at once: administrator of two kinds, or administrator and officer."""

    code = "grant.sides_mixed"
    status = 409


class GrantNotPossible(Problem):
    """A grant that cannot be given, confirmed or ended so, or by this person."""

    code = "grant.not_possible"
    status = 422


@dataclass(frozen=True)
class Terms:
    """What a grant is besides its role: where, for what, from when to when, how it came about."""

    agency: str = ""
    place_path: str = ""
    items: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    until: datetime | None = None
    subject_id: uuid.UUID | None = None
    origin: Origin = Origin.GIVEN
    origin_id: uuid.UUID | None = None
    reason: str | None = None
    waits: bool = False


def refused(zh: str, en: str, todo_zh: str, todo_en: str) -> GrantNotPossible:
    """The failure in words."""
    return GrantNotPossible(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


@action
def grant(
    *,
    account_id: uuid.UUID,
    role: str,
    by: Actor,
    agency: str = "",
    place_path: str = "",
    items: tuple[str, ...] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Grant:
    """Give an account a role, for those who set an installation up. Raises UnknownRole, SidesMixed.

    What an administrator gives goes through `give`.
    """
    terms = Terms(agency=agency, place_path=place_path, items=items, starts_on=starts_on, ends_on=ends_on)
    return write(account_id=account_id, role=role, terms=terms, by=by)


@action
def give(*, account_id: uuid.UUID, role: str, terms: Terms, by: Actor) -> Grant:
    """Give an officer a role. A weighty one waits for a second security administrator.

    Raises NotAllowed, UnknownRole, SidesMixed, GrantNotPossible: to oneself, beyond one's own reach, by-itself roles.
    """
    rules.require(by, Permission.GRANT_MANAGE)
    _known(role)
    if account_id == by.account_id:
        raise refused(
            "不能给自己授权。",
            "Nobody gives a right to themself.",
            "请由另一位安全管理员办理。",
            "Ask another security administrator.",
        )
    if not states.ROLES[role].given:
        raise refused(
            "这个岗位不能直接授予。",
            "This role cannot be given directly.",
            "回避、紧急查阅在办件页面登记。",
            "Recusals and emergency access begin at a case.",
        )
    _reaches(by, terms.agency, terms.place_path)
    kept = Terms(
        agency=terms.agency,
        place_path=terms.place_path,
        items=terms.items,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        waits=states.ROLES[role].weighty,
    )
    _days(kept)
    return write(account_id=account_id, role=role, terms=kept, by=by)


def _days(terms: Terms) -> None:
    begin = terms.starts_on or time.today()
    if terms.ends_on is not None and (terms.ends_on < begin or terms.ends_on < time.today()):
        raise refused(
            "结束日期早于开始日期，或者已经过去。",
            "The last day lies before the first, or in the past.",
            "请核对日期。",
            "Check the days.",
        )


def _reaches(by: Actor, agency: str, place_path: str) -> None:
    """Administrators of an agency or a place give rights within it only."""
    if not any(
        one.agency in ("", agency) and place_path.startswith(one.place_path)
        for one in by.grants
        if Permission.GRANT_MANAGE in one.permissions
    ):
        raise refused(
            "这个范围不归您管理。",
            "This agency or place is not yours to manage.",
            "请由管理这个机构、区域的安全管理员办理。",
            "Ask the security administrator of that agency or place.",
        )


def _known(role: str) -> None:
    if role not in states.ROLES:
        raise UnknownRole(
            sentence_zh=f"没有“{role}”这个岗位。",
            sentence_en=f"There is no role '{role}'.",
            todo_zh=f"可用岗位：{'、'.join(states.ROLES)}。",
            todo_en=f"Roles: {', '.join(states.ROLES)}.",
        )


@action
def write(*, account_id: uuid.UUID, role: str, terms: Terms, by: Actor) -> Grant:
    """The row and its event; part of an action. Raises UnknownRole, SidesMixed."""
    _known(role)
    starts_on = terms.starts_on or time.today()
    _stand(account_id, states.ROLES[role].side, starts_on, terms.ends_on)
    row = Grant(
        account_id=account_id,
        role=role,
        agency=terms.agency,
        place_path=terms.place_path,
        items=list(terms.items),
        subject_id=terms.subject_id,
        starts_on=starts_on,
        ends_on=terms.ends_on,
        until=terms.until,
        origin=terms.origin,
        origin_id=terms.origin_id,
        reason=terms.reason,
        made_at=time.now(),
        made_by=by.account_id,
        waits=terms.waits,
    )
    row.save(force_insert=True)
    events.record(name=states.GRANT_MADE, about=row, by=by, payload=_said(row))
    return row


def _said(row: Grant) -> dict[str, Any]:
    said = {"role": row.role, "agency": row.agency, "place": row.place_path, "to": str(row.account_id)}
    return (
        said
        | ({"waits": True} if row.waits else {})
        | ({} if row.origin == Origin.GIVEN else {"origin": row.origin})
    )


def _stand(account_id: uuid.UUID, side: Side, starts_on: date, ends_on: date | None) -> None:
    """Let the account stand on this side in these days. Raises SidesMixed.

    The account's row is locked first, so that two who give at the same moment look one after the other.
    """
    if side is Side.NONE:
        return
    Standing.objects.bulk_create([Standing(account_id=account_id, side=side)], ignore_conflicts=True)
    row = Standing.objects.select_for_update().get(account_id=account_id)
    others = {states.ROLES[one.role].side for one in queries.overlapping(account_id, starts_on, ends_on)} - {
        side,
        Side.NONE,
    }
    if others:
        raise SidesMixed(
            sentence_zh="系统管理、安全管理、审计管理和业务岗位要由不同的人担任，这个账号已经有另一类岗位。",
            sentence_en="System, security and audit administration and the handling of business are for different people.",
            todo_zh="请换一个账号，或者先终止原来的岗位。",
            todo_en="Choose another account, or end the other role first.",
        )
    if row.side != side:
        row.side = side
        row.save()


def _open(grant_id: uuid.UUID) -> Grant:
    row = Grant.objects.select_for_update().filter(pk=grant_id, ended_at__isnull=True).first()
    if row is None:
        raise GrantNotPossible(
            sentence_zh="没有找到这项权限，可能已经终止。",
            sentence_en="There is no such grant, or it has ended.",
            todo_zh="请刷新页面查看。",
            todo_en="Load the page again.",
        )
    return row


@action
def confirm(*, grant_id: uuid.UUID, by: Actor) -> Grant:
    """Let a weighty grant begin, as a second person. Raises NotAllowed, GrantNotPossible."""
    rules.require(by, Permission.GRANT_MANAGE)
    row = _open(grant_id)
    if not row.waits or by.account_id in (row.made_by, row.account_id):
        raise refused(
            "这项权限不用确认，或者要由另一位安全管理员确认。",
            "This grant needs no confirmation, or that of another security administrator.",
            "请由没有参与授权的安全管理员办理。",
            "Ask a security administrator who had no part in it.",
        )
    _reaches(by, row.agency, row.place_path)
    row.waits, row.confirmed_at, row.confirmed_by = False, time.now(), by.account_id
    row.save()
    events.record(name=states.GRANT_CONFIRMED, about=row, by=by, payload=_said(row))
    return row


@action
def end(*, grant_id: uuid.UUID, by: Actor) -> Grant:
    """End a grant, and what was delegated from it, from the next request on; or turn one down that waits.

    Raises NotAllowed, GrantNotPossible. Recusals are ended by the head of the agency.
    """
    rules.require(by, Permission.GRANT_MANAGE)
    row = _open(grant_id)
    if row.account_id == by.account_id or row.origin == Origin.RECUSAL:
        raise refused(
            "不能终止自己的权限，也不能在这里解除回避。",
            "Nobody ends their own grant, and recusals are not ended here.",
            "请由另一位安全管理员办理；回避由机关负责人解除。",
            "Ask another security administrator; recusals are ended by the head of the agency.",
        )
    _reaches(by, row.agency, row.place_path)
    for one in [row, *Grant.objects.filter(origin_id=row.pk, ended_at__isnull=True).order_by("id")]:
        close(one, by)
    return row


@action
def close(row: Grant, by: Actor) -> None:
    """End one grant now; part of an action."""
    row.ended_at, row.ended_by = time.now(), by.account_id
    row.save()
    events.record(name=states.GRANT_ENDED, about=row, by=by, payload=_said(row))
