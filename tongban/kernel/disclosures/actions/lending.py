"""Lending a credential: asked for or given unasked, for one purpose, taken back at any moment (用证授权)."""

import uuid
from datetime import date, timedelta

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials import queries as credential_queries
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import UseKind
from tongban.kernel.disclosures import queries, states
from tongban.kernel.disclosures.models import Lending
from tongban.kernel.disclosures.states import LendingState, Scope, Standing
from tongban.kernel.events import actions as events
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action


class CannotLend(Problem):
    """A request or a lending lacks something, or its days cannot be."""

    code = "lending.not_possible"
    status = 422


class LendingEnded(Problem):
    """The authority of the holder does not hold now."""

    code = "lending.ended"
    status = 403


def _wrong(zh: str, en: str, todo_zh: str, todo_en: str) -> CannotLend:
    return CannotLend(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


def _said(purpose: str, reason: str, scope: str) -> None:
    if not purpose.strip() or not reason.strip():
        raise _wrong(
            "没有写明用途和事由。",
            "Purpose and reason are missing.",
            "请写清楚用来办什么、为什么需要这份证照。",
            "Say what it is for and why it is needed.",
        )
    if len(purpose) > 80 or len(reason) > states.MOST_REASON:
        raise _wrong(
            f"用途不超过 80 个字，事由不超过 {states.MOST_REASON} 个字。",
            f"The purpose has 80 signs at most, the reason {states.MOST_REASON}.",
            "请缩短后再提交。",
            "Shorten it.",
        )
    if scope not in set(Scope):
        raise _wrong(
            "没有选择查看范围。", "It is not said what is shown.", "请选择查看范围。", "Choose what is shown."
        )


def _days(starts_on: date, ends_on: date) -> None:
    longest = starts_on + timedelta(days=states.LONGEST_LENDING_DAYS - 1)
    if ends_on < starts_on or ends_on < time.today() or ends_on > longest:
        raise _wrong(
            f"起止日期不对：不能早于今天，最长 {states.LONGEST_LENDING_DAYS} 天。",
            f"The days are wrong: not before today, and {states.LONGEST_LENDING_DAYS} days at the most.",
            "请改正起止日期。",
            "Correct the days.",
        )


def _receiver_of(by: Actor) -> uuid.UUID:
    if by.organisation_id is None:
        raise NotAllowed(
            sentence_zh="用证单位才能请求用证。",
            sentence_en="Only an organisation can ask for a credential.",
            todo_zh="请先在右上角选择所代表的单位。",
            todo_en="Choose the organisation you act for at the top.",
        )
    return by.organisation_id


@action
def ask(
    *,
    holder_code: str,
    type: str,
    number: str,
    purpose: str,
    reason: str,
    scope: str,
    days: int,
    by: Actor,
    business_no: str = "",
) -> Lending:
    """Ask the holder of a credential for the organisation that the actor stands for. Raises CannotLend, NotAllowed.

    The answer is the same whether the holder has such a credential or not: asking must not tell who holds what.
    """
    receiver = parties.organisation(_receiver_of(by))
    _said(purpose, reason, scope)
    if not 1 <= days <= states.LONGEST_LENDING_DAYS:
        raise _wrong(
            f"使用天数应为 1 到 {states.LONGEST_LENDING_DAYS}。",
            f"The days must be between 1 and {states.LONGEST_LENDING_DAYS}.",
            "请改正天数。",
            "Correct the number of days.",
        )
    today = time.today()
    credential = _matching(holder_code, type, number, today)
    row = Lending(
        credential=credential,
        receiver_id=receiver.pk,
        receiver_name=receiver.name,
        asked_type=type[:60],
        asked_number=number.strip()[:60],
        purpose=purpose.strip(),
        reason=reason.strip(),
        business_no=business_no.strip()[:80],
        scope=scope,
        state=LendingState.ASKED,
        asked_by=by.account_id,
        asked_at=time.now(),
        answer_by=today + timedelta(days=states.ANSWER_DAYS),
        starts_on=today,
        ends_on=today + timedelta(days=days - 1),
    )
    row.save(force_insert=True)
    events.record(name=states.LENDING_ASKED, about=row, by=by, payload={"type": row.asked_type})
    if credential is not None:
        _tell(
            credential,
            row,
            ("有单位请求使用您的证照", "An organisation asks for your credential"),
            (
                f"{receiver.name}请求使用“{credential.name_zh}”，用途：{row.purpose}。请在 {states.ANSWER_DAYS} 天内决定是否同意。",
                f"{receiver.name} asks for '{credential.name_en}'. Purpose: {row.purpose}. Answer within {states.ANSWER_DAYS} days.",
            ),
            "asked",
        )
    return row


def _matching(holder_code: str, type: str, number: str, today: date) -> Credential | None:
    code = holder_code.strip().upper()
    person = parties.person_by_id_no(code) if code else None
    firm = parties.organisation_by_uscc(code) if code else None
    holders = [row.pk for row in (person, firm) if row is not None]
    found = credential_queries.held(holders, today).get(type)
    return found if found is not None and number.strip() in ("", found.number) else None


def _tell(
    credential: Credential, row: Lending, title: tuple[str, str], body: tuple[str, str], what: str
) -> None:
    for account in parties.accounts_of_holder(credential.holder_id, time.today()):
        notices.notify(
            account_id=account, title=title, body=body, about=row, effect_key=f"{row.pk}:{what}:{account}"
        )


@action
def lend(
    *,
    credential: Credential,
    receiver_uscc: str,
    purpose: str,
    reason: str,
    scope: str,
    starts_on: date,
    ends_on: date,
    by: Actor,
) -> Lending:
    """Lend a credential of one's own to an organisation, from a day to a day, unasked. Raises CannotLend."""
    _said(purpose, reason, scope)
    _days(starts_on, ends_on)
    receiver = parties.organisation_by_uscc(receiver_uscc.strip().upper())
    if receiver is None:
        raise _wrong(
            "没有找到这个统一社会信用代码的单位。",
            "No organisation with this unified social credit code is known.",
            "请向用证单位核对代码；单位要在平台登记后才能用证。",
            "Check the code with the organisation; it has to be registered here.",
        )
    now = time.now()
    row = Lending(
        credential=credential,
        receiver_id=receiver.pk,
        receiver_name=receiver.name,
        asked_type=credential.type,
        asked_number=credential.number,
        purpose=purpose.strip(),
        reason=reason.strip(),
        scope=scope,
        state=LendingState.GIVEN,
        standing=True,
        asked_at=now,
        starts_on=starts_on,
        ends_on=ends_on,
        decided_by=by.account_id,
        decided_at=now,
    )
    row.save(force_insert=True)
    events.record(name=states.LENDING_GIVEN, about=row, by=by, payload={"type": credential.type})
    return row


@action
def answer(*, lending_id: uuid.UUID, agreed: bool, by: Actor) -> Lending:
    """The holder agrees to a request, or refuses it. Raises NoSuchLending, LendingEnded."""
    row = queries.lending_for(by, lending_id, "answer", lock=True)
    if queries.standing_of(row, time.today()) != Standing.WAITING:
        raise LendingEnded(
            sentence_zh="这项请求已经答复过，或者已经超过答复期限。",
            sentence_en="This request was answered already, or its time is over.",
            todo_zh="仍然需要的，请用证单位重新请求。",
            todo_en="If it is still needed, the organisation has to ask again.",
        )
    row.state = LendingState.GIVEN if agreed else LendingState.REFUSED
    row.decided_by, row.decided_at = by.account_id, time.now()
    if agreed:  # the days that were asked for begin when the holder agrees
        length = row.ends_on - row.starts_on
        row.starts_on = time.today()
        row.ends_on = row.starts_on + length
    row.save()
    name = states.LENDING_GIVEN if agreed else states.LENDING_REFUSED
    events.record(name=name, about=row, by=by, payload={"type": row.asked_type})
    return row


@action
def withdraw(*, lending_id: uuid.UUID, by: Actor) -> Lending:
    """The holder takes a lending back: the next click of the receiver finds nothing. Raises NoSuchLending, LendingEnded."""
    row = queries.lending_for(by, lending_id, "answer", lock=True)
    if row.state != LendingState.GIVEN:
        raise LendingEnded(
            sentence_zh="这项授权没有生效或者已经收回。",
            sentence_en="This lending is not in force, or was withdrawn already.",
            todo_zh="不需要再操作。",
            todo_en="Nothing is left to do.",
        )
    row.state, row.withdrawn_by, row.withdrawn_at = LendingState.WITHDRAWN, by.account_id, time.now()
    row.save()
    events.record(name=states.LENDING_WITHDRAWN, about=row, by=by, payload={"type": row.asked_type})
    return row


_ENDED = {
    Standing.WAITING: (
        "持证人还没有答复。",
        "The holder has not answered yet.",
        "请等待持证人在手机或者电脑上确认。",
        "Wait for the holder's answer.",
    ),
    Standing.UNANSWERED: (
        "持证人没有在期限内答复，请求已经失效。",
        "The holder did not answer in time; the request is over.",
        "仍然需要的，请重新请求。",
        "Ask again if it is still needed.",
    ),
    Standing.REFUSED: (
        "持证人没有同意这次用证。",
        "The holder did not agree.",
        "请与持证人联系，或者请其出示原件。",
        "Contact the holder, or ask to see the original.",
    ),
    Standing.NOT_YET: (
        "授权还没有到开始日期。",
        "The lending has not begun yet.",
        "请在开始日期以后使用。",
        "Use it from its first day on.",
    ),
    Standing.OVER: (
        "授权已经到期。",
        "The days of the lending are over.",
        "仍然需要的，请重新请求。",
        "Ask again if it is still needed.",
    ),
    Standing.WITHDRAWN: (
        "持证人已经收回授权，不能再查看。",
        "The holder has withdrawn the lending; it can no longer be looked at.",
        "请与持证人联系；已经取得的内容不得再用于其他目的。",
        "Contact the holder; what you have seen may not be used for anything else.",
    ),
}


@action
def use(*, lending_id: uuid.UUID, by: Actor, kind: UseKind = UseKind.LEND) -> Lending:
    """The receiver looks: allowed at this very moment or not at all; each look is a row of the ledger.

    Raises NoSuchLending, LendingEnded.
    """
    # Locked, so that a withdrawal that was committed before this look is seen by it.
    row = queries.lending_for(by, lending_id, "receive", lock=True)
    standing = queries.standing_of(row, time.today())
    if standing != Standing.USABLE or row.credential is None:
        zh, en, todo_zh, todo_en = _ENDED[Standing.WAITING if standing == Standing.USABLE else standing]
        raise LendingEnded(
            sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en, about=str(row.pk)
        )
    credentials.log_use(
        credential=row.credential,
        purpose=row.purpose,
        by=by,
        kind=kind,
        user_name=row.receiver_name,
        lending_id=row.pk,
    )
    events.record(name=states.LENDING_USED, about=row, by=by, payload={"kind": str(kind)})
    return row
