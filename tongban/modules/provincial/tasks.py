"""Listens to policies, awards and the ledger, and puts what the province is told into the outbox."""

from typing import Any

from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.states import subscribe
from tongban.kernel.exchange import actions as exchange
from tongban.kernel.ledger.states import CLAWED_BACK, RETURNED
from tongban.modules.policies import states
from tongban.modules.provincial import calc, queries


@subscribe(states.POLICIES_LOADED)
def after_loading(event: Any, prepared: None) -> None:
    """A pack was loaded."""
    _tell_items(event)


@subscribe(states.DRAFT_PUBLISHED)
def after_publishing(event: Any, prepared: None) -> None:
    """An officer's draft came into force."""
    _tell_items(event)


@subscribe(states.AWARD_ASKED)
def granted(event: Any, prepared: None) -> None:
    """Money was set aside for an award; asking for another account is nothing new to the province."""
    if not event.payload.get("again"):
        award = queries.award_of(event.subject_id)
        _tell("award.granted", award, award.granted_fen, "")


@subscribe(states.AWARD_PAID)
def paid(event: Any, prepared: None) -> None:
    """The treasury paid; after money came back it may pay a second time, which is another record."""
    award = queries.award_of(event.subject_id)
    _tell("award.paid", award, award.granted_fen, str(queries.tries_of(award)))


@subscribe(RETURNED)
def returned(event: Any, prepared: None) -> None:
    """The payee's bank sent it back."""
    award = queries.award_by_payout(event.subject_id)
    if award is not None:
        _tell("award.returned", award, award.granted_fen, str(event.pk))


@subscribe(CLAWED_BACK)
def clawed_back(event: Any, prepared: None) -> None:
    """A part or all of it was given back by the payee."""
    award = queries.award_by_payout(event.subject_id)
    if award is not None and event.payload.get("fen"):
        _tell("award.clawed_back", award, event.payload["fen"], str(event.pk))


@subscribe(states.AWARD_DECLINED)
def declined(event: Any, prepared: None) -> None:
    """The subject did not want it."""
    _end(event)


@subscribe(states.AWARD_DEFERRED)
def deferred(event: Any, prepared: None) -> None:
    """Nobody answered in time."""
    _end(event)


@subscribe(states.AWARD_REMOVED)
def removed(event: Any, prepared: None) -> None:
    """Taken off the list."""
    _end(event)


def _end(event: Any) -> None:
    """An award of which the province was told comes to nothing; one that it never heard of is nobody's business."""
    award = queries.award_of(event.subject_id)
    if queries.is_said(award):
        _tell("award.ended", award, 0, "")


def _tell_items(event: Any) -> None:
    peer = queries.province()
    if not peer:
        return
    said = calc.news(queries.items_in_force(), queries.items_said(peer))
    rows = [
        exchange.Said(kind, f"{kind}|{content['item']}|{event.pk}", f"item|{content['item']}", content)
        for kind, content in said
    ]
    exchange.put(peer_code=peer, said=rows, by=SYSTEM)


def _tell(kind: str, award: Any, fen: int | None, mark: str) -> None:
    """Item, credit code and batch are the key, so whatever is repeated here is said once."""
    peer = queries.province()
    if not peer:
        return
    content = queries.award_said(award, fen or 0)
    stream = calc.award_stream(content)
    exchange.put(
        peer_code=peer, said=[exchange.Said(kind, f"{kind}|{stream}|{mark}", stream, content)], by=SYSTEM
    )
