"""States, kinds and rows of the exchange as officers read them."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from tongban.kernel.exchange.states import OutState, Side, TicketKind
from tongban.terminals.ui import factwords, parts, texts
from tongban.terminals.ui.texts import _, later

STATES: dict[str, tuple[Any, parts.Tone]] = {
    OutState.WAITING: (later("待发送"), ""),
    OutState.UNKNOWN: (later("结果不明，将重发"), "amber"),
    OutState.SENT: (later("已送达，待确认"), "blue"),
    OutState.ACKNOWLEDGED: (later("对端已确认"), "green"),
    OutState.REFUSED: (later("对端拒收"), "red"),
}
IN_STATES: dict[str, tuple[Any, parts.Tone]] = {
    "parked": (later("等前一条"), "amber"),
    "applied": (later("已生效"), "green"),
    "refused": (later("已拒收"), "red"),
}
KINDS = {
    "item.published": later("政策项目发布"),
    "item.changed": later("政策项目变更"),
    "item.ended": later("政策项目终止"),
    "award.granted": later("奖补审定"),
    "award.paid": later("奖补已付"),
    "award.returned": later("奖补退回"),
    "award.clawed_back": later("奖补追回"),
    "award.ended": later("奖补终止"),
    "award.result": later("省级结果"),
    "claim.made": later("申报提交"),
    "claim.granted": later("申报核定"),
    "claim.paid": later("申报已付"),
    "claim.returned": later("申报退回"),
    "claim.clawed_back": later("申报追回"),
    "claim.ended": later("申报终止"),
    "exchange.verdict": later("处理结果"),
    "totals.sent": later("每日合计"),
    "totals.held": later("每日合计回复"),
    "exchange.hello": later("上线通知"),
}
REASONS = {
    "schema": later("内容不符合交换规范"),
    "order": later("前面的环节对端没有收到"),
    "amount": later("金额超过审定数"),
    "unknown": later("对端提到的记录不存在"),
}
_TICKETS = {
    TicketKind.DIFFERENCE: later("当日合计不一致"),
    TicketKind.LATE: later("有记录逾期未办结"),
    TicketKind.CONFLICT: later("同一编号有两份内容"),
}


def kind(name: str) -> str:
    """A kind of message; the code where there is no word."""
    return str(KINDS[name]) if name in KINDS else name


def reason(code: str) -> str:
    """Why something was refused, or what the line did."""
    return str(REASONS[code]) if code in REASONS else code


def filters(state: str, kind_: str) -> list[dict[str, Any]]:
    """The two choices above the list of records."""
    states = [("", _("全部状态")), *((code, str(word)) for code, (word, _tone) in STATES.items())]
    kinds = [("", _("全部类型")), *((code, str(word)) for code, word in KINDS.items())]
    return [
        {"name": "state", "label": _("状态"), "options": _options(states, state)},
        {"name": "kind", "label": _("类型"), "options": _options(kinds, kind_)},
    ]


def _options(pairs: list[tuple[str, str]], chosen: str) -> list[dict[str, Any]]:
    return [{"value": code, "label": word, "selected": code == chosen} for code, word in pairs]


def peer(row: Any, figures: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A peer and how the line to it stands."""
    resting = row.paused_until is not None and row.paused_until > now
    if not row.url:
        state, tone = _("没有地址，记录等待"), "amber"
    elif row.failures:
        state, tone = _("没有应答，已连续 {count} 次", count=row.failures), "red"
    elif row.last_answer_at is None:
        state, tone = _("还没有联系过"), ""
    else:
        state, tone = _("正常"), "green"
    listed = reverse("console-exchange-records")
    return {
        "code": row.code,
        "name": peer_name(row),
        "url": row.url,
        "state": state,
        "tone": tone,
        "error": row.last_error if row.failures else "",
        "again": row.paused_until if resting else None,
        "answered": row.last_answer_at,
        "heard": row.last_heard_at,
        "oldest": figures.get("oldest"),
        "taken": figures.get("taken", 0),
        "tickets": figures.get("tickets", 0),
        "queue": [
            (str(word), figures.get(code, 0), f"{listed}?state={code}")
            for code, (word, _tone) in STATES.items()
        ],
    }


def peer_name(row: Any) -> str:
    """The peer's name in the language of the request."""
    return str(row.name_en if texts.language() == texts.ENGLISH else row.name_zh)


def record(row: Any) -> dict[str, Any]:
    """A record of ours in a list."""
    word, tone = STATES[row.state]
    return {
        "url": reverse("console-exchange-record", args=[row.pk]),
        "kind": kind(row.kind),
        "peer": peer_name(row.peer),
        "item": row.item,
        "key": row.key,
        "amount": factwords.money(row.fen) if row.fen else "",
        "state": str(word),
        "tone": tone,
        "reason": reason(row.reason),
        "tries": row.tries,
        "put": row.put_at,
        "sent": row.sent_at,
        "settled": row.settled_at,
        "number": str(row.message_id),
    }


def message(row: Any) -> dict[str, Any]:
    """A message of a peer in a list."""
    word, tone = IN_STATES[row.state]
    return {
        "kind": kind(row.kind),
        "peer": peer_name(row.peer),
        "item": row.item,
        "state": str(word),
        "tone": tone,
        "reason": reason(row.reason),
        "at": row.received_at,
    }


def holding(row: Any) -> dict[str, Any]:
    """What a peer said last of one of its items, or of an award."""
    return {
        "kind": kind(row.kind),
        "name": row.said.get("name") or row.item,
        "result": row.said.get("result", ""),
        "subject": row.said.get("subject", ""),
        "begins": row.said.get("begins", ""),
        "ends": row.said.get("ends", ""),
        "amount": factwords.money(row.fen) if row.fen else "",
        "at": row.changed_at,
    }


def total(row: Any) -> dict[str, Any]:
    """One line of a counted day."""
    return {
        "day": row.day,
        "peer": row.peer.code,
        "side": _("我方发出") if row.side == Side.OURS else _("对端发来"),
        "kind": kind(row.kind),
        "item": row.item,
        "ours": _said(row.our_records, row.our_fen),
        "theirs": _said(row.their_records, row.their_fen),
        "agreed": row.agreed,
        "at": row.compared_at,
    }


def _said(records: int, fen: int) -> str:
    if not fen:
        return _("{count} 条", count=records)
    return _("{count} 条，{amount}", count=records, amount=factwords.money(fen))


def ticket(row: Any, people: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """A ticket."""
    return {
        "id": str(row.pk),
        "peer": row.peer.code,
        "name": peer_name(row.peer),
        "what": str(_TICKETS[TicketKind(row.kind)]),
        "day": row.day,
        "about": row.about if row.kind == TicketKind.CONFLICT else "",
        "comparable": row.kind == TicketKind.DIFFERENCE,
        "open": row.closed_at is None,
        "opened": row.opened_at,
        "closed": row.closed_at,
        "who": people.get(row.closed_by, ""),
        "closing": row.closing,
    }
