"""Tells the applicant what happened, in their inbox and, through it, on their phone."""

import uuid

from tongban.foundation import time
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.models import Case
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import last_part, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.notices.states import NoticeKind

# event → (title zh, title en, body zh, body en)
TEXTS = {
    states.SUBMITTED: (
        "已收到：{item}",
        "Received: {item}",
        "编号 {no}。五个工作日内会告诉您是否受理，或者一次性告知需要补正的内容。",
        "Number {no}. Within five working days you will hear whether it is accepted, or what to correct, once.",
    ),
    states.SUPPLEMENT_REQUESTED: (
        "请补正：{item}",
        "Please correct: {item}",
        "编号 {no}。需要补正的内容已一次性列出，请打开办件逐项补正。",
        "Number {no}. All points to correct are listed once; open the case and go through them.",
    ),
    states.ACCEPTED: (
        "已受理：{item}",
        "Accepted: {item}",
        "编号 {no}。预计 {due} 前办结，期间不需要您跑动。",
        "Number {no}. It should be finished by {due}; you need not come.",
    ),
    states.DEEMED_ACCEPTED: (
        "视为受理：{item}",
        "Deemed accepted: {item}",
        "编号 {no}。五个工作日内没有告知补正，自收件之日起视为受理，预计 {due} 前办结。",
        "Number {no}. Nothing was asked within five working days, so it counts as accepted; expected by {due}.",
    ),
    states.LAPSED: (
        "已退件：{item}",
        "Returned: {item}",
        "编号 {no}。到期没有补正，申请已退回；备齐材料后可以重新申请。",
        "Number {no}. The supplement did not come in time; apply again once you have everything.",
    ),
    states.SUSPENDED: (
        "进入特别程序：{item}",
        "Special procedure: {item}",
        "编号 {no}。需要的时间不计入办理期限，内容和时间见告知书。",
        "Number {no}. Its time is not counted in the limit; the letter says what and how long.",
    ),
    states.RESUMED: (
        "恢复办理：{item}",
        "Handling goes on: {item}",
        "编号 {no}。特别程序已经结束，预计 {due} 前办结。",
        "Number {no}. The special procedure is over; expected by {due}.",
    ),
    states.EXTENDED: (
        "办理期限延长：{item}",
        "Limit extended: {item}",
        "编号 {no}。经负责人批准延长，预计 {due} 前办结；理由见告知书。",
        "Number {no}. Extended with the word of the head, expected by {due}; the letter gives the reasons.",
    ),
    states.HEARING_OFFERED: (
        "您可以要求听证：{item}",
        "You can ask for a hearing: {item}",
        "编号 {no}。请在告知书载明的日期前在办件页面申请；不申请不影响继续办理。",
        "Number {no}. Ask for it on the case's page by the day in the letter; handling goes on if you do not.",
    ),
    states.HEARING_SCHEDULED: (
        "听证通知：{item}",
        "Hearing set: {item}",
        "编号 {no}。时间、地点和主持人见听证通知书。",
        "Number {no}. Day, place and chair are in the letter.",
    ),
    states.TERMINATED: (
        "终止办理：{item}",
        "Ended: {item}",
        "编号 {no}。理由和救济途径见通知书；可以重新申请。",
        "Number {no}. The letter gives reasons and remedies; you may apply again.",
    ),
    states.DUE_CHANGED: (
        "到期日有变化：{item}",
        "New due date: {item}",
        "编号 {no}。工作日历公布或者调整，现在预计 {due} 前办结。",
        "Number {no}. The working calendar was published or changed; now expected by {due}.",
    ),
    states.REFUSED: (
        "不予受理：{item}",
        "Not accepted: {item}",
        "编号 {no}。理由和救济途径见通知书。",
        "Number {no}. The letter gives the reasons and the remedies.",
    ),
    states.DENIED: (
        "不予许可：{item}",
        "Denied: {item}",
        "编号 {no}。理由和救济途径见决定书。",
        "Number {no}. The decision gives the reasons and the remedies.",
    ),
    states.DELIVERED: (
        "已办好：{item}",
        "Done: {item}",
        "编号 {no}。结果已送达，可以在办件和“我的证照”中查看。欢迎评价。",
        "Number {no}. The result is in your case and your wallet. Please rate the service.",
    ),
}

# What has effect in law, or comes with a letter that has: nobody misses it by having switched off messages of progress.
LETTERS = frozenset(TEXTS) - {states.SUBMITTED, states.RESUMED, states.DUE_CHANGED}


def key_for(event: Event, case: Case, account: uuid.UUID) -> str:
    """One notice an event and account; that of whose hands filled the form bears the event's alone."""
    return f"{event.id}:notice" if account == case.account_id else f"{event.id}:notice:{account}"


def _follow(name: str) -> None:
    def told(event: Event, prepared: None) -> None:
        case = queries.case(event.subject_id)
        for account in queries.told(case, time.today()):
            notices.tell(
                TEXTS[name],
                account_id=account,
                about=case,
                effect_key=key_for(event, case, account),
                kind=NoticeKind.LETTER if name in LETTERS else NoticeKind.PROGRESS,
                item=case.item_name,
                no=case.short_no,
                due=case.due_on or "",
            )

    subscribe(name, name=f"told_{last_part(name)}")(told)


for _name in TEXTS:
    _follow(_name)
