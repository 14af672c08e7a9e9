"""Writes about results on paper: chosen, laid ready, handed out against receipt, posted, come back."""

import uuid
from typing import Any

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import queries, states
from tongban.kernel.outcomes.models import Handover, Parcel
from tongban.kernel.outcomes.queries.couriers import ParcelState, Tracking
from tongban.kernel.outcomes.states import CHANGEABLE, HandoverState, Identity, Way
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action

LONGEST = 200


class BadChoice(Problem):
    """A way that the item does not offer, a hall that is not there, an address that is missing; or it is too late."""

    code = "handover.bad_choice"
    status = 422


class NotHandedOver(Problem):
    """A result cannot be handed out or posted as it is now, or the receipt is not complete."""

    code = "handover.not_possible"
    status = 409


def _bad(zh: str, en: str, todo_zh: str, todo_en: str) -> BadChoice:
    return BadChoice(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


@action
def choose_delivery(
    *,
    case_id: uuid.UUID,
    way: str,
    by: Actor,
    hall: str = "",
    recipient: str = "",
    phone: str = "",
    address: str = "",
) -> Handover | None:
    """The applicant says how the result shall reach them; an empty `way` is electronically alone, the default.

    Possible until the paper has left the office. Raises NoSuchCase, BadChoice.
    """
    case = case_queries.case_for(by, case_id, "edit", lock=True)
    row = Handover.objects.select_for_update().filter(case=case).first()
    undecided = case.state in {CaseState.DRAFT, *OPEN_STATES}
    waiting = (
        row is not None and case.state in {CaseState.GRANTED, CaseState.DENIED} and row.state in CHANGEABLE
    )
    if not undecided and not waiting:
        raise _bad(
            "现在不能更改领取方式。",
            "The way of delivery cannot be changed any more.",
            "结果已经送达或者正在寄递；有疑问请联系办理机关。",
            "The result was delivered or is on its way; ask the office.",
        )
    if not way:
        return _electronic(case, row, by)
    values = _checked(case, way, hall, recipient, phone, address)
    row = row or Handover(case=case, agency=case.agency, item_code=case.item_code)
    for name, value in values.items():
        setattr(row, name, value)
    row.chosen_at, row.chosen_by = time.now(), by.account_id
    if waiting:
        row.state = HandoverState.READY
    row.save()
    events.record(name=states.DELIVERY_CHOSEN, about=case, by=by, payload={"way": way})
    return row


def _electronic(case: Case, row: Handover | None, by: Actor) -> None:
    if row is not None:
        if row.parcels.exists():
            raise _bad(
                "结果已经寄过一次，请改为窗口领取或者重新邮寄。",
                "It was posted once: collect it, or have it posted again.",
                "电子证照已经在“我的证照”里，可以先使用。",
                "The electronic licence lies in the wallet and can be used.",
            )
        row.delete()
        events.record(name=states.DELIVERY_CHOSEN, about=case, by=by, payload={"way": ""})
        if case.state in {CaseState.GRANTED, CaseState.DENIED}:
            cases.deliver(case_id=case.pk)  # it lies in the wallet already


def _checked(case: Case, way: str, hall: str, recipient: str, phone: str, address: str) -> dict[str, Any]:
    """The columns of a choice that can be. Raises BadChoice."""
    if way not in queries.ways_of(case):
        raise _bad(
            "这个事项没有这种领取方式。",
            "This service does not offer that way.",
            "请选择页面上列出的方式。",
            "Choose one of those on the page.",
        )
    texts = [recipient.strip(), phone.strip(), address.strip()]
    if not texts[0] or not texts[1] or (way == Way.POST and not texts[2]) or max(map(len, texts)) > LONGEST:
        raise _bad(
            "收件人、电话或者地址没有填完整。",
            "Name, telephone or address is missing or too long.",
            "请填写完整，地址写到门牌号。",
            "Fill them in, the address down to the door.",
        )
    found = queries.hall(hall) if way == Way.COLLECT else None
    if way == Way.COLLECT and found is None:
        raise _bad("没有选择领取的大厅。", "No hall was chosen.", "请选择一个大厅。", "Choose a hall.")
    root = case.place_path or places.city().path
    return {
        "way": way,
        "hall": found.code if found else "",
        "place_path": found.place.path if found else root,
        "recipient": texts[0],
        "phone": texts[1],
        "address": texts[2] if way == Way.POST else None,
    }


@action
def lay_ready(*, case_id: uuid.UUID) -> Case:
    """The result is made: deliver it electronically, or lay it ready where the applicant wants it on paper.

    A second call changes nothing. The delivery clock (article 44) runs until somebody has received it.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.state not in {CaseState.GRANTED, CaseState.DENIED}:
        return case
    row = queries.handover_of(case)
    if row is None:
        return cases.deliver(case_id=case_id)
    if row.state == HandoverState.CHOSEN:
        row.state, row.ready_at = HandoverState.READY, time.now()
        row.place_path = row.place_path if row.way == Way.COLLECT else case.place_path
        row.save(update_fields=["state", "ready_at", "place_path"])
        events.record(name=states.RESULT_READY, about=case, by=SYSTEM, payload={"way": row.way})
    return case


def _not_possible(zh: str, en: str, todo_zh: str, todo_en: str) -> NotHandedOver:
    return NotHandedOver(sentence_zh=zh, sentence_en=en, todo_zh=todo_zh, todo_en=todo_en)


def _waiting(handover_id: uuid.UUID, by: Actor) -> Handover:
    row = queries.handover_for(by, handover_id, lock=True)
    if row.state not in {HandoverState.READY, HandoverState.RETURNED}:
        raise _not_possible(
            "这份结果现在不能发放。",
            "This result cannot be handed over now.",
            "可能已经发放或者正在寄递，请刷新页面。",
            "It may have been handed out or be on its way; reload the page.",
        )
    return row


@action
def hand_out(*, handover_id: uuid.UUID, name: str, relation: str, identity: str, by: Actor) -> Handover:
    """Hand the result over the counter against receipt: who took it, how identity was checked, when, by whom.

    A result that was to be posted can be collected too. Raises NoSuchHandover, NotHandedOver.
    """
    row = _waiting(handover_id, by)
    known = identity in {one.value for one in Identity}
    for_another = relation == "agent"
    fits = known and for_another == (identity == Identity.MANDATE)
    if not name.strip() or relation not in {"self", "agent"} or not fits or len(name) > LONGEST:
        raise _not_possible(
            "回证没有填完整。",
            "The receipt is not complete.",
            "请写明领取人，选择本人或者代领，并按此核对证件（代领须有授权委托书）。",
            "Write who takes it, for themselves or for another, and check the papers that go with it.",
        )
    row.relation, row.identity, row.handed_by = relation, identity, by.account_id
    if row.way == Way.POST:
        row.way, row.hall = Way.COLLECT, row.hall or "counter"
    return _received(row, name.strip(), by)


def _received(row: Handover, name: str, by: Actor) -> Handover:
    row.state, row.received_at, row.received_by = HandoverState.RECEIVED, time.now(), name
    row.save()
    events.record(name=states.RESULT_RECEIVED, about=row.case, by=by, payload={"way": row.way})
    cases.deliver(case_id=row.case_id)
    return row


@action
def post(*, handover_id: uuid.UUID, by: Actor) -> Parcel:
    """Give the result to the courier, whose answer follows (`parcel_taken`). Raises NoSuchHandover, NotHandedOver."""
    row = _waiting(handover_id, by)
    if row.way != Way.POST:
        raise _not_possible(
            "申请人选择了窗口领取。",
            "The applicant wants to collect it.",
            "请等申请人来领取；需要改为邮寄的，由申请人在办件页面更改。",
            "Wait for them; to have it posted they change the way on their page.",
        )
    parcel = Parcel(handover=row, courier=settings.COURIER, ordered_at=time.now(), ordered_by=by.account_id)
    parcel.save(force_insert=True)
    row.state = HandoverState.SENDING
    row.save(update_fields=["state"])
    events.record(name=states.PARCEL_ORDERED, about=row.case, by=by, payload={"parcel": str(parcel.pk)})
    return parcel


@action
def parcel_taken(*, parcel_id: uuid.UUID, waybill: str) -> Parcel:
    """The courier has the parcel. A second call changes nothing."""
    parcel = Parcel.objects.select_for_update().select_related("handover").get(pk=parcel_id)
    if parcel.sent_at is None and parcel.ended_at is None:
        parcel.waybill, parcel.sent_at = waybill, time.now()
        parcel.save(update_fields=["waybill", "sent_at"])
        _now(parcel.handover, HandoverState.SENT, states.PARCEL_SENT, {"waybill": waybill})
    return parcel


@action
def parcel_refused(*, parcel_id: uuid.UUID, why: str) -> Parcel:
    """The courier does not take the parcel: the result lies at the office again. A second call changes nothing."""
    parcel = Parcel.objects.select_for_update().select_related("handover").get(pk=parcel_id)
    if parcel.ended_at is None:
        parcel.ended_at, parcel.failure = time.now(), why[:LONGEST]
        parcel.save(update_fields=["ended_at", "failure"])
        _now(parcel.handover, HandoverState.RETURNED, states.PARCEL_REFUSED, {"why": why[:LONGEST]})
    return parcel


def _now(row: Handover, state: HandoverState, event: str, payload: dict[str, Any]) -> None:
    row.state = state
    row.save(update_fields=["state"])
    events.record(name=event, about=row.case, by=SYSTEM, payload=payload)


@action
def note_tracking(*, parcel_id: uuid.UUID, found: Tracking) -> Parcel:
    """Keep what the courier says; a parcel that arrived delivers the case, one that came back lies at the office."""
    parcel = Parcel.objects.select_for_update().select_related("handover").get(pk=parcel_id)
    if parcel.ended_at is not None:
        return parcel
    parcel.looked_at = time.now()
    parcel.track = [{"at": one.at.isoformat(), "zh": one.zh, "en": one.en} for one in found.scans]
    if found.state is not ParcelState.MOVING:
        parcel.ended_at = time.now()
        parcel.failure = "" if found.state is ParcelState.DELIVERED else "returned"
    parcel.save()
    if found.state is ParcelState.DELIVERED:
        _received(parcel.handover, found.signed_by or "—", SYSTEM)
    elif found.state is ParcelState.RETURNED:
        _now(parcel.handover, HandoverState.RETURNED, states.PARCEL_RETURNED, {"waybill": parcel.waybill})
    return parcel
