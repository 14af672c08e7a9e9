"""From the words of an edition to typed trees: its conditions, exclusions and amount, with their places. Pure."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, FactType, parse, parse_value
from tongban.foundation.criteria.folding import PARAMETER, folded, folded_value, number
from tongban.foundation.criteria.tree import Fact, Literal, Tree, Value, facts_of
from tongban.foundation.errors import Problem
from tongban.modules.policies.calc.amounts import (
    UNITS,
    Amount,
    Fixed,
    Highest,
    How,
    LessEarlier,
    Operator,
    PerStep,
    Pool,
    Rate,
    Rounding,
    ShareOf,
    Sum,
    Tiers,
)
from tongban.modules.policies.calc.definition import Data, Parameter, award_fact

Path = tuple[str | int, ...]
_NAMES = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_ORDERED = (FactType.INT, FactType.MONEY)


class WrongTerm(Problem):
    """A part of an edition that cannot be used; `path` says which."""

    code = "policy.wrong_term"
    status = 422
    path: Path = ()


def wrong(path: Path, en: str, todo_en: str, zh: str, todo_zh: str) -> WrongTerm:
    """The fault as something to raise."""
    problem = WrongTerm(sentence_en=en, sentence_zh=zh, todo_en=todo_en, todo_zh=todo_zh)
    problem.path = path
    return problem


@dataclass
class Reader:
    """Reads rules and values with the facts declared and the edition's parameters; CURRENT_DATE is `today`.

    `folding` puts the parameters' numbers in their place. `keep` takes faults; without it they are raised.
    """

    facts: Mapping[str, FactType]
    parameters: Mapping[str, Parameter]
    today: dt.date
    folding: bool = True
    keep: Callable[[WrongTerm], None] | None = None
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        given = {PARAMETER + name: one for name, one in self.parameters.items()}
        self._names = {**self.facts, **{name: one.type for name, one in given.items()}}
        self._numbers = {name: number(one.value, one.type) for name, one in given.items()}

    def rule(self, written: str, path: Path) -> Tree | None:
        """The tree of a rule; None, with a fault kept, where it cannot be read."""
        try:
            criterion = parse(written, self._names, today=self.today)
        except CriteriaProblem as problem:
            for fault in problem.faults:
                self._fault(wrong(path, fault.text("en"), "", fault.text("zh"), ""))
            return None
        self.used.update(criterion.facts)
        return folded(criterion.tree, self._numbers) if self.folding else criterion.tree

    def value(self, written: object, path: Path, *kinds: FactType) -> Value:
        """A number or the value part of a rule, of one of the types; a stand-in, with a fault kept, else."""
        if isinstance(written, int):
            return Literal(written, FactType.INT, bare=True)
        try:
            value = parse_value(str(written), self._names, today=self.today)
        except CriteriaProblem as problem:
            self._fault(wrong(path, problem.sentence_en, "", problem.sentence_zh, ""))
            return Literal(0, FactType.INT, bare=True)
        self.used.update(fact.name for fact in facts_of(value))
        if "." in _NAMES.sub("", str(written)):
            self.fault(
                path,
                "an amount is reckoned in whole numbers",
                "Use percent or permille",
                "金额只用整数计算",
                "请用 percent 或 permille",
            )
        elif value.type not in kinds:
            allowed = " / ".join(kinds)
            self._fault(
                wrong(
                    path,
                    f"{value} is of type {value.type}",
                    f"Write a value of type {allowed}",
                    f"{value} 的类型是 {value.type}",
                    f"应为 {allowed}",
                )
            )
        return folded_value(value, self._numbers) if self.folding else value

    def fault(self, path: Path, en: str, todo_en: str, zh: str, todo_zh: str) -> None:
        """Keep a fault."""
        self._fault(wrong(path, en, todo_en, zh, todo_zh))

    def _fault(self, problem: WrongTerm) -> None:
        if self.keep is None:
            raise problem
        self.keep(problem)

    # -------------------------------------------------------------------------------------------------- amounts

    def amount(self, data: Data, path: Path) -> Amount:
        """The tree of an amount."""
        operator = next(key for key in data if key not in ("when", "round"))
        rounding = data.get("round", {})
        when = self.rule(data["when"], (*path, "when")) if "when" in data else None
        return Amount(
            _OPERATORS[operator](self, data[operator], (*path, operator)),
            Rounding(UNITS[rounding.get("to", "yuan")], How(rounding.get("how", "down"))),
            when,
        )

    def fen(self, data: object, path: Path) -> Value:
        """A sum in fen: money or a bare number."""
        return self.value(data, path, FactType.MONEY, FactType.INT)

    def _fixed(self, data: Any, path: Path) -> Operator:
        return Fixed(self.fen(data, path))

    def _tiers(self, data: Any, path: Path) -> Operator:
        of = self.value(data["of"], (*path, "of"), *_ORDERED)
        steps = tuple(
            (
                self.value(one["from"], (*path, "steps", i, "from"), *_ORDERED),
                self.fen(one["amount"], (*path, "steps", i, "amount")),
            )
            for i, one in enumerate(data["steps"])
        )
        begins = [begin.value for begin, _ in steps if isinstance(begin, Literal)]
        if any(isinstance(a, int) and isinstance(b, int) and a >= b for a, b in _pairs(begins)):
            self.fault(
                (*path, "steps"),
                "the steps do not rise",
                "Write the lowest first",
                "各档没有从低到高",
                "请从低到高排列",
            )
        return Tiers(of, steps)

    def _rate(self, data: Any, path: Path) -> Operator:
        per = "percent" if "percent" in data else "permille"
        return Rate(
            self.fen(data["of"], (*path, "of")),
            self.value(data[per], (*path, per), FactType.INT),
            100 if per == "percent" else 1000,
            self.fen(data["floor"], (*path, "floor")) if "floor" in data else None,
            self.fen(data["cap"], (*path, "cap")) if "cap" in data else None,
        )

    def _per_step(self, data: Any, path: Path) -> Operator:
        step = self.value(data["step"], (*path, "step"), FactType.INT, FactType.MONEY)
        if self.folding and not (
            isinstance(step, Literal) and isinstance(step.value, int) and step.value > 0
        ):
            self.fault(
                (*path, "step"),
                "the step is not a fixed number above 0",
                "Write a number or a parameter",
                "步长不是大于 0 的固定数",
                "请写数字或参数",
            )
        return PerStep(
            self.value(data["of"], (*path, "of"), FactType.INT, FactType.MONEY),
            self.value(data["above"], (*path, "above"), FactType.INT, FactType.MONEY),
            step,
            self.fen(data["amount"], (*path, "amount")),
            self.fen(data["cap"], (*path, "cap")) if "cap" in data else None,
        )

    def _sum(self, data: Any, path: Path) -> Operator:
        return Sum(tuple(self.amount(one, (*path, i)) for i, one in enumerate(data)))

    def _highest(self, data: Any, path: Path) -> Operator:
        return Highest(tuple(self.amount(one, (*path, i)) for i, one in enumerate(data)))

    def _less_earlier(self, data: Any, path: Path) -> Operator:
        paid = [self._paid(code, (*path, "items", i)) for i, code in enumerate(data["items"])]
        return LessEarlier(self.amount(data["amount"], (*path, "amount")), tuple(paid))

    def _share_of(self, data: Any, path: Path) -> Operator:
        percent = self.value(data["percent"], (*path, "percent"), FactType.INT)
        return ShareOf(self._paid(data["item"], (*path, "item")), percent)

    def _pool(self, data: Any, path: Path) -> Operator:
        return Pool(data["fund"], self.amount(data["amount"], (*path, "amount")))

    def _paid(self, code: str, path: Path) -> Fact:
        fact = award_fact(code)
        self.used.add(fact)
        if fact not in self.facts:
            self.fault(
                path,
                f"there is no subsidy item '{code}'",
                "Correct the code",
                f"没有补贴项目“{code}”",
                "请改正编码",
            )
        return Fact(fact, FactType.MONEY)


_OPERATORS: dict[str, Callable[[Reader, Any, Path], Operator]] = {
    "fixed": Reader._fixed,
    "tiers": Reader._tiers,
    "rate": Reader._rate,
    "per_step": Reader._per_step,
    "sum": Reader._sum,
    "highest": Reader._highest,
    "less_earlier": Reader._less_earlier,
    "share_of": Reader._share_of,
    "pool": Reader._pool,
}


def _pairs(values: list[Any]) -> Iterator[tuple[Any, Any]]:
    return pairwise(values)
