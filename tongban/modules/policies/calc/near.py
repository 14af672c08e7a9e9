"""What would have to change: for each condition that does not hold, which fact, from what, to what. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.evaluation import Condition as Part
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Constant,
    Contains,
    Exact,
    Fact,
    Holds,
    Literal,
    Tree,
    Value,
    Within,
    atoms,
)
from tongban.modules.policies.calc.matching import Judged, Match
from tongban.modules.policies.calc.terms import Requirement, Role


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is `now` so and would have to be `to` (for `least` and `most`: at least, at most that)."""

    fact: str
    type: FactType
    now: Exact | None
    to: Exact | tuple[Exact, ...] | None
    way: str  # least, most, be, not, have, lack

    @property
    def by(self) -> int | None:
        """By how much, where it is a whole number."""
        if self.way in ("least", "most") and isinstance(self.now, int) and isinstance(self.to, int):
            return self.to - self.now
        return None


@dataclass(frozen=True, slots=True)
class Step:
    """A requirement on whose wrong side the applicant is, and the ways to the right side: one of them is enough."""

    requirement: Requirement
    ways: tuple[tuple[Change, ...], ...]


def steps_to(match: Match) -> tuple[Step, ...]:
    """What is in the way of an item: empty for a yes."""
    return tuple(Step(one.requirement, _ways(one)) for one in match.judged if one.verdict is False)


def is_near(match: Match, *, most: int = 1) -> bool:
    """Whether only so few conditions fail, none of them an exclusion or a second award."""
    failing = [
        one for one, verdict in zip(match.offer.requirements, match.verdicts, strict=True) if verdict is False
    ]
    return 0 < len(failing) <= most and all(one.role is Role.CONDITION for one in failing)


def _ways(one: Judged) -> tuple[tuple[Change, ...], ...]:
    parts = dict(zip(atoms(one.requirement.tree), one.parts, strict=True))
    return tuple(_routes(one.requirement.tree, parts))


def _routes(tree: Tree, parts: dict[Atom, Part]) -> Sequence[tuple[Change, ...]]:
    """Ways in which a rule that fails would hold; none where we cannot say."""
    if isinstance(tree, Constant):
        return [()] if tree.value else []
    if isinstance(tree, Any):
        return [way for part in tree.parts for way in _routes(part, parts)]
    if isinstance(tree, All):
        found: list[tuple[Change, ...]] = [()]
        for part in tree.parts:
            routes = _routes(part, parts)
            if not routes:
                return []
            # The first way of each part: advice to read, not a tree of all that would do.
            found = [(*before, *routes[0]) for before in found]
        return found
    judged = parts[tree]
    if judged.verdict:
        return [()]
    change = _change(tree, judged)
    return [] if change is None else [(change,)]


def _change(atom: Atom, part: Part) -> Change | None:
    match atom:
        case Compare(op=op, left=left):
            return _compared(op, left, part)
        case Between(value=Fact(name=name, type=kind), negated=False) if isinstance(part.threshold, tuple):
            low, high = part.threshold
            if part.value is None or low is None or high is None:
                return Change(name, kind, part.value, low, "least")
            below = _less(part.value, low)
            return Change(name, kind, part.value, low if below else high, "least" if below else "most")
        case Within(value=Fact(name=name, type=kind), options=options, negated=negated):
            listed = tuple(option.value for option in options)
            return Change(name, kind, part.value, listed, "not" if negated else "be")
        case Holds(value=Fact(name=name, type=kind), negated=negated):
            return Change(name, kind, part.value, not negated, "be")
        case Contains(value=Fact(name=name, type=kind), option=option, negated=negated):
            return Change(name, kind, None, option.value, "lack" if negated else "have")
    return None


def _less(one: Exact, other: Exact) -> bool:
    """Whether the first of two numbers or two days is the lesser; nothing else has a range."""
    if isinstance(one, date) and isinstance(other, date):
        return one < other
    return isinstance(one, int | Fraction) and isinstance(other, int | Fraction) and one < other


def _compared(op: str, left: Value, part: Part) -> Change | None:
    """Of `fact op threshold` and `number * fact op threshold`: how far the fact would have to go."""
    factor = 1
    if isinstance(left, Arithmetic) and left.op == "*" and isinstance(left.left, Literal):
        number = left.left.value
        if type(number) is int and number > 0:
            factor, left = number, left.right
    if not isinstance(left, Fact):
        return None
    asked, had = part.threshold, part.value
    if isinstance(asked, tuple):
        return None
    now = had // factor if isinstance(had, int) and not isinstance(had, bool) else had
    if op in ("=", "<>") or asked is None or isinstance(asked, date | str):
        way = {"=": "be", "<>": "not"}.get(op, "least" if op in (">", ">=") else "most")
        return Change(left.name, left.type, now, asked, way)
    if not isinstance(asked, int):
        return None
    if op in (">", ">="):
        return Change(
            left.name, left.type, now, (asked // factor + 1) if op == ">" else -(-asked // factor), "least"
        )
    return Change(
        left.name, left.type, now, (-(-asked // factor) - 1) if op == "<" else asked // factor, "most"
    )
