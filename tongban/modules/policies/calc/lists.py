"""Lists made from data: what a match makes of a subject, which rows are looked at, how a fund is shared. Pure."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.money import Fen
from tongban.kernel.ledger.calc import Claim, in_proportion, split
from tongban.modules.policies.calc.matching import Match, Matcher
from tongban.modules.policies.calc.terms import Terms

MOST_MISSING = 2  # whoever lacks more is not nearly on the list: telling them all would tell nobody


class Outcome(StrEnum):
    """Certain, waiting for data, barred by an exclusion alone, or nothing of these."""

    LISTED = "listed"
    NEEDS_DATA = "needs_data"
    EXCLUDED = "excluded"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rule says of one subject, in fen; the missing facts; the exclusions that hold."""

    outcome: Outcome
    fen: Fen | None = None
    missing: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()


def matcher_for(terms: Terms, code: str) -> Matcher:
    """One item's matcher, with the others of its group: of a group only the highest is paid."""
    group = next(one.item.group for one in terms.offers if one.code == code)
    wanted = tuple(one for one in terms.offers if one.code == code or (group and one.item.group == group))
    return Matcher(Terms(terms.as_of, wanted, (), terms.policies))


def judge(matcher: Matcher, code: str, values: Mapping[str, object]) -> Judgement:
    """What an item is for one subject. Raises WrongValue."""
    match = next(one for one in matcher.match(values) if one.offer.code == code)
    return judgement(match)


def judgement(match: Match) -> Judgement:
    """A match as a list takes it: what another of its group outdoes is not on this one."""
    if match.verdict:
        return Judgement(Outcome.NOT) if match.outdone_by else Judgement(Outcome.LISTED, match.amount)
    if match.verdict is None:
        missing = match.missing
        near = bool(missing) and len(missing) <= MOST_MISSING
        return Judgement(Outcome.NEEDS_DATA if near else Outcome.NOT, None, missing)
    barred = match.excluded_by
    if barred and not match.fails:
        return Judgement(Outcome.EXCLUDED, None, (), barred)
    return Judgement(Outcome.NOT, None, (), barred, match.fails)


def sampled(batch: uuid.UUID, awards: Iterable[uuid.UUID], many: int) -> list[uuid.UUID]:
    """So many of the awards, drawn so that nobody can choose and everybody can draw again: by the digest of both ids."""
    return sorted(awards, key=lambda one: hashlib.sha256(batch.bytes + one.bytes).digest())[:many]


def shares_of(fen: Fen, funders: Mapping[str, int], lines: Mapping[str, uuid.UUID]) -> dict[uuid.UUID, Fen]:
    """An amount split among the levels that fund it, to the fen, as amounts of budget lines. Raises BadShares.

    `lines` gives for each level the line that bears its part; levels may share a line.
    """
    found: dict[uuid.UUID, Fen] = {}
    for level, part in split(fen, {level: weight for level, weight in funders.items() if weight}).items():
        if part:
            found[lines[level]] = found.get(lines[level], 0) + part
    return found


def in_reach(
    wanted: Sequence[tuple[uuid.UUID, Mapping[uuid.UUID, Fen]]], free: Mapping[uuid.UUID, Fen], short: str
) -> dict[uuid.UUID, dict[uuid.UUID, Fen]]:
    """What each award (in the order given) gets of what the lines have left; an award that gets nothing is left out.

    `short` is what the fund says of too little: `pro_rata` gives everybody the same part of each line, `first_come`
    the whole to the first. With `refuse` nobody gets anything unless all do.
    """
    if short == "pro_rata":
        granted: dict[uuid.UUID, dict[uuid.UUID, Fen]] = {award: {} for award, _ in wanted}
        for line in sorted({line for _, parts in wanted for line in parts}):
            claims = [Claim(str(award), parts[line]) for award, parts in wanted if line in parts]
            for key, fen in in_proportion(free.get(line, 0), claims).items():
                if fen:
                    granted[uuid.UUID(key)][line] = fen
        return {award: parts for award, parts in granted.items() if parts}
    left = dict(free)
    given: dict[uuid.UUID, dict[uuid.UUID, Fen]] = {}
    for award, parts in wanted:
        if all(left.get(line, 0) >= fen for line, fen in parts.items()):
            given[award] = dict(parts)
            for line, fen in parts.items():
                left[line] -= fen
    return given if short != "refuse" or len(given) == len(wanted) else {}
