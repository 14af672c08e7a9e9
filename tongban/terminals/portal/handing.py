"""How a result on paper reaches the applicant: where it is now, in their words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.outcomes import queries as outcomes
from tongban.kernel.outcomes.states import CHANGEABLE, HANDOVER_NAMES, WAY_NAMES, HandoverState, Way
from tongban.kernel.places import queries as places
from tongban.terminals.portal import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.templatetags.ui import cntime
from tongban.terminals.ui.texts import _

_TONES: Mapping[str, parts.Tone] = {
    HandoverState.CHOSEN: "",
    HandoverState.READY: "green",
    HandoverState.SENDING: "blue",
    HandoverState.SENT: "blue",
    HandoverState.RETURNED: "red",
    HandoverState.RECEIVED: "green",
}


def may_choose(case: Any, handover: Any) -> bool:
    """Whether the applicant can still say how the result shall reach them."""
    if case.state in {CaseState.DRAFT, *OPEN_STATES}:
        return bool(outcomes.ways_of(case))
    waiting = case.state in {CaseState.GRANTED, CaseState.DENIED}
    return waiting and handover is not None and handover.state in CHANGEABLE


def of_case(case: Any, *, mine: bool) -> dict[str, Any]:
    """What the page of a case says of a result on paper."""
    if not outcomes.ways_of(case):
        return {"handover": None, "may_choose_delivery": False}
    row = outcomes.handover_of(case)
    shown = None
    if row is not None:
        hall = outcomes.hall(row.hall)
        parcels = outcomes.parcels_of(row)
        shown = {
            "way": words.either(*WAY_NAMES[Way(row.way)]),
            "state": words.either(*HANDOVER_NAMES[HandoverState(row.state)]),
            "tone": _TONES[row.state],
            "hall": words.either(hall.name_zh, hall.name_en) if hall else "",
            "where": words.either(hall.address_zh, hall.address_en) if hall else "",
            "hours": words.either(hall.hours_zh, hall.hours_en) if hall else "",
            "address": row.address if mine and row.way == Way.POST else "",
            "ready": row.state == HandoverState.READY,
            "returned": row.state == HandoverState.RETURNED,
            "received_at": row.received_at,
            "parcels": [_parcel(one) for one in parcels],
        }
    return {"handover": shown, "may_choose_delivery": mine and may_choose(case, row)}


def _parcel(row: Any) -> dict[str, Any]:
    track = [
        parts.TimelineEntry(
            words.either(one["zh"], one["en"]),
            cntime(datetime.fromisoformat(one["at"]))[5:],
            one["at"],
            "done",
        )
        for one in reversed(row.track)
    ]
    return {"courier": outcomes.courier_label(row.courier), "waybill": row.waybill, "track": track}


def choices(case: Any) -> list[tuple[str, str, str]]:
    """(value, label, hint) of the ways to choose from, the electronic one first."""
    found = [("", _("电子送达"), _("结果存入“我的证照”，不用来现场，与纸质具有同等法律效力。"))]
    hints = {Way.COLLECT: _("带身份证到所选大厅领取，当场签收。"), Way.POST: _("由快递寄到您填写的地址。")}
    found += [(str(way), words.either(*WAY_NAMES[way]), hints[way]) for way in outcomes.ways_of(case)]
    return found


def halls() -> list[tuple[str, str]]:
    """(code, name) of the halls where a result can be collected."""
    return [(one.code, words.either(one.name_zh, one.name_en)) for one in places.halls()]


def chosen(case: Any) -> str:
    """The way that was chosen, in a word; nothing where the item offers none."""
    if not outcomes.ways_of(case):
        return ""
    row = outcomes.handover_of(case)
    return words.either(*WAY_NAMES[Way(row.way)]) if row is not None else _("电子送达")
