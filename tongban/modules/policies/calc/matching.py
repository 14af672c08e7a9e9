"""One subject against everything offered: verdict, amount, every condition explained, what is missing. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from tongban.foundation.criteria.compiling import Explained, compile_rules
from tongban.foundation.criteria.evaluation import Condition as Part
from tongban.foundation.criteria.evaluation import Reader, Verdict
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Atom,
    Constant,
    Exact,
    Fact,
    Tree,
    atoms,
    facts_of,
    values_of,
)
from tongban.foundation.money import Fen
from tongban.modules.policies.calc.amounts import facts_in, missing_of, reckon
from tongban.modules.policies.calc.terms import Offer, Requirement, Role, Terms


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement and what the data say of it: False where the applicant is on the wrong side; and of each condition."""

    requirement: Requirement
    verdict: Verdict
    parts: tuple[Part, ...]


@dataclass(slots=True)  # made a hundred at a time: a frozen one takes three times as long
class Match:
    """An item for one subject. `verdict` None: data are needed to decide or to reckon, and `missing` says which.

    `amount` is what a yes comes to. `outdone_by` names the item of the same group that pays more. `verdicts` are those
    of the offer's requirements, in their order.
    """

    offer: Offer
    verdict: Verdict
    amount: Fen | None
    verdicts: tuple[Verdict, ...]
    explained: "Explanation"
    outdone_by: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are needed: to decide, or where all conditions hold, to reckon. Without them nothing changes."""
        if self.verdict is not None:
            return ()
        pairs = zip(self.offer.requirements, self.verdicts, strict=True)
        needs = [
            name for one, verdict in pairs if verdict is None for name in self.explained.needs(one.tree)[1]
        ]
        return tuple(dict.fromkeys(needs)) or missing_of(self.offer.amount, self.explained.known)

    @property
    def fails(self) -> tuple[str, ...]:
        """The conditions that do not hold, and `once` where it was received already."""
        return tuple(one.id for one in self._against() if one.role is not Role.EXCLUSION)

    @property
    def excluded_by(self) -> tuple[str, ...]:
        """The exclusions that hold, as set.rule."""
        return tuple(one.id for one in self._against() if one.role is Role.EXCLUSION)

    def _against(self) -> Iterable[Requirement]:
        pairs = zip(self.offer.requirements, self.verdicts, strict=True)
        return (one for one, verdict in pairs if verdict is False)

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Every requirement with its conditions: value, threshold, what is missing."""
        pairs = zip(self.offer.requirements, self.verdicts, strict=True)
        return tuple(Judged(one, verdict, self.explained.of(one.tree)) for one, verdict in pairs)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the data of one subject say of every distinct condition."""

    known: Mapping[str, Exact | None]
    places: Mapping[Atom, int]
    shown: list[Explained]

    def of(self, tree: Tree) -> tuple[Part, ...]:
        """The conditions of a rule, in the order written."""
        return tuple(self._part(atom) for atom in atoms(tree))

    def _part(self, atom: Atom) -> Part:
        verdict, value, threshold, missing = self.shown[self.places[atom]]
        facts = dict.fromkeys(fact.name for one in values_of(atom) for fact in facts_of(one))
        return Part(str(atom), verdict, value, threshold, missing, values_of(atom)[0].type, tuple(facts))

    def needs(self, tree: Tree) -> tuple[Verdict, list[str]]:
        """The verdict of a rule, and the missing facts that could change it."""
        if isinstance(tree, Constant):
            return tree.value, []
        if not isinstance(tree, All | Any):
            verdict = self.shown[self.places[tree]][0]
            if verdict is not None:
                return verdict, []
            facts = (fact.name for value in values_of(tree) for fact in facts_of(value))
            return None, [name for name in facts if self.known[name] is None]
        decisive = isinstance(tree, Any)
        found = [self.needs(part) for part in tree.parts]
        verdicts = [verdict for verdict, _ in found]
        if decisive in verdicts:
            return decisive, []
        # A part that is decided needs nothing.
        return (None if None in verdicts else not decisive), [name for _, names in found for name in names]


class Matcher:
    """Everything offered on a day, compiled once for any number of subjects."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        rules: dict[Tree, int] = {}
        for offer in terms.offers:
            for one in offer.requirements:
                rules.setdefault(one.tree, len(rules))
        self._program = compile_rules(list(rules))
        self._places = {atom: place for place, atom in enumerate(self._program.atoms)}
        self._rules = [_picker([rules[one.tree] for one in offer.requirements]) for offer in terms.offers]
        self._reader = Reader(facts_asked(terms.offers).values())

    def match(self, profile: Mapping[str, object]) -> list[Match]:
        """Every offer for one subject, in the order of the policies; absent and None are not known. Raises WrongValue."""
        known = self._reader.exact(profile)
        verdicts, shown = self._program.explain(known)
        explained = Explanation(known, self._places, shown)
        pairs = zip(self.terms.offers, self._rules, strict=True)
        return _groups([_match(offer, rules(verdicts), explained) for offer, rules in pairs])


def _match(offer: Offer, verdicts: tuple[Verdict, ...], explained: Explanation) -> Match:
    if False in verdicts:
        return Match(offer, verdict=False, amount=None, verdicts=verdicts, explained=explained)
    if None in verdicts:
        return Match(offer, None, None, verdicts, explained)
    amount = reckon(offer.amount, explained.known)
    # Whoever fulfils everything but has no amount yet cannot be paid: that too waits for data.
    return Match(offer, None if amount is None else True, amount, verdicts, explained)


def _picker(places: Sequence[int]) -> Callable[[list[Verdict]], tuple[Verdict, ...]]:
    """What takes the verdicts at some places out of all."""
    if len(places) < 2:
        return lambda verdicts: tuple(verdicts[place] for place in places)
    return itemgetter(*places)


def facts_asked(offers: Iterable[Offer]) -> dict[str, Fact]:
    """Every fact that the offers read, by name."""
    found: dict[str, Fact] = {}
    for one in offers:
        for requirement in one.requirements:
            for atom in atoms(requirement.tree):
                found |= {fact.name: fact for value in values_of(atom) for fact in facts_of(value)}
        found |= facts_in(one.amount)
    return found


def _groups(matches: list[Match]) -> list[Match]:
    """Of one group only the highest is paid; of equal ones the first."""
    best: dict[str, Match] = {}
    for one in matches:
        group = one.offer.item.group
        if group and one.amount is not None and (group not in best or one.amount > (best[group].amount or 0)):
            best[group] = one
    for one in matches:
        if one.amount is not None and (highest := best.get(one.offer.item.group, one)) is not one:
            one.outdone_by = highest.offer.code
    return matches
