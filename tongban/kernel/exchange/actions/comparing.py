"""Days counted on both sides, and tickets for what does not agree."""

import uuid
from collections.abc import Sequence
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.exchange import calc, queries, rules, states
from tongban.kernel.exchange.actions.putting import Said, put
from tongban.kernel.exchange.models import DayTotal, Peer, Ticket
from tongban.kernel.exchange.states import TOTALS, Side, TicketKind
from tongban.kernel.records.actions import action


class WordsMissing(Problem):
    """A ticket is closed with a word about what was found."""

    code = "exchange.words_missing"
    status = 422


@action
def count_day(*, peer_code: str, day: date, by: Actor = SYSTEM) -> None:
    """Tell a peer what we count of our records of a day; it compares, and answers with what it holds."""
    peer = queries.peer_by_code(peer_code)
    if peer is None:
        raise rules.no_such()
    rows = [vars(one) for one in queries.totals_sent(peer, day)]
    again = queries.last_seq(peer, TOTALS) + 1
    said = Said(TOTALS, f"{TOTALS}|{day}|{again}", TOTALS, {"day": day.isoformat(), "totals": rows})
    put(peer_code=peer.code, said=[said], by=by)


@action
def compare_again(*, peer_code: str, day: date, by: Actor) -> None:
    """An officer wants a day compared once more. Raises NotAllowed, NoSuchExchange."""
    rules.require_officer(by)
    count_day(peer_code=peer_code, day=day, by=by)


@action
def compare(
    *, peer: Peer, day: date, side: Side, ours: Sequence[calc.Total], theirs: Sequence[calc.Total]
) -> None:
    """Keep what both sides count of a day; a difference opens a ticket, agreement closes it."""
    mine, yours = ({(one.kind, one.item): one for one in rows} for rows in (ours, theirs))
    held = {(row.kind, row.item): row for row in DayTotal.objects.filter(peer=peer, day=day, side=side)}
    agreed = True
    for kind, item in sorted(mine.keys() | yours.keys() | held.keys()):
        row = held.get((kind, item)) or DayTotal(peer=peer, day=day, side=side, kind=kind, item=item)
        for name, one in (("our", mine.get((kind, item))), ("their", yours.get((kind, item)))):
            setattr(row, f"{name}_records", one.records if one else 0)
            setattr(row, f"{name}_fen", one.fen if one else 0)
            setattr(row, f"{name}_digest", one.digest if one else "")
        row.agreed = mine.get((kind, item)) == yours.get((kind, item))
        agreed = agreed and row.agreed
        row.compared_at = time.now()
        row.save(force_insert=(kind, item) not in held)
    payload = {"peer": peer.code, "day": day.isoformat(), "side": side, "agreed": agreed}
    events.record(name=states.DAY_COMPARED, about=peer, by=SYSTEM, payload=payload)
    about = f"{day}|{side}"
    if agreed:
        _close_if_open(peer, TicketKind.DIFFERENCE, about, "再次核对一致 / compared again and equal")
    else:
        open_ticket(peer=peer, kind=TicketKind.DIFFERENCE, about=about, day=day)


@action
def open_ticket(*, peer: Peer, kind: TicketKind, about: str, day: date) -> None:
    """Open a ticket unless one is open for the same thing."""
    if Ticket.objects.filter(peer=peer, kind=kind, about=about, closed_at__isnull=True).exists():
        return
    row = Ticket(peer=peer, kind=kind, about=about, day=day, opened_at=time.now())
    row.save(force_insert=True)
    events.record(name=states.TICKET_OPENED, about=row, by=SYSTEM, payload={"kind": kind, "peer": peer.code})


def _close_if_open(peer: Peer, kind: TicketKind, about: str, why: str) -> None:
    for row in Ticket.objects.filter(peer=peer, kind=kind, about=about, closed_at__isnull=True):
        row.closed_at, row.closing = time.now(), why
        row.save()
        events.record(name=states.TICKET_CLOSED, about=row, by=SYSTEM, payload={"kind": kind})


@action
def close_ticket(*, ticket_id: uuid.UUID, words: str, by: Actor) -> Ticket:
    """Close a ticket with a word about what was found; a second time changes nothing.

    Raises NotAllowed, NoSuchExchange, WordsMissing.
    """
    rules.require_officer(by)
    row = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if row is None:
        raise rules.no_such()
    if row.closed_at is not None:
        return row
    if not words.strip() or len(words) > 400:
        raise WordsMissing(
            sentence_zh="请写明核对结果（400 字以内）。",
            sentence_en="Say what was found, in at most 400 characters.",
            todo_zh="写明后再办结。",
            todo_en="Write it and close the ticket again.",
        )
    row.closed_at, row.closed_by, row.closing = time.now(), by.account_id, words.strip()
    row.save()
    events.record(name=states.TICKET_CLOSED, about=row, by=by, payload={"kind": row.kind})
    return row


@action
def look_for_late(*, peer_code: str) -> int:
    """Open a ticket for each day of which a peer has not settled everything in time; returns how many such days.

    What it has settled since closes its ticket. A peer without an address is not late: nothing was sent to it yet.
    """
    peer = queries.peer_by_code(peer_code)
    if peer is None or not peer.url:
        return 0
    days = queries.late(peer, time.now())
    for day in days:
        open_ticket(peer=peer, kind=TicketKind.LATE, about=str(day), day=day)
    opened = Ticket.objects.filter(peer=peer, kind=TicketKind.LATE, closed_at__isnull=True)
    for row in opened.exclude(about__in=[str(day) for day in days]):
        _close_if_open(peer, TicketKind.LATE, row.about, "已全部办结 / settled since")
    return len(days)
