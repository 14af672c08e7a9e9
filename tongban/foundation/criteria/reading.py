"""From text to a typed tree: screen the words, let sqlglot parse, accept only known nodes, check the types."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.criteria.checking import Checker
from tongban.foundation.criteria.evaluation import Outcome, evaluate
from tongban.foundation.criteria.faults import CriteriaProblem, FaultError
from tongban.foundation.criteria.screening import parsed
from tongban.foundation.criteria.tree import (
    Compare,
    Contains,
    FactType,
    Literal,
    Tree,
    Value,
    Within,
    atoms,
    facts_of,
    values_of,
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A rule that was read and checked: its text, the facts it uses in the order written, its tree."""

    text: str
    facts: tuple[str, ...]
    tree: Tree

    def evaluate(self, values: Mapping[str, object]) -> Outcome:
        """The outcome for the values of one subject; absent and None are unknown. Raises WrongValue."""
        return evaluate(self.tree, values)

    def compared_texts(self) -> dict[str, frozenset[str]]:
        """For each fact the texts it is compared with, so that a pack can check them against its options."""
        found: dict[str, set[str]] = {}
        for atom in atoms(self.tree):
            if isinstance(atom, Compare | Within | Contains):
                values = values_of(atom)
                texts = {v.value for v in values if isinstance(v, Literal) and isinstance(v.value, str)}
                for fact in (fact for value in values for fact in facts_of(value)):
                    if texts:
                        found.setdefault(fact.name, set()).update(texts)
        return {name: frozenset(texts) for name, texts in found.items()}


def parse(text: str, facts: Mapping[str, FactType], *, today: dt.date | None = None) -> Criterion:
    """Read a rule over the declared facts; CURRENT_DATE becomes `today`, and is refused without it.

    Raises CriteriaProblem with every fault found.
    """
    checker = Checker(facts, today)
    tree = checker.truth(parsed(text))
    if tree is None or checker.faults:
        raise CriteriaProblem(text, checker.faults)
    names = dict.fromkeys(
        fact.name for atom in atoms(tree) for value in values_of(atom) for fact in facts_of(value)
    )
    return Criterion(text, tuple(names), tree)


def parse_value(text: str, facts: Mapping[str, FactType], *, today: dt.date | None = None) -> Value:
    """Read the value part of a rule: a fact, a number, sums and products of them, cap.

    Raises CriteriaProblem.
    """
    checker = Checker(facts, today)
    try:
        return checker.value(parsed(text))
    except FaultError as error:
        raise CriteriaProblem(text, [error.fault]) from error
