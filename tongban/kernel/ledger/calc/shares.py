"""Shares of an amount to the fen, by largest remainder: what is cut off goes to those who lost most by the cut."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen


class BadShares(Problem):
    """Weights or claims from which no shares can be computed."""

    code = "ledger.bad_shares"
    status = 422


@dataclass(frozen=True)
class Claim:
    """What one claimant is entitled to, under a key that no other has. In fen."""

    key: str
    fen: Fen


def _bad(about: str) -> BadShares:
    return BadShares(
        sentence_zh="金额和权重都不能为负，权重之和须大于零，编号不能重复。",
        sentence_en="Amounts and weights must not be negative, weights must not all be zero, keys must differ.",
        todo_zh="请检查出资比例和申报金额。",
        todo_en="Check the funders' shares and the claims.",
        about=about,
    )


def split(fen: Fen, weights: Mapping[str, int]) -> dict[str, Fen]:
    """`fen` shared by whole weights (57, 24, 19); adds up to `fen` exactly. Raises BadShares.

    Equal remainders go by the key, so the result does not depend on the order of the weights.
    """
    total = sum(weights.values())
    if fen < 0 or total <= 0 or min(weights.values()) < 0:
        raise _bad(", ".join(weights))
    shares = {key: fen * weight // total for key, weight in weights.items()}
    left = fen - sum(shares.values())
    losers = sorted(weights, key=lambda key: (-(fen * weights[key] % total), key))
    for key in losers[:left]:
        shares[key] += 1
    assert sum(shares.values()) == fen
    return shares


def in_proportion(pool: Fen, claims: Iterable[Claim]) -> dict[str, Fen]:
    """What each gets of a pool: the whole claim when it suffices, else the same part of each, adding up to the pool.

    Nobody gets more than claimed, and the order of the claims does not matter. Raises BadShares.
    """
    rows = list(claims)
    wanted = {row.key: row.fen for row in rows}
    if pool < 0 or len(wanted) != len(rows) or any(row.fen < 0 for row in rows):
        raise _bad(", ".join(sorted(wanted)))
    total = sum(wanted.values())
    if total <= pool:
        return wanted
    # Each share is below its claim by more than nothing, so the fen that largest remainder adds never exceeds it.
    return split(pool, wanted)
