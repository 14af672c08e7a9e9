"""Follows each notice with a short message by every channel that its owner wants."""

import uuid
from collections.abc import Callable

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import ActorKind, Later, subscribe
from tongban.kernel.identities.models import SignIn
from tongban.kernel.identities.states import (
    PASSWORD_REMOVED,
    PASSWORD_SET,
    SESSION_BEGUN_ANEW,
    WAY_NAMES,
    Way,
)
from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.calc import Wishes
from tongban.kernel.notices.queries import Gone
from tongban.kernel.notices.states import NOTICE_CREATED, Channel, NoticeKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Account, FactDispute, Mandate
from tongban.kernel.parties.states import (
    DISPUTE_ANSWERED,
    MANDATE_ACCEPTED,
    MANDATE_ENDED,
    MANDATE_GIVEN,
    DisputeState,
    MandateSource,
)

# A channel's addresses of an account: the device that each belongs to where it is one, and where to send.
Addresses = list[tuple[uuid.UUID | None, str]]


def _phone(account: Account, wishes: Wishes) -> Addresses:
    return [(None, account.person.phone)] if account.person.phone else []


def _mail(account: Account, wishes: Wishes) -> Addresses:
    return [(None, wishes.mail)] if wishes.mail else []


def _devices(account: Account, wishes: Wishes) -> Addresses:
    return list(queries.subscriptions(account.pk))


_ADDRESSES: dict[Channel, Callable[[Account, Wishes], Addresses]] = {
    Channel.SMS: _phone,
    Channel.MAIL: _mail,
    Channel.PUSH: _devices,
}
if set(_ADDRESSES) != set(Channel):
    raise AssertionError("every channel needs to know where to send")


def _sent(channel: Channel, event: Event) -> tuple[int, list[uuid.UUID]]:
    """Send one notice by one channel: how many messages went out, and which devices are gone.

    Raises Later in its owner's quiet hours.
    """
    notice = queries.notice(event.subject_id)
    account = parties.account(notice.account_id)
    if account is None or account.person is None:
        return 0, []
    wishes = queries.wishes(account.pk)
    to = _ADDRESSES[channel](account, wishes) if wishes.wants(channel, notice.kind) else []
    if not to:
        return 0, []
    until = wishes.quiet_until(time.now())
    if until is not None:
        raise Later(until)
    sent, gone = 0, []
    for device, address in to:
        key = f"{notice.effect_key}:{device}" if device else notice.effect_key
        try:
            queries.carrier(channel).send(
                to=address, text=wishes.said(notice.title_zh, notice.title_en), key=key
            )
            sent += 1
        except Gone:
            gone += [device] if device else []
    return sent, gone


def _log(channel: Channel, event: Event, done: tuple[int, list[uuid.UUID]]) -> None:
    sent, gone = done
    for device in gone:
        actions.remove_device(device_id=device, by=SYSTEM)
    if sent:
        actions.log_message(notice=queries.notice(event.subject_id), channel=channel)


# Each channel has a job of its own: a gateway that is down makes nobody get another channel's message twice.
@subscribe(NOTICE_CREATED, prepare=lambda event: _sent(Channel.SMS, event))
def message_sent(event: Event, done: tuple[int, list[uuid.UUID]]) -> None:
    """By SMS. Sent outside any transaction, then logged: a second try overwrites the same message."""
    _log(Channel.SMS, event, done)


@subscribe(NOTICE_CREATED, prepare=lambda event: _sent(Channel.MAIL, event))
def mail_sent(event: Event, done: tuple[int, list[uuid.UUID]]) -> None:
    """By mail, to the address that the owner gave."""
    _log(Channel.MAIL, event, done)


@subscribe(NOTICE_CREATED, prepare=lambda event: _sent(Channel.PUSH, event))
def push_sent(event: Event, done: tuple[int, list[uuid.UUID]]) -> None:
    """To each of the owner's devices; those that are gone are forgotten."""
    _log(Channel.PUSH, event, done)


_ANSWERED = {
    DisputeState.CORRECTED: (
        "数据已更正",
        "A fact was corrected",
        "您提出异议的一项数据，来源部门已经更正。请在“我的画像”里查看。",
        "A fact that you disputed was corrected. See it in your profile.",
    ),
    DisputeState.KEPT: (
        "数据维持不变",
        "A fact was kept",
        "您提出异议的一项数据，来源部门核实后维持不变。理由请在“我的画像”里查看。",
        "A fact that you disputed was kept after a check. The reason stands in your profile.",
    ),
}


@subscribe(DISPUTE_ANSWERED)
def dispute_answered(event: Event, prepared: None) -> None:
    """Tell everybody who may act for the subject of a disputed fact. What the fact is stands behind the sign-in."""
    row = FactDispute.objects.get(pk=event.subject_id)
    for account in parties.accounts_of_holder(row.subject_id, time.today()):
        actions.tell(
            _ANSWERED[DisputeState(row.state)],
            account_id=account,
            about=row,
            effect_key=f"dispute:{row.pk}:{account}",
            kind=NoticeKind.POLICY,
        )


