"""A synthetic city of market entities in columns: seeded, calibrated, invented. Derived values come by the rules' own code. Pure.

Proportions follow published statistics of a manufacturing city where there are any, and are guesses elsewhere; nobody in it
exists. A part of a city is made from (seed, first row), so parts can be made one by one and come out the same.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tongban.foundation.criteria import FactType, parse, parse_value
from tongban.foundation.criteria.bitmaps import Board, flags
from tongban.foundation.criteria.columns import Bools, Column, Table, Texts, both, option_column, quantity
from tongban.modules.policies.calc.definition import DeclaredFact

ENTITIES = 1_700_000
PART = 131_072  # rows of a part: a multiple of 64, so that bitmaps of parts lie side by side
# Departments answer late or not at all: on purpose every source lacks between these shares of its rows.
LACKING = (0.05, 0.10)
# Of the register and of the city's own ledger everything is known.
ALWAYS_KNOWN = {
    "org.kind",
    "org.branch",
    "org.place",
    "org.business_place",
    "org.status",
    "org.established_on",
}
UNKNOWN_LOANS = 0.55  # nobody may look into the credit file without consent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Texts of a choice and how common each is; what stands in no table is nearly always the first option.
SHARES: dict[str, dict[str, float]] = {
    "org.status": {"active": 0.90, "abnormal": 0.05, "cancelled": 0.04, "revoked": 0.01},
    "org.legal_form": {"limited": 0.93, "joint_stock": 0.004, "partnership": 0.02, "sole_proprietorship": 0.046},
    "org.foreign_kind": {"none": 0.982, "hmt": 0.013, "foreign": 0.005},
    "org.tax_grade": {"a": 0.08, "b": 0.52, "m": 0.34, "c": 0.05, "d": 0.01},
    "org.specialised": {"none": 0.98728, "innovative": 0.009, "provincial": 0.0035, "little_giant": 0.0002, "champion": 0.00002},
    "org.penalty_kind": {"none": 0.99, "environment": 0.003, "safety": 0.002, "tax": 0.003, "quality": 0.001, "labour": 0.001},
    "org.accident_36m": {"none": 0.9997, "general": 0.0002, "larger": 0.00008, "major": 0.00001, "grave": 0.00001},
}  # fmt: skip
# Divisions of GB/T 4754 that are common in such a city, with their sections.
DIVISIONS: dict[str, tuple[str, float]] = {
    "51": ("f", 0.22), "52": ("f", 0.18), "33": ("c", 0.05), "29": ("c", 0.04), "39": ("c", 0.05), "35": ("c", 0.04),
    "18": ("c", 0.03), "21": ("c", 0.015), "22": ("c", 0.015), "14": ("c", 0.005), "13": ("c", 0.003), "17": ("c", 0.002),
    "61": ("h", 0.02), "62": ("h", 0.09), "54": ("g", 0.03), "65": ("i", 0.02), "72": ("l", 0.06), "75": ("m", 0.03),
    "80": ("o", 0.06), "48": ("e", 0.03), "01": ("a", 0.01),
}  # fmt: skip
# A truth and how common it is; others 2 %.
TRUE = {"org.dishonest": 0.003, "org.abnormal": 0.05, "org.fraud_found": 0.0005, "org.changed_trade": 0.01,
        "org.moved_city": 0.005, "org.fortune_500": 0.0002, "org.tech_sme": 0.005, "org.doubling_plan": 0.001,
        "org.has_any_loan": 0.35, "org.loan_bank_listed": 0.7, "org.converted": 0.01}  # fmt: skip
# Of money and counts that only few have: how many have any, and the middle (fen; pieces).
FEW: dict[str, tuple[float, float]] = {
    "org.equipment_bought": (0.004, 1.5e8), "org.exports_usd": (0.03, 3e7), "org.imports_usd": (0.02, 2e7),
    "org.biggest_penalty_24m": (0.01, 2e6), "org.project_total": (0.0006, 5e9), "org.foreign_capital_usd": (0.0008, 1e8),
    "org.patents": (0.02, 6), "org.patents_granted_y0": (0.01, 3), "org.graduates_hired": (0.03, 2),
}  # fmt: skip
# What follows from other facts, as a rule would say it: the same code reckons it.
DERIVED = {
    "org.new_fiscal": "0 - cap(org.tax_paid_y1 - org.tax_paid_y0, 0)",
    "org.sales_y0": "org.revenue_y0 + org.vat_y0",
    "org.sales_y1": "org.revenue_y1 + org.vat_y1",
}
SIZES = [
    ("large", "org.insured_staff >= 1000 AND org.revenue_y0 >= 4000000000"),
    ("medium", "org.insured_staff >= 300 AND org.revenue_y0 >= 200000000"),
    ("small", "org.insured_staff >= 20 AND org.revenue_y0 >= 30000000"),
]


@dataclass(frozen=True)
class Plan:
    """What city to make: whom, when, with which facts, in which towns (code → weight), and the items awarded before."""

    rows: int
    as_of: dt.date
    facts: Mapping[str, DeclaredFact]
    towns: Mapping[str, float]
    awarded: Sequence[str] = ()
    seed: int = 20260601
    texts: Texts = field(default_factory=Texts)

    def parts(self) -> list[tuple[int, int]]:
        """The first row and the number of rows of each part."""
        return [(start, min(PART, self.rows - start)) for start in range(0, self.rows, PART)]


def make_part(plan: Plan, start: int, rows: int) -> Table:
    """The rows of one part; codes of texts are those of the plan."""
    return _Maker(plan, start, rows).table()


class _Maker:
    def __init__(self, plan: Plan, start: int, rows: int) -> None:
        self.plan = plan
        self.rows = rows
        self.dice = np.random.default_rng([plan.seed, start])
        self.columns: dict[str, Column] = {}
        self.lacking = {
            source: self.dice.random(rows) >= self.dice.uniform(*LACKING)
            for source in sorted({fact.source for fact in plan.facts.values()})
        }

    def table(self) -> Table:
        """All facts of the plan."""
        self._registered()
        self._turnover()
        for name, fact in self.plan.facts.items():
            if name not in self.columns and name not in DERIVED and name != "org.size":
                self._other(name, fact)
        self._derive()
        self._awards()
        wanted = {
            name: one
            for name, one in self.columns.items()
            if name.split("=")[0] in self.plan.facts or "=" in name
        }
        awards = {name: one for name, one in self.columns.items() if name.startswith("award.")}
        return Table(self.rows, {**wanted, **awards}, self.plan.texts)

    # ------------------------------------------------------------------------------------------------------- pieces

    def _known(self, name: str) -> Bools | None:
        fact = self.plan.facts.get(name)
        if fact is None or name in ALWAYS_KNOWN:
            return None
        known = self.lacking[fact.source]
        return known & (self.dice.random(self.rows) >= UNKNOWN_LOANS) if name == "org.has_any_loan" else known

    def _put(self, name: str, data: NDArray[np.generic], known: Bools | None = None) -> None:
        self.columns[name] = Column.of(data, self._known(name) if known is None else known)

    def _choose(self, shares: Mapping[str, float]) -> NDArray[np.int16]:
        codes = np.array([self.plan.texts.code(text) for text in shares], np.int16)
        weights = np.array(list(shares.values()))
        chosen: NDArray[np.int16] = codes[
            np.searchsorted(np.cumsum(weights / weights.sum()), self.dice.random(self.rows), "right").clip(
                max=len(codes) - 1
            )
        ]
        return chosen

    def _lognormal(self, middle: float, spread: float) -> Floats:
        return middle * np.exp(self.dice.standard_normal(self.rows) * spread)

    def _money(self, yuan_hundreds: Floats) -> Ints:
        """Whole yuan, as fen, that ten divides, so that taxes come out exact."""
        return np.minimum(yuan_hundreds, 1e12).astype(np.int64) // 1000 * 1000

    # ----------------------------------------------------------------------------------------------------- who it is

    def _registered(self) -> None:
        roll = self.dice.random(self.rows)
        self.trader = roll < 0.53
        self.company = (roll >= 0.53) & (roll < 0.97)
        branch = (roll >= 0.97) & (roll < 0.998)
        code = self.plan.texts.code
        kinds = np.where(
            self.trader,
            code("sole_trader"),
            np.where(self.company | branch, code("company"), code("cooperative")),
        )
        self._put("org.kind", kinds.astype(np.int16))
        self._put("org.branch", branch)
        towns = self._choose(self.plan.towns)
        self._put("org.place", towns)
        self._put(
            "org.business_place",
            np.where(self.dice.random(self.rows) < 0.04, self._choose(self.plan.towns), towns),
        )
        age = self._lognormal(4.5 * 365, 0.9) * np.where(self.trader, 0.67, 1)
        self._put(
            "org.established_on", (self.plan.as_of.toordinal() - age.clip(1, 40 * 365)).astype(np.int32)
        )
        division = self._choose({name: share for name, (_, share) in DIVISIONS.items()})
        sections = {code(name): code(section) for name, (section, _) in DIVISIONS.items()}
        lookup = np.zeros(max(sections) + 1, np.int16)
        lookup[list(sections)] = list(sections.values())
        self.maker = lookup[division] == code("c")
        self._put("org.industry_division", division)
        self._put("org.industry_section", lookup[division])
        self._put("org.strategic_industry", self.maker & (self.dice.random(self.rows) < 0.05))

    def _turnover(self) -> None:
        middle = np.where(self.company, 1.2e8, 2.5e7)
        revenue = self._lognormal(1, 1.6) * middle
        growth = [np.maximum(self.dice.normal(0.05, 0.25, self.rows), -1) for _ in range(2)]
        years = [
            self._money(revenue),
            self._money(revenue / (1.02 + growth[0])),
            self._money(revenue / (1.1 + growth[1])),
        ]
        taxes = self.dice.beta(2, 60, self.rows)
        for year, amount in enumerate(np.abs(years)):
            known = self._known("org.revenue_y0")
            self._put(f"org.revenue_y{year}", amount, known)
            self._put(f"org.vat_y{year}", amount // 10, known)
            self._put(
                f"org.tax_paid_y{year}",
                (amount * taxes * self.dice.uniform(0.8, 1.2, self.rows)).astype(np.int64),
            )
            self._put(f"org.output_y{year}", np.where(self.maker, amount * 98 // 100, 0))
            self._put(f"org.value_added_y{year}", np.where(self.maker, amount * 24 // 100, 0))
        big = self.maker & (years[0] >= 1_300_000_000)
        listed = big & (self.dice.random(self.rows) < 0.9)
        self._put("org.above_scale", listed)
        first = self.plan.as_of.year - 1 - self.dice.geometric(0.15, self.rows).clip(1, 20) + 1
        self._put("org.above_scale_year", np.where(listed, first, 0).astype(np.int16))
        self._put("org.started_and_listed", listed & (self.dice.random(self.rows) < 0.06))
        staff = self._lognormal(4, 1.2).clip(0, 60_000) * np.where(self.company, 1, 0.4)
        self._put("org.insured_staff", staff.astype(np.int32))
        self._put("org.insured_staff_y1", (staff * self.dice.uniform(0.8, 1.2, self.rows)).astype(np.int32))
        self._put("org.unemployment_premium", staff.astype(np.int64) * 30_000)
        self._put(
            "org.unemployment_months", np.where(self.dice.random(self.rows) < 0.85, 12, 5).astype(np.int8)
        )
        self._put("org.layoff_permille", (self.dice.beta(1, 40, self.rows) * 1000).astype(np.int16))
        share = np.where(self.dice.random(self.rows) < 0.03, self.dice.uniform(0.02, 0.09, self.rows), 0)
        spent = (years[0] * share).astype(np.int64)
        self._put("org.rd_expense_y0", spent)
        self._put("org.rd_expense_y1", (spent * self.dice.uniform(0.7, 1.1, self.rows)).astype(np.int64))
        self._put("org.rd_permille", (spent * 1000 // np.maximum(years[0], 1)).astype(np.int16))
        high = self.company & (share > 0) & (self.dice.random(self.rows) < 0.45)
        begun = self.plan.as_of.toordinal() - self.dice.integers(0, 1095, self.rows)
        for name, day in (("org.hightech_from", begun), ("org.hightech_until", begun + 1095)):
            self._put(name, np.where(high, day, 1).astype(np.int32), high)

    # ------------------------------------------------------------------------------------------------- everything else

    def _other(self, name: str, fact: DeclaredFact) -> None:
        """Facts without a figure of their own: few have any of it."""
        match fact.type:
            case FactType.BOOL:
                self._put(name, self.dice.random(self.rows) < TRUE.get(name, 0.02))
            case FactType.CHOICE:
                self._put(name, self._choose(SHARES.get(name) or _mostly_first(list(fact.options))))
            case FactType.MONEY | FactType.INT:
                some, middle = FEW.get(name, (0.002, 2e7 if fact.type is FactType.MONEY else 20))
                if name.endswith("_year"):
                    amount = np.full(self.rows, self.plan.as_of.year - 1.0) - self.dice.integers(
                        0, 4, self.rows
                    )
                else:
                    amount = self._lognormal(middle, 1.1).clip(1, 1e13)
                held = self.dice.random(self.rows) < some
                wide = np.int64 if fact.type is FactType.MONEY or middle > 1e6 else np.int32
                self._put(
                    name,
                    np.where(held, np.minimum(amount, 1e9 if wide is np.int32 else 1e13), 0).astype(wide),
                )
            case FactType.DATE:
                days = self.plan.as_of.toordinal() - self.dice.integers(0, 1460, self.rows)
                known = both(self._known(name), self.dice.random(self.rows) < 0.03)
                self._put(name, days.astype(np.int32), known)
            case FactType.LIST if name not in ("org.awards", "org.awards_year"):
                known = self._known(name)
                for option in ("rcep", "eu", "us", "belt_road", "other", ""):
                    has = self.dice.random(self.rows) < (0.01 if option else -1)
                    self._put(option_column(name, option), has, known)

    def _derive(self) -> None:
        types = dict.fromkeys(self.columns, FactType.MONEY)
        table = Table(self.rows, self.columns, self.plan.texts)
        for name, text in DERIVED.items():
            found = quantity(parse_value(text, types), table)
            self.columns[name] = Column.of(found.data, found.known)
        if "org.size" in self.plan.facts:
            types["org.insured_staff"] = FactType.INT
            rules = {size: parse(text, types).tree for size, text in SIZES}
            board = Board.of(table, rules.values())
            codes = np.full(self.rows, self.plan.texts.code("micro"), np.int16)
            known = np.ones(self.rows, np.bool_)
            for size, tree in reversed(rules.items()):
                bits = board.rule(tree)
                codes[flags(bits.sure, self.rows)] = self.plan.texts.code(size)
                known &= ~flags(bits.unknown, self.rows)
            self._put("org.size", codes, known)

    def _awards(self) -> None:
        """The ledger's facts: what was paid, for which item, ever and this year; always known."""
        for item in self.plan.awarded:
            paid = self.dice.random(self.rows) < 0.002
            self.columns[option_column("org.awards", item)] = Column(paid, None, (0, 1))
            recent = paid & (self.dice.random(self.rows) < 0.3)
            self.columns[option_column("org.awards_year", item)] = Column(recent, None, (0, 1))
            amount = np.where(paid, self.dice.integers(1, 100, self.rows) * 1_000_000, 0)
            self.columns["award." + item.replace("-", "_")] = Column.of(amount, None)
        for name in ("org.awards", "org.awards_year"):
            self.columns[option_column(name, "")] = Column(np.zeros(self.rows, np.bool_), None, (0, 1))


def _mostly_first(options: Sequence[str]) -> dict[str, float]:
    return {option: 1.0 if not i else 0.0005 / i for i, option in enumerate(options)}


def even_towns(codes: Sequence[str]) -> dict[str, float]:
    """Towns of which the first are larger: for cities whose figures are not at hand."""
    return {code: 1 / (rank + 4) for rank, code in enumerate(codes)}


def subject_of(table: Table, row: int, facts: Mapping[str, FactType]) -> dict[str, object]:
    """One row as a profile, as one subject is matched."""
    texts = {code: text for text, code in table.texts.items()}
    found: dict[str, object] = {}
    for name, kind in facts.items():
        if kind is FactType.LIST:
            named = {one: column for one, column in table.columns.items() if one.startswith(f"{name}=")}
            if named and all(one.known is None or one.known[row] for one in named.values()):
                found[name] = [one.split("=", 1)[1] for one, column in named.items() if column.data[row]]
            continue
        column = table.columns.get(name)
        if column is None or (column.known is not None and not column.known[row]):
            continue
        value = column.data[row].item()
        if kind in (FactType.TEXT, FactType.CHOICE):
            value = texts[value]
        found[name] = dt.date.fromordinal(value) if kind is FactType.DATE else value
    return found
