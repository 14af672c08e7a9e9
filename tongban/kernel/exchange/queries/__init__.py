"""Reads of the exchange: peers and their keys, what waits, what was counted, and what is wrong with the books."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.exchange import calc, rules
from tongban.kernel.exchange.models import (
    Course,
    DayTotal,
    Holding,
    InMessage,
    OutRecord,
    Peer,
    Ticket,
)
from tongban.kernel.exchange.states import ABOUT_EXCHANGE, TOTALS, UNSENT, InState, OutState, Side

KEY_BYTES = 200


def peer_by_code(code: str) -> Peer | None:
    """The peer of this code, if we know one."""
    return Peer.objects.filter(code=code).first()


def peers() -> list[Peer]:
    """All peers by name."""
    return list(Peer.objects.order_by("code"))


def public_key_of(peer: Peer) -> str:
    """A peer's public key: what the pack says, else the file that its operator handed over; empty for neither."""
    if peer.public_key:
        return peer.public_key
    path = Path(settings.EXCHANGE_PEER_KEY.format(code=peer.code))
    return path.read_text(encoding="ascii")[:KEY_BYTES].strip() if path.exists() else ""


def own_public_key() -> str:
    """Our public key as peers want it."""
    return calc.public_half(settings.EXCHANGE_KEY)


def due(peer: Peer, now: datetime) -> QuerySet[OutRecord]:
    """What is to be sent to a peer and under no live lease, oldest first."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return OutRecord.objects.filter(free, peer=peer, state__in=UNSENT).order_by("id")


def last_seq(peer: Peer, stream: str) -> int:
    """The highest sequence used in a stream to a peer."""
    return OutRecord.objects.filter(peer=peer, stream=stream).aggregate(last=Max("seq"))["last"] or 0


def known_keys(peer: Peer, keys: Iterable[str]) -> set[str]:
    """Those of the keys that were put for a peer already."""
    return set(OutRecord.objects.filter(peer=peer, key__in=list(keys)).values_list("key", flat=True))


def last_said(peer: Peer, kinds: Iterable[str]) -> dict[str, OutRecord]:
    """The newest record of some kinds for a peer, by stream."""
    rows = OutRecord.objects.filter(peer=peer, kind__in=list(kinds)).order_by("seq")
    return {row.stream: row for row in rows}


def record_of_message(peer: Peer, message_id: uuid.UUID) -> OutRecord | None:
    """Our record of which a peer speaks by the number of its message."""
    return OutRecord.objects.filter(peer=peer, message_id=message_id).first()


def totals_sent(peer: Peer, day: date) -> list[calc.Total]:
    """What we count of our records of a day for a peer; what it refused is no part of it."""
    rows = OutRecord.objects.filter(peer=peer, day=day).exclude(state=OutState.REFUSED)
    return calc.totals(
        rows.exclude(kind__in=ABOUT_EXCHANGE).order_by("id").values_list("kind", "item", "fen", "digest")
    )


def totals_held(peer: Peer, day: date) -> list[calc.Total]:
    """What we hold of a peer's messages of a day; what we refused is no part of it."""
    rows = InMessage.objects.filter(peer=peer, day=day).exclude(state=InState.REFUSED)
    return calc.totals(
        rows.exclude(kind__in=ABOUT_EXCHANGE).order_by("id").values_list("kind", "item", "fen", "digest")
    )


def days_to_count(peer: Peer, before: date) -> list[date]:
    """Days before `before` on which something was put for a peer and of which no totals were exchanged yet."""
    rows = OutRecord.objects.filter(peer=peer, day__lt=before).exclude(kind__in=ABOUT_EXCHANGE)
    rows = rows.exclude(state=OutState.REFUSED)
    counted = DayTotal.objects.filter(peer=peer, side=Side.OURS).order_by("day").values_list("day", flat=True)
    return sorted(set(rows.order_by("day").values_list("day", flat=True)) - set(counted))


def waits(peer: Peer, prefix: str) -> bool:
    """Whether something whose key begins so is still to be sent."""
    return OutRecord.objects.filter(peer=peer, state__in=UNSENT, key__startswith=prefix).exists()


def late(peer: Peer, now: datetime) -> dict[date, int]:
    """By day: how many records a peer has not settled in time."""
    limit = now - timedelta(hours=peer.late_hours)
    rows = OutRecord.objects.filter(peer=peer, put_at__lt=limit, settled_at__isnull=True)
    found = rows.values("day").order_by("day").annotate(many=Count("pk"))
    return {row["day"]: row["many"] for row in found}


# ------------------------------------------------------------------------------------------------------ for officers


