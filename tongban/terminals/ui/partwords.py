"""Later instalments of a claim in words: how much, when, how far, why not."""

from collections.abc import Iterable
from typing import Any

from tongban.modules.claims.states import LATER, PART_NAMES, UNPAID, PartState
from tongban.terminals.ui import texts
from tongban.terminals.ui.factwords import money

_TONES = {
    PartState.PAID: "green",
    PartState.DUE: "blue",
    PartState.ORDERED: "blue",
    PartState.BLOCKED: "amber",
    PartState.REFUSED: "amber",
    PartState.FORFEITED: "red",
}


def rows(parts: Iterable[Any]) -> list[dict[str, Any]]:
    """The later instalments, in their order."""
    english = texts.language() == texts.ENGLISH
    return [
        {
            "id": one.pk,
            "number": one.number,
            "amount": money(one.fen),
            "when": (one.when.get("en") if english else "") or one.when.get("zh", ""),
            "due": one.due_on,
            "state": PART_NAMES[PartState(one.state)][english],
            "tone": _TONES.get(one.state, ""),
            "reason": one.reason or "",
            "basis": one.basis or "",
            "clawed": money(one.clawed_fen) if one.clawed_fen else "",
            "paid_at": one.paid_at,
            "confirmable": one.state == PartState.PLANNED and one.due_on is None,
            "late": one.state in LATER,
            "unpaid": one.state in UNPAID,
        }
        for one in parts
    ]
