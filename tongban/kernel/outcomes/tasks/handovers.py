"""Results on paper: the courier is asked outside any transaction, parcels are looked after once a day, people are told."""

import logging
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.cases import queries as cases
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import daily, last_part, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.outcomes import actions, queries, states
from tongban.kernel.outcomes.queries.couriers import COURIERS, ParcelNotTaken
from tongban.kernel.outcomes.states import Way
from tongban.kernel.outcomes.tasks.notices import key_for

log = logging.getLogger(__name__)


def _hand_in(event: Event) -> tuple[str, str]:
    """(waybill, "") or ("", why not). A courier that does not answer is tried again with the job."""
    parcel = queries.parcel_ordered_by(event.payload)
    if parcel.sent_at is not None or parcel.ended_at is not None:
        return parcel.waybill, ""
    row = parcel.handover
    try:
        waybill = COURIERS.get(parcel.courier)().hand_in(
            name=row.recipient, phone=row.phone, address=row.address, key=str(parcel.pk)
        )
    except ParcelNotTaken as refused:
        return "", refused.sentence("zh")
    return waybill, ""


@subscribe(states.PARCEL_ORDERED, prepare=_hand_in)
def parcel_handed_in(event: Event, answer: tuple[str, str]) -> None:
    """Keep the courier's answer."""
    waybill, why = answer
    parcel = queries.parcel_ordered_by(event.payload)
    if waybill:
        actions.parcel_taken(parcel_id=parcel.pk, waybill=waybill)
    else:
        actions.parcel_refused(parcel_id=parcel.pk, why=why)


@daily
def look_after_parcels(day: date) -> None:
    """Ask the courier where each parcel is; one that is not answered for is asked for tomorrow."""
    for parcel_id in queries.moving_parcels():
        parcel = queries.parcel(parcel_id)
        try:
            found = COURIERS.get(parcel.courier)().track(parcel.waybill)
        except Problem:
            log.warning("the courier said nothing of parcel %s", parcel_id)
            continue
        actions.note_tracking(parcel_id=parcel_id, found=found)


def catch_up() -> None:
    """Today's look, now: for demonstrations and tests that move the clock."""
    look_after_parcels(time.today())


# event → (title zh, title en, body zh, body en); of a result that lies ready by way.
_READY = {
    Way.COLLECT: (
        "可以领取了：{item}",
        "Ready to be collected: {item}",
        "编号 {no}。结果已经制好，请带身份证到 {where} 领取；请人代领的，还要带授权委托书。",
        "Number {no}. Collect it at {where} with your identity card; somebody else also needs a mandate.",
    ),
    Way.POST: (
        "即将寄出：{item}",
        "About to be posted: {item}",
        "编号 {no}。结果已经制好，正在安排寄出，可以在办件页面查看寄递进度。",
        "Number {no}. It will be posted; see the case's page for where it is.",
    ),
}
_TEXTS = {
    states.PARCEL_SENT: (
        "已寄出：{item}",
        "Posted: {item}",
        "编号 {no}，运单号 {waybill}。",
        "Number {no}, waybill {waybill}.",
    ),
    states.PARCEL_REFUSED: (
        "没有寄出：{item}",
        "Could not be posted: {item}",
        "编号 {no}。快递没有收件，请在办件页面核对地址，或者改为窗口领取。",
        "Number {no}. The courier did not take it: check the address on the case's page, or collect it.",
    ),
    states.PARCEL_RETURNED: (
        "邮件被退回：{item}",
        "The parcel came back: {item}",
        "编号 {no}。邮件没有投递成功，已退回窗口；请核对地址，或者改为窗口领取。",
        "Number {no}. It came back to the counter: check the address, or collect it.",
    ),
}


def _tell(event: Event, texts: tuple[str, str, str, str], **words: str) -> None:
    case = cases.case(event.subject_id)
    for account in cases.told(case, time.today()):
        notices.tell(
            texts,
            account_id=account,
            about=case,
            effect_key=key_for(event, case, account),
            item=case.item_name,
            no=case.short_no,
            **words,
        )


@subscribe(states.RESULT_READY)
def told_ready(event: Event, prepared: None) -> None:
    """Tell the applicant where to collect it, or that it will be posted."""
    row = queries.handover_of(cases.case(event.subject_id))
    if row is None:
        return
    hall = queries.hall(row.hall)
    _tell(event, _READY[Way(row.way)], where=hall.name_zh if hall else "")


def _follow(name: str) -> None:
    def told(event: Event, prepared: None) -> None:
        _tell(event, _TEXTS[name], waybill=event.payload.get("waybill", ""))

    subscribe(name, name=f"told_{last_part(name)}")(told)


for _name in _TEXTS:
    _follow(_name)
