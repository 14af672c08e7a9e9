"""States of records and tickets, the kinds of messages with their shapes, and the events of exchange."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.events.states import declare

PEERS_LOADED = declare("exchange_peer.loaded", "更新了交换对端", "Peers of the exchange were set")
PEER_CALLED = declare("exchange_peer.called", "对端上线", "A peer said that it can be reached")
PEER_WOKEN = declare("exchange_peer.woken", "继续发送待发记录", "Waiting records are to be sent")
RECORDS_PUT = declare("exchange_record.put", "生成了待交换的记录", "Records were put into the outbox")
RECORD_ANSWERED = declare("exchange_record.answered", "收到了对端的回执", "A peer answered a record")
RECORD_UNANSWERED = declare("exchange_record.unanswered", "没有收到回执", "A record got no answer")
RECORD_REPLAYED = declare(
    "exchange_record.replayed", "重新发送了记录", "A record was sent again by an officer"
)
MESSAGE_TAKEN = declare("exchange_message.taken", "收到了对端的消息", "A message of a peer was taken in")
DAY_COMPARED = declare("exchange_day.compared", "核对了每日合计", "The totals of a day were compared")
TICKET_OPENED = declare("exchange_ticket.opened", "登记了交换差异", "A ticket about the exchange was opened")
TICKET_CLOSED = declare("exchange_ticket.closed", "办结了交换差异", "A ticket about the exchange was closed")

AT_ONCE = 20  # records that one job sends: with a slow peer still a fraction of a lease
LEASE_SECONDS = 60
TIMEOUT_SECONDS = 4
MOST_BYTES = 64 * 1024  # of one envelope
SCHEMA = 1


class OutState(StrEnum):
    """Where a record of ours stands."""

    WAITING = "waiting"
    UNKNOWN = "unknown"  # it was sent and no answer came: the peer may have it
    SENT = "sent"  # the peer has it for good, by its signed receipt
    ACKNOWLEDGED = "acknowledged"  # and has taken it over
    REFUSED = "refused"  # by its signed word, with the reason


UNSENT = (OutState.WAITING, OutState.UNKNOWN)
RECEIPTED = (OutState.SENT, OutState.ACKNOWLEDGED, OutState.REFUSED)


class InState(StrEnum):
    """Where a message of a peer stands here."""

    PARKED = "parked"  # an earlier one of the same thing has not come yet
    APPLIED = "applied"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What a receipt says."""

    RECEIVED = "received"
    REFUSED = "refused"


class TicketKind(StrEnum):
    """What an officer has to look at."""

    DIFFERENCE = "difference"  # both sides counted the same day differently
    LATE = "late"  # records of a day that the peer has not settled in time
    CONFLICT = "conflict"  # one number, two contents: somebody's books are wrong


class Side(StrEnum):
    """Whose records a comparison counts: ours as the peer holds them, or the peer's as we hold them."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Shape:
    """What a kind of message must say: a pattern for each text, int for whole numbers, list for rows.

    `keeps` names the parts that identify the thing spoken of; the last word about it is kept.
    """

    fields: Mapping[str, object]
    keeps: tuple[str, ...] = ()
    optional: frozenset[str] = field(default_factory=frozenset)


_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TEXT = re.compile(r".{1,200}", re.DOTALL)
# The credit code of an organisation; a person is only a number of ours, without a name or an identity number.
_SUBJECT = re.compile(r"[0-9A-Z]{18}|person:[0-9a-f-]{36}")
_ID = re.compile(r"[0-9a-f-]{36}")
_ITEM: dict[str, object] = {
    "item": _CODE,
    "name": _TEXT,
    "policy": _CODE,
    "level": re.compile("national|province|city|town"),
    "edition": _TEXT,
    "begins": _DAY,
    "ends": _DAY,
}
_AWARD: dict[str, object] = {"item": _CODE, "subject": _SUBJECT, "batch": _TEXT, "fen": int, "on": _DAY}
_WHAT = ("item", "subject", "batch")
_OPEN = frozenset({"ends"})

VERDICT, TOTALS, HOLDINGS, HELLO = "exchange.verdict", "totals.sent", "totals.held", "exchange.hello"
KINDS: dict[str, Shape] = {
    "item.published": Shape(_ITEM, ("item",), _OPEN),
    "item.changed": Shape(_ITEM, ("item",), _OPEN),
    "item.ended": Shape(_ITEM, ("item",), _OPEN),
    "award.granted": Shape(_AWARD, _WHAT),
    "award.paid": Shape(_AWARD, _WHAT),
    "award.returned": Shape(_AWARD, _WHAT),
    "award.clawed_back": Shape(_AWARD, _WHAT),
    "award.ended": Shape(_AWARD, _WHAT),
    "claim.made": Shape(_AWARD, _WHAT),
    "claim.granted": Shape(_AWARD, _WHAT),
    "claim.paid": Shape(_AWARD, _WHAT),
    "claim.returned": Shape(_AWARD, _WHAT),
    "claim.clawed_back": Shape(_AWARD, _WHAT),
    "claim.ended": Shape(_AWARD, _WHAT),
    "award.result": Shape({**_AWARD, "result": re.compile("granted|denied|registered")}, _WHAT),
    VERDICT: Shape(
        {"message": _ID, "verdict": re.compile("applied|refused"), "reason": re.compile(r"[a-z_.]{0,60}")}
    ),
    TOTALS: Shape({"day": _DAY, "totals": list}),
    HOLDINGS: Shape({"day": _DAY, "totals": list}),
    HELLO: Shape({"address": re.compile(r"https?://[^\s]{3,190}")}),
}
# Messages about the exchange itself: neither counted nor answered by a message of their own.
ABOUT_EXCHANGE = frozenset({VERDICT, TOTALS, HOLDINGS, HELLO})
# What may follow what, about one award or claim. A word that skips a step is refused with the reason `order`.
BEFORE: dict[str, tuple[str, ...]] = {
    "award.granted": ("", "award.ended", "award.returned", "award.result"),
    "award.paid": ("award.granted", "award.returned", "award.result"),
    "award.returned": ("award.paid", "award.clawed_back", "award.result"),
    "award.clawed_back": ("award.paid", "award.clawed_back", "award.result"),
    "award.ended": ("award.granted", "award.returned", "award.result"),
    "claim.made": ("",),
    "claim.granted": ("", "claim.made"),
    "claim.paid": ("claim.granted", "claim.returned"),
    "claim.returned": ("claim.paid", "claim.clawed_back"),
    "claim.clawed_back": ("claim.paid", "claim.clawed_back"),
    "claim.ended": ("claim.made", "claim.granted", "claim.returned"),
}
