"""Reads of what is in force and of awards, in the words of the exchange."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.exchange import queries as exchange
from tongban.kernel.ledger import queries as money
from tongban.kernel.parties import queries as parties
from tongban.modules.policies.queries import awards, published
from tongban.modules.provincial import calc

OWN = ("city", "town")  # the province knows its own items and the state's
ITEM_KINDS = ("item.published", "item.changed", "item.ended")


def province() -> str:
    """The code of the peer that is told of subsidies: the first of the pack's; empty without any."""
    rows = exchange.peers()
    return rows[0].code if rows else ""


def items_in_force() -> dict[str, dict[str, Any]]:
    """The city's and the towns' own items with an edition in force today, by code; the province knows its own."""
    today, found = time.today(), {}
    for policy in published.in_force().policies.policies:
        for item in policy.items if policy.level in OWN and policy.valid.covers(today) else ():
            edition = item.edition_on(today)
            if edition is not None:
                found[item.code] = calc.item_said(
                    code=item.code,
                    name=item.name.zh,
                    policy=policy.code,
                    level=policy.level,
                    edition=edition.name,
                    begins=edition.valid.begins,
                    ends=edition.valid.ends,
                )
    return found


def items_said(peer_code: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """What a peer was told last of each item: kind and content."""
    peer = exchange.peer_by_code(peer_code)
    rows = exchange.last_said(peer, ITEM_KINDS) if peer else {}
    return {row.item: (row.kind, json.loads(row.envelope)["payload"]) for row in rows.values()}


def award_by_payout(payout_id: uuid.UUID) -> Any:
    """The award that a payout pays, or None."""
    return awards.award_of_payout(payout_id)


def award_of(award_id: uuid.UUID) -> Any:
    """One award."""
    return awards.award_for(SYSTEM, award_id)


def tries_of(award: Any) -> int:
    """How often the payout of an award was sent to the treasury."""
    return money.payout(award.payout_id, SYSTEM).tries


def is_said(award: Any) -> bool:
    """Whether the province was told of an award."""
    peer = exchange.peer_by_code(province())
    stream = calc.award_stream(award_said(award, 0))
    return peer is not None and exchange.last_seq(peer, stream) > 0


def award_said(award: Any, fen: int) -> dict[str, Any]:
    """An award as the province hears of it. A person is a number of ours: neither name nor identity number leaves the city."""
    firm = award.batch.audience == "organisation"
    subject = parties.organisation(award.subject_id).uscc if firm else f"person:{award.pk}"
    return calc.award_said(
        item=award.item, subject=subject, batch=str(award.batch_id), fen=fen, on=time.today()
    )
