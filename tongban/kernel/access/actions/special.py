"""Grants that come about by themselves: recusals, emergency access, delegation while somebody is away."""

import uuid
from datetime import date, timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access import queries, rules, states
from tongban.kernel.access.actions.giving import GrantNotPossible, Terms, close, refused, write
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.models import GlassReview, Grant
from tongban.kernel.access.states import GLASS, RECUSED, ROLES, Origin, Permission, Side
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

_WORDS_LEAST = 4


def words_of(text: str) -> str:
    """A reason in words. Raises GrantNotPossible when there is none."""
    words = text.strip()
    if len(words) < _WORDS_LEAST:
        raise refused(
            "没有写明理由。",
            "There is no reason.",
            "请写明理由，以后要接受监督检查。",
            "Write the reason; it is looked at afterwards.",
        )
    return words


@action
def recuse(*, account_id: uuid.UUID, subject_id: uuid.UUID, reason: str, by: Actor) -> Grant:
    """Keep an officer away from a case, or from whatever is about a person or an organisation, from now on.

    公务员法 art. 76, 77. Who may order it, the caller checks. Raises GrantNotPossible without a reason; a second time is the first.
    """
    known = Grant.objects.filter(
        account_id=account_id, role=RECUSED, subject_id=subject_id, ended_at__isnull=True
    ).first()
    if known is not None:
        return known
    terms = Terms(subject_id=subject_id, origin=Origin.RECUSAL, reason=words_of(reason))
    row = write(account_id=account_id, role=RECUSED, terms=terms, by=by)
    events.record(
        name=states.RECUSAL_MADE,
        about=row,
        by=by,
        payload={"to": str(account_id), "subject": str(subject_id)},
    )
    return row


@action
def end_recusal(*, grant_id: uuid.UUID, by: Actor) -> Grant:
    """Let an officer come back to what they were kept away from. Who may, the caller checks. Raises GrantNotPossible."""
    row = Grant.objects.select_for_update().filter(pk=grant_id, role=RECUSED, ended_at__isnull=True).first()
    if row is None or row.account_id == by.account_id:
        raise refused(
            "没有找到这项回避，或者它是您自己的。",
            "There is no such recusal, or it is your own.",
            "回避由机关负责人解除。",
            "Recusals are ended by the head of the agency.",
        )
    close(row, by)
    return row


@action
def break_glass(*, subject_id: uuid.UUID, reason: str, by: Actor) -> Grant:
    """Open one case to an officer who has no right to it, for the hours of the setting; a supervisor reviews it.

    Raises GrantNotPossible without a reason, to whoever is recused from it, and while an earlier one is overdue.
    """
    now = time.now()
    words = words_of(reason)
    if any(row.due_at < now for row in queries.unreviewed(by.account_id)):
        raise refused(
            "您上一次紧急查阅还没有复核，已经过了期限。",
            "Your last emergency access has not been reviewed, and the time for it is over.",
            "请先联系监察人员复核。",
            "Ask a supervisor to review it first.",
        )
    until = now + timedelta(hours=settings.GLASS_HOURS)
    terms = Terms(
        subject_id=subject_id,
        origin=Origin.GLASS,
        reason=words,
        until=until,
        ends_on=until.astimezone(SHANGHAI).date(),
    )
    row = write(account_id=_somebody(by), role=GLASS, terms=terms, by=by)
    due = now + timedelta(hours=settings.GLASS_REVIEW_HOURS)
    GlassReview(grant=row, account_id=row.account_id, due_at=due).save(force_insert=True)
    events.record(name=states.GLASS_BROKEN, about=row, by=by, payload={"subject": str(subject_id)})
    return row


def _somebody(by: Actor) -> uuid.UUID:
    if by.account_id is None:
        raise GrantNotPossible(
            sentence_zh="请先登录。",
            sentence_en="Sign in first.",
            todo_zh="登录后再试。",
            todo_en="Sign in and try again.",
        )
    return by.account_id


@action
def note_look(*, grant: Grant, by: Actor) -> None:
    """Keep that a case was looked at under an emergency access."""
    events.record(name=states.GLASS_LOOKED, about=grant, by=by, payload={"subject": str(grant.subject_id)})


@action
def review_glass(*, review_id: uuid.UUID, justified: bool, words: str, by: Actor) -> GlassReview:
    """Say whether an emergency access was right. Where it was not, it ends at once. Raises NotAllowed, GrantNotPossible."""
    rules.require(by, Permission.SUPERVISE)
    row = GlassReview.objects.select_for_update().filter(pk=review_id, reviewed_at__isnull=True).first()
    if row is None or row.account_id == by.account_id:
        raise refused(
            "这次紧急查阅已经复核过，或者是您自己的。",
            "This emergency access has been reviewed, or it is your own.",
            "请刷新页面查看；自己的要由别人复核。",
            "Load the page again; somebody else reviews yours.",
        )
    row.words, row.justified = words_of(words), justified
    row.reviewed_at, row.reviewed_by = time.now(), by.account_id
    row.save()
    events.record(name=states.GLASS_REVIEWED, about=row.grant, by=by, payload={"justified": justified})
    if not justified and row.grant.ended_at is None:
        close(row.grant, by)
    return row


@action
def delegate(*, to: uuid.UUID, starts_on: date, ends_on: date, by: Actor) -> list[Grant]:
    """Lend a colleague the rights of one's work for some days: each becomes a grant that names the one it came from.

    Never those of administrators, never what was lent to oneself. That the colleague is of the same agency, the caller
    checks. Raises GrantNotPossible, SidesMixed.
    """
    if to == by.account_id or ends_on < starts_on or ends_on < time.today():
        raise refused(
            "代理的日期或者代理人不对。",
            "The days or the stand-in are not possible.",
            "结束日期不早于开始日期和今天，代理人应当是另一位同事。",
            "The last day must not lie before the first or before today; choose another person.",
        )
    own = queries.own_work(_somebody(by), starts_on)
    made = [
        write(
            account_id=to,
            role=one.role,
            terms=Terms(
                agency=one.agency,
                place_path=one.place_path,
                items=tuple(one.items),
                starts_on=max(starts_on, one.starts_on),
                ends_on=ends_on if one.ends_on is None else min(ends_on, one.ends_on),
                origin=Origin.DELEGATED,
                origin_id=one.pk,
            ),
            by=by,
        )
        for one in own
        if ROLES[one.role].side is Side.BUSINESS
    ]
    if not made:
        raise refused(
            "您没有可以委托的岗位。",
            "You have no role that can be lent.",
            "管理员岗位和别人委托给您的岗位不能再委托。",
            "Roles of administrators and roles lent to you are not passed on.",
        )
    return made