_PASSWORDS = {
    PASSWORD_SET: (
        "您的登录密码已设置或者更改",
        "Your password for signing in was set or changed",
        "其他设备上的登录都已结束。不是您本人做的，马上用验证码登录，到“登录与安全”移除密码，并拨打热线。",
        "All other devices were signed out. If it was not you, sign in by code, remove it and call the hotline.",
    ),
    PASSWORD_REMOVED: (
        "您的登录密码已移除",
        "Your password for signing in was removed",
        "其他设备上的登录都已结束。不是您本人做的，马上用验证码登录，查看“登录与安全”，并拨打热线。",
        "All other devices were signed out. If it was not you, sign in by code, look around and call the hotline.",
    ),
}


def _of_password(event: Event) -> None:
    account = Account.objects.get(pk=event.subject_id)
    actions.tell(
        _PASSWORDS[event.name], account_id=account.pk, about=account, effect_key=f"{event.id}:password"
    )


@subscribe(PASSWORD_SET)
def password_set(event: Event, prepared: None) -> None:
    """Tell the owner of the account: it may have been somebody else."""
    _of_password(event)


@subscribe(PASSWORD_REMOVED)
def password_removed(event: Event, prepared: None) -> None:
    """Tell the owner of the account."""
    _of_password(event)


_NEW_DEVICE = (
    "您的账号在新设备上登录了：{at}，{device}",
    "New device signed in to your account: {at_en}, {device}",
    "登录方式：{ways}。是您本人的，不用处理。不是您本人的，马上打开 {page}，结束其他所有登录，更改密码，并拨打热线。",
    "Signed in by: {ways_en}. If it was not you, open {page} at once, end all other sessions, change your password and call the hotline.",
)


@subscribe(SESSION_BEGUN_ANEW)
def new_device(event: Event, prepared: None) -> None:
    """Tell the owner of the account when, how and on what it was signed in to; the address from where stands on the page."""
    row = SignIn.objects.get(pk=event.subject_id)
    at = row.begun_at.astimezone(time.SHANGHAI)
    names = [WAY_NAMES[Way(one)] for one in row.ways]
    # A demonstration's accounts are everybody's: one notice a day shows what there is, hundreds would bury the others.
    once = f"{row.account_id}:{at.date()}" if settings.DEMO else event.id
    actions.tell(
        _NEW_DEVICE,
        account_id=row.account_id,
        about=row,
        effect_key=f"{once}:new-device",
        at=f"{at.month}月{at.day}日 {at:%H:%M}",
        at_en=f"{at.day} {at:%B %Y, %H:%M}",
        device=row.device,
        ways="、".join(zh for zh, _en in names),
        ways_en=", ".join(en for _zh, en in names),
        page=f"{settings.PUBLIC_URL}/me/security/",
    )


_MANDATES = {
    "asked": (
        "{who}请您代办",
        "{who} asks you to act for them",
        "接受以后，您就可以代{who}办理授权范围内的事项；也可以不接受。",
        "Once you accept, you can act for {who} within the mandate; you need not accept.",
    ),
    "given": (
        "您可以代{who}办事了",
        "You may now act for {who}",
        "授权范围在“代办授权”里。您可以随时退出。",
        "See Acting for others for its scope. You can give it up at any time.",
    ),
    MANDATE_ACCEPTED: (
        "{who}接受了您的授权",
        "{who} accepted your mandate",
        "从现在起可以代您办理。您可以随时收回。",
        "From now on they can act for you. You can take it back at any time.",
    ),
    MANDATE_ENDED: (
        "和{who}之间的代办授权已终止",
        "A mandate between you and {who} has ended",
        "已即时生效。已经提交的申请不受影响。",
        "It has ended at once. Applications handed in stay as they are.",
    ),
}


def _to(row: Mandate, *, agent: bool) -> tuple[list[uuid.UUID], str]:
    """The accounts of one side of a mandate, and what the other side is called."""
    if agent:
        name = row.organisation.name if row.organisation is not None else row.principal.name
        return parties.accounts_of_people([row.agent_id]), name
    people = [row.principal_id]
    if row.organisation_id is not None:
        people = [one.person_id for one in parties.agents(row.organisation_id, time.today()) if one.legal]
    return parties.accounts_of_people(people), row.agent.name


def _of_mandate(event: Event, text: str, *, agent: bool) -> None:
    row = Mandate.objects.select_related("organisation", "principal", "agent").get(pk=event.subject_id)
    accounts, who = _to(row, agent=agent)
    for account in accounts:
        key = f"{event.id}:mandate:{account}"
        actions.tell(_MANDATES[text], account_id=account, about=row, effect_key=key, who=who)


@subscribe(MANDATE_GIVEN)
def mandate_given(event: Event, prepared: None) -> None:
    """Ask the agent for their word, or tell them what holds already; the register's own are no news."""
    source = event.payload["source"]
    if source == MandateSource.LEGAL_REPRESENTATIVE or event.actor_kind == ActorKind.SYSTEM:
        return
    row = Mandate.objects.get(pk=event.subject_id)
    _of_mandate(event, "asked" if row.accepted_at is None else "given", agent=True)


@subscribe(MANDATE_ACCEPTED)
def mandate_accepted(event: Event, prepared: None) -> None:
    """Tell the principal; of an organisation, its legal representative."""
    _of_mandate(event, MANDATE_ACCEPTED, agent=False)


@subscribe(MANDATE_ENDED)
def mandate_ended(event: Event, prepared: None) -> None:
    """Tell the side that did not end it."""
    _of_mandate(event, MANDATE_ENDED, agent=not event.payload["by_agent"])
