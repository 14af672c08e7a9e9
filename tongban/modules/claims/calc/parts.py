"""A claim in instalments: what each budget line gives to each part, to the fen. Pure."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation.money import Fen
from tongban.kernel.ledger.calc import split


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of an edition: how much of a hundred, how many days after the decision, or after what (Chinese, English)."""

    percent: int
    after_days: int | None
    when: Mapping[str, str]


def instalments(data: Mapping[str, Any]) -> list[Instalment]:
    """The parts of an edition in their order; one where it says nothing."""
    rows = data.get("instalments") or [{"percent": 100}]
    return [Instalment(one["percent"], one.get("after_days"), one.get("when", {})) for one in rows]


def in_parts(shares: Mapping[uuid.UUID, Fen], percents: Sequence[int]) -> list[dict[uuid.UUID, Fen]]:
    """What each line gives to each part; a line's parts add up to its share. Too little to be divided is paid at once."""
    found: list[dict[uuid.UUID, Fen]] = [{} for _one in percents]
    weights = {f"{place:03}": percent for place, percent in enumerate(percents)}
    for line, fen in shares.items():
        for place, part in split(fen, weights).items():
            if part:
                found[int(place)][line] = part
    return found if all(found) else [dict(shares)]
