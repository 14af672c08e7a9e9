"""Many rules over one subject as one generated function: each distinct condition once, explained, for every rule.

The text that is run is made here from the typed tree alone: names are `f0`, `a0`, `c0`, every written value is a
constant that is bound to a name, so nothing that somebody wrote stands in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from tongban.foundation.criteria.evaluation import Verdict, exact
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Atom,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Exact,
    Fact,
    Holds,
    Literal,
    Missing,
    Tree,
    Value,
    Within,
    atoms,
    facts_of,
    values_of,
)

Threshold = Exact | tuple[Exact | None, ...] | None
Explained = tuple[Verdict, Exact | None, Threshold, str | None]
"""Of one condition: verdict (None: unknown), value, threshold, and the first fact that is missing."""

_OPERATORS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Program:
    """Rules that were compiled together.

    `atoms` are the distinct conditions; `of_rule` has for each rule the places of its conditions in them, in the
    order written.
    """

    atoms: tuple[Atom, ...]
    of_rule: tuple[tuple[int, ...], ...]
    facts: tuple[Fact, ...]
    text: str
    _run: Callable[[Mapping[str, Exact | None]], tuple[list[Verdict], list[Explained]]]
    _decide: Callable[[Mapping[str, Exact | None]], list[Verdict]]

    def known(self, values: Mapping[str, object]) -> dict[str, Exact | None]:
        """The stored values of one subject, exact, as `explain` and `decide` take them. Raises WrongValue."""
        return exact(self.facts, values)

    def explain(self, known: Mapping[str, Exact | None]) -> tuple[list[Verdict], list[Explained]]:
        """The verdict of each rule, and what the data say of each distinct condition."""
        return self._run(known)

    def decide(self, known: Mapping[str, Exact | None]) -> list[Verdict]:
        """The verdict of each rule, without explanations."""
        return self._decide(known)


def compile_rules(rules: Sequence[Tree]) -> Program:
    """One program for all rules; equal conditions and equal parts of rules are evaluated once."""
    writer = _Writer()
    verdicts = [writer.tree(rule) for rule in rules]
    places = {atom: i for i, atom in enumerate(writer.atoms)}
    of_rule = tuple(tuple(places[atom] for atom in atoms(rule)) for rule in rules)
    lists = f"[{', '.join(verdicts)}]"
    shown = f"[{', '.join(f'(a{i}, {text})' for i, text in enumerate(writer.shown))}]"
    body = "\n    ".join([*writer.loading(), *writer.lines])
    text = (
        f"def explain(k):\n    {body}\n    return {lists}, {shown}\n\n"
        f"def decide(k):\n    {body}\n    return {lists}\n"
    )
    made: dict[str, Anything] = {**writer.constants, "__builtins__": {"min": min}}
    exec(compile(text, "<criteria>", "exec"), made)  # noqa: S102 - the text is made of our own names only, see above
    facts = tuple(writer.facts.values())
    return Program(tuple(writer.atoms), of_rule, facts, text, made["explain"], made["decide"])


class _Writer:
    """Collects the lines of a program; equal parts get one name."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self.constants: dict[str, Anything] = {}
        self.atoms: list[Atom] = []
        self.shown: list[str] = []  # value, threshold, missing of each atom
        self.lines: list[str] = []
        self._names: dict[object, str] = {}
        self._variables: dict[str, str] = {}
        self._called: dict[str, str] = {}

    def loading(self) -> list[str]:
        """Lines that take the facts out of the subject's values."""
        return [f"f{i} = k[{name!r}]" for i, name in enumerate(self.facts)]

    def tree(self, tree: Tree) -> str:
        """The name of a tree's verdict."""
        if isinstance(tree, Constant):
            return repr(tree.value)
        name = self._names.get(tree)
        if name is None:
            name = self._joined(tree) if isinstance(tree, All | Any) else self._atom(tree)
            self._names[tree] = name
        return name

    def _joined(self, tree: All | Any) -> str:
        parts = list(dict.fromkeys(self.tree(part) for part in tree.parts))
        decisive = isinstance(tree, Any)
        name = f"t{len(self._names)}"
        decided = " or ".join(f"{part} is {decisive}" for part in parts)
        unknown = " or ".join(f"{part} is None" for part in parts)
        # Kleene: one false part decides AND and one true part decides OR, whatever is unknown.
        self.lines.append(f"{name} = {decisive} if {decided} else None if {unknown} else {not decisive}")
        return name

    def _atom(self, atom: Atom) -> str:
        name = f"a{len(self.atoms)}"
        facts = [self._fact(fact) for value in values_of(atom) for fact in facts_of(value)]
        names = list(dict.fromkeys(facts))
        if isinstance(atom, Missing):
            verdict = f"{names[0]} is {'not ' * atom.negated}None"
            shown = f"{names[0]}, None, None"
        else:
            unknown = " or ".join(f"{one} is None" for one in names) or "False"
            truth, value, threshold, alone = self._truth(atom)
            verdict = f"None if {unknown} else {truth}"
            if isinstance(atom, Between):
                verdict = truth
            missing = "None"
            for one in reversed(names):
                missing = f"{self._called[one]!r} if {one} is None else {missing}"
            if alone:
                shown = (
                    f"{value}, {threshold}, {missing if len(names) == 1 else self._if_unknown(name, missing)}"
                )
            else:
                shown = f"{value}, {threshold}, {self._if_unknown(name, missing)}"
        self.atoms.append(atom)
        self.shown.append(shown)
        self.lines.append(f"{name} = {verdict}")
        return name

    def _if_unknown(self, name: str, missing: str) -> str:
        return f"(({missing}) if {name} is None else None)"

    def _truth(self, atom: Atom) -> tuple[str, str, str, bool]:
        """The condition where everything is known; its value and threshold where they are; whether it is about one fact."""
        value = self._value(values_of(atom)[0])
        shown = self._safe(values_of(atom)[0])
        match atom:
            case Compare(op=op, right=right):
                one = isinstance(right, Literal)
                return f"{value} {_OPERATORS[op]} {self._value(right)}", shown, self._safe(right), one
            case Between(value=inner, low=low, high=high, negated=negated):
                ends = f"({self._safe(low)}, {self._safe(high)})"
                below, above = self._pair(inner, low, "<"), self._pair(inner, high, ">")
                unsure = f"None if {below} is None or {above} is None else {not negated}"
                return f"{negated} if {below} is True or {above} is True else {unsure}", shown, ends, False
            case Within(options=options, negated=negated):
                listed = tuple(option.value for option in options)
                constant = self._constant(frozenset(listed))
                return f"{value} {'not ' * negated}in {constant}", shown, self._constant(listed), True
            case Contains(option=option, negated=negated):
                written = self._constant(option.value)
                return f"{written} {'not ' * negated}in {value}", shown, written, True
            case Holds(negated=negated):
                return f"{'not ' * negated}{value}", shown, repr(not negated), True
            case Missing():
                raise AssertionError  # written where it is met

    def _pair(self, left: Value, right: Value, op: str) -> str:
        """The name of a comparison that is a part of BETWEEN."""
        name = f"b{len(self.lines)}"
        facts = [self._fact(fact) for value in (left, right) for fact in facts_of(value)]
        unknown = " or ".join(f"{one} is None" for one in dict.fromkeys(facts)) or "False"
        self.lines.append(f"{name} = None if {unknown} else {self._value(left)} {op} {self._value(right)}")
        return name

    def _safe(self, value: Value) -> str:
        """The value, None while a fact in it is not known."""
        if isinstance(value, Fact | Literal):
            return self._value(value)
        facts = dict.fromkeys(self._fact(fact) for fact in facts_of(value))
        unknown = " or ".join(f"{one} is None" for one in facts) or "False"
        return f"(None if {unknown} else {self._value(value)})"

    def _value(self, value: Value) -> str:
        match value:
            case Fact():
                return self._fact(value)
            case Literal(value=written):
                return repr(written) if type(written) in (int, bool) else self._constant(written)
            case Arithmetic(op=op, left=left, right=right):
                return f"({self._value(left)} {op} {self._value(right)})"
            case Cap(value=inner, limit=limit):
                return f"min({self._value(inner)}, {self._value(limit)})"

    def _fact(self, fact: Fact) -> str:
        if fact.name not in self.facts:
            self.facts[fact.name] = fact
            self._variables[fact.name] = f"f{len(self._variables)}"
            self._called[self._variables[fact.name]] = fact.name
        return self._variables[fact.name]

    def _constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name