def figures() -> dict[uuid.UUID, dict[str, object]]:
    """Of each peer: records by state, since when the oldest waits, messages taken in, open tickets."""
    found: dict[uuid.UUID, dict[str, object]] = {}
    counted = {state.value: Count("pk", filter=Q(state=state)) for state in OutState}
    oldest = Min("put_at", filter=Q(state__in=UNSENT))
    for row in OutRecord.objects.values("peer").order_by("peer").annotate(**counted, oldest=oldest):
        found[row["peer"]] = {**row, "taken": 0, "tickets": 0}
    empty: dict[str, object] = {state.value: 0 for state in OutState} | {"oldest": None}
    for name, rows in (("taken", InMessage.objects), ("tickets", Ticket.objects.filter(closed_at=None))):
        for row in rows.values("peer").order_by("peer").annotate(many=Count("pk")):
            entry = found.setdefault(row["peer"], {**empty, "taken": 0, "tickets": 0})
            entry[name] = row["many"]
    return found


def records(actor: Actor, *, state: str = "", kind: str = "", words: str = "") -> QuerySet[OutRecord]:
    """Our records, newest first, narrowed. Raises NotAllowed."""
    rules.require_officer(actor)
    rows = OutRecord.objects.select_related("peer").order_by("-id").defer("envelope", "receipt")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(key__contains=words) if words else rows


def record(actor: Actor, record_id: uuid.UUID) -> OutRecord:
    """One record of ours. Raises NotAllowed, NoSuchExchange."""
    rules.require_officer(actor)
    row = OutRecord.objects.select_related("peer").filter(pk=record_id).first()
    if row is None:
        raise rules.no_such()
    return row


def messages(actor: Actor) -> QuerySet[InMessage]:
    """What peers told us, newest first. Raises NotAllowed."""
    rules.require_officer(actor)
    return InMessage.objects.select_related("peer").order_by("-id").defer("envelope", "receipt")


def holdings(actor: Actor, kinds: Iterable[str]) -> QuerySet[Holding]:
    """The last words of peers of some kinds, newest first. Raises NotAllowed."""
    rules.require_officer(actor)
    return Holding.objects.select_related("peer").filter(kind__in=list(kinds)).order_by("-changed_at", "-id")


def day_totals(actor: Actor, since: date) -> QuerySet[DayTotal]:
    """What both sides counted since a day, newest first, differences before agreement. Raises NotAllowed."""
    rules.require_officer(actor)
    rows = DayTotal.objects.select_related("peer").filter(day__gte=since)
    return rows.order_by("-day", "agreed", "side", "kind", "item")


def tickets(actor: Actor) -> QuerySet[Ticket]:
    """Tickets, open ones first. Raises NotAllowed."""
    rules.require_officer(actor)
    return Ticket.objects.select_related("peer").order_by(F("closed_at").desc(nulls_first=True), "-id")


def open_tickets(actor: Actor) -> int:
    """How many tickets are open. Raises NotAllowed."""
    rules.require_officer(actor)
    return Ticket.objects.filter(closed_at__isnull=True).count()


# -------------------------------------------------------------------------------------------------------- invariants


def doubled() -> list[str]:
    """I3: per sender and message one row and one answer that is ours and fits it; what was applied has no gap."""
    own, faults = own_public_key(), []
    for row in InMessage.objects.order_by("id").iterator():
        receipt = calc.read_receipt(row.receipt.encode(), own)
        if receipt is None or (receipt.message, receipt.digest) != (row.message_id, row.digest):
            faults.append(
                f"message {row.message_id}: the stored answer is not ours, or answers something else"
            )
    for course in Course.objects.order_by("id").iterator():
        rows = InMessage.objects.filter(peer_id=course.peer_id, stream=course.stream)
        settled = rows.exclude(state=InState.PARKED)
        if settled.count() != course.done or settled.filter(seq__gt=course.done).exists():
            faults.append(f"stream {course.stream}: settled messages and its count differ")
    return faults


def disagreeing() -> list[str]:
    """I4: both sides agree day by day, or a ticket says where not."""
    opened = set(
        Ticket.objects.filter(closed_at__isnull=True).order_by("id").values_list("peer_id", "kind", "day")
    )
    faults = []
    for row in DayTotal.objects.filter(agreed=False).order_by("day", "id"):
        if (row.peer_id, "difference", row.day) not in opened:
            faults.append(f"{row.day} {row.kind} {row.item}: the sides differ and no ticket says so")
    before = time.today() - timedelta(days=2)
    for peer in Peer.objects.exclude(url="").order_by("code"):
        for day in days_to_count(peer, before):
            if (peer.pk, "late", day) not in opened and not waits(peer, f"{TOTALS}|{day}|"):
                faults.append(f"{day}: {peer.code} has not counted and no ticket says so")
    return faults


def silently_late() -> list[str]:
    """I5: no record is late without a ticket. A record for which there is no address yet is not late."""
    opened = set(
        Ticket.objects.filter(closed_at__isnull=True, kind="late")
        .order_by("id")
        .values_list("peer_id", "day")
    )
    yesterday = time.now() - timedelta(days=1)  # tickets are opened once a day
    return [
        f"{day}: {many} records for {peer.code} are late and no ticket says so"
        for peer in Peer.objects.exclude(url="").order_by("code")
        for day, many in late(peer, yesterday).items()
        if (peer.pk, day) not in opened
    ]
