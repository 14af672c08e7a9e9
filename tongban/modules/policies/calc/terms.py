"""Items in force on a day, their rules read, numbers in the place of parameters: what everybody is matched against. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.folding import parameters_of
from tongban.foundation.criteria.tree import (
    All,
    Atom,
    Contains,
    Fact,
    Literal,
    Tree,
    atoms,
    negation,
)
from tongban.kernel.catalogue.calc.parts import Text
from tongban.modules.policies.calc.amounts import Amount
from tongban.modules.policies.calc.checking import RECEIVED
from tongban.modules.policies.calc.definition import Clause, Edition, Item, Policies, Policy
from tongban.modules.policies.calc.reading import Reader

ONCE = "once"


class Role(StrEnum):
    """What a requirement is for: to be fulfilled, to bar, or to be had only once."""

    CONDITION = "condition"
    EXCLUSION = "exclusion"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition, an exclusion or the once-only rule; `tree` is true where the applicant is on the right side."""

    role: Role
    id: str
    text: Text
    clause: Clause | None
    advice: Text | None
    tree: Tree
    parameters: Mapping[Atom, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Offer:
    """An item in one edition, as it is matched on a day."""

    policy: Policy
    item: Item
    edition: Edition
    requirements: tuple[Requirement, ...]
    amount: Amount

    @property
    def code(self) -> str:
        """The item's code."""
        return self.item.code

    @property
    def tree(self) -> Tree:
        """True where the item is granted: every requirement."""
        return All(tuple(one.tree for one in self.requirements))


@dataclass(frozen=True)
class Terms:
    """Everything offered on a day, and the items of which no edition is in force."""

    as_of: dt.date
    offers: tuple[Offer, ...]
    resting: tuple[Item, ...]
    policies: Policies

    def offer(self, code: str) -> Offer | None:
        """The offer of an item, where one is in force."""
        return next((one for one in self.offers if one.code == code), None)


def terms_on(policies: Policies, as_of: dt.date, *, audience: str = "") -> Terms:
    """What is offered on a day, to an audience or to everybody. Raises WrongTerm, for policies that were not checked."""
    offers: list[Offer] = []
    resting: list[Item] = []
    names = policies.names
    for policy in policies.policies:
        for item in policy.items:
            if audience and item.audience != audience:
                continue
            edition = item.edition_on(as_of) if policy.valid.covers(as_of) else None
            if edition is None:
                resting.append(item)
            else:
                offers.append(offer(policies, policy, item, edition, as_of, names=names))
    return Terms(as_of, tuple(offers), tuple(resting), policies)


def offer(
    policies: Policies,
    policy: Policy,
    item: Item,
    edition: Edition,
    as_of: dt.date,
    *,
    names: Mapping[str, FactType] | None = None,
) -> Offer:
    """The offer of one edition, whether it is in force that day or not."""
    reader = Reader(names or policies.names, edition.parameters, as_of)
    written = replace(reader, folding=False)
    requirements = []
    for condition in edition.conditions:
        tree = _read(reader, condition.rule)
        requirements.append(
            Requirement(
                Role.CONDITION,
                condition.id,
                condition.text,
                policy.clauses.get(condition.clause),
                condition.advice,
                tree,
                _marks(tree, _read(written, condition.rule)) if edition.parameters else {},
            )
        )
    for code in edition.exclusions:
        shared = policies.exclusions[code]
        for rule in shared.rules:
            clause = Clause(shared.code, rule.clause, shared.name)
            tree = negation(_read(reader, rule.rule))
            id = f"{code}.{rule.id}"
            requirements.append(Requirement(Role.EXCLUSION, id, rule.text, clause, None, tree, {}))
    if item.once or item.per_year:
        requirements.append(_once(item))
    return Offer(policy, item, edition, tuple(requirements), reader.amount(edition.amount, ("amount",)))


def with_parameters(one: Offer, numbers: Mapping[str, int], policies: Policies, as_of: dt.date) -> Offer:
    """The same offer with other numbers: what a slider of the laboratory does."""
    parameters = {
        name: replace(parameter, value=numbers.get(name, parameter.value))
        for name, parameter in one.edition.parameters.items()
    }
    return offer(policies, one.policy, one.item, replace(one.edition, parameters=parameters), as_of)


def _read(reader: Reader, rule: str) -> Tree:
    tree = reader.rule(rule, ())
    assert tree is not None  # a reader that keeps no faults raises them
    return tree


def _marks(tree: Tree, written: Tree) -> dict[Atom, tuple[str, ...]]:
    """For each condition in force that holds parameters: which."""
    both = zip(atoms(tree), atoms(written), strict=True)
    return {atom: names for atom, as_written in both if (names := parameters_of(as_written))}


def _once(item: Item) -> Requirement:
    fact = Fact(RECEIVED[item.audience][item.per_year], FactType.LIST)
    words = (
        Text("同一项目每年只享受一次", "Once a year only")
        if item.per_year
        else Text("同一项目只享受一次", "Once only")
    )
    tree = Contains(fact, Literal(item.code, FactType.TEXT), negated=True)
    return Requirement(Role.ONCE, ONCE, words, None, None, tree, {})
