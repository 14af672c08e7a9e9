import datetime as dt
import itertools
import sqlite3
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.foundation.criteria import Condition, FactType, Outcome, WrongValue, parse

FACTS = {
    "person.age": FactType.INT,
    "person.name": FactType.TEXT,
    "person.local": FactType.BOOL,
    "person.born": FactType.DATE,
    "person.tags": FactType.LIST,
    "org.revenue": FactType.MONEY,
    "org.spent": FactType.MONEY,
    "org.ratio": FactType.DECIMAL,
}


def evaluate(text: str, **values: object) -> Outcome:
    """Evaluate with facts given by name, the dot written as two underscores."""
    return parse(text, FACTS).evaluate({name.replace("__", "."): value for name, value in values.items()})


def test_an_outcome_explains_every_condition() -> None:
    outcome = evaluate(
        "person.age >= 80 AND person.local AND org.spent >= 0.07 * org.revenue",
        person__age=79,
        org__revenue=1000_00,
    )
    assert outcome == Outcome(
        verdict=False,
        conditions=(
            Condition("person.age >= 80", False, 79, 80, None, FactType.INT, ("person.age",)),
            Condition("person.local", None, None, True, "person.local", FactType.BOOL, ("person.local",)),
            Condition(
                "org.spent >= (0.07 * org.revenue)",
                None,
                None,
                Fraction(70_00),
                "org.spent",
                FactType.MONEY,
                ("org.spent", "org.revenue"),
            ),
        ),
        needs=(),  # nothing that is missing could change a no
    )


@pytest.mark.parametrize(
    ("text", "verdict", "needs"),
    [
        ("person.age > 1 AND person.local", None, ("person.age", "person.local")),
        ("person.age > 1 OR person.local", None, ("person.age", "person.local")),
        ("org.spent = 0 AND person.local", None, ("person.local",)),
        ("org.spent = 1 AND person.local", False, ()),
        ("org.spent = 0 OR person.local", True, ()),
        ("org.spent = 1 OR person.local", None, ("person.local",)),
        ("(org.spent = 1 AND person.local) OR person.age > 1", None, ("person.age",)),
        ("NOT person.local", None, ("person.local",)),
        ("person.age > 1 OR person.age <= 1", None, ("person.age",)),
        ("person.age * 0 = 0", None, ("person.age",)),
        ("person.age IS NULL", True, ()),
        ("org.spent IS NULL", False, ()),
        ("person.age IS NULL OR person.local", True, ()),
        ("person.age NOT IN (1, 2)", None, ("person.age",)),
        ("NOT contains(person.tags, 'a')", None, ("person.tags",)),
        ("TRUE OR person.local", True, ()),
    ],
)
def test_what_is_not_known_is_neither_yes_nor_no(
    text: str, verdict: bool | None, needs: tuple[str, ...]
) -> None:
    outcome = evaluate(text, org__spent=0)
    assert (outcome.verdict, outcome.needs) == (verdict, needs)
    # None and absence are the same.
    assert evaluate(text, org__spent=0, person__age=None, person__local=None) == outcome


@pytest.mark.parametrize(
    ("first", "second", "conjunction", "disjunction"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_kleene(
    first: bool | None, second: bool | None, conjunction: bool | None, disjunction: bool | None
) -> None:
    facts = {"a.x": FactType.BOOL, "a.y": FactType.BOOL}
    for x, y in ((first, second), (second, first)):
        values = {"a.x": x, "a.y": y}
        assert parse("a.x AND a.y", facts).evaluate(values).verdict is conjunction
        assert parse("a.x OR a.y", facts).evaluate(values).verdict is disjunction


class TestExactness:
    def test_a_threshold_met_exactly_is_met(self) -> None:
        # 0.07 * 1,100.00 is 77.00000000000001 in binary fractions, and 77.00 was refused.
        assert 0.07 * 110000 > 7700
        assert (
            evaluate("org.spent >= 0.07 * org.revenue", org__spent=7700, org__revenue=110000).verdict is True
        )

    @given(st.integers(1, 99), st.integers(1, 10**12))
    def test_every_threshold_of_whole_per_cents_is_met_exactly(self, per_cent: int, hundreds: int) -> None:
        text = f"org.spent >= 0.{per_cent:02} * org.revenue"
        revenue, spent = hundreds * 100, hundreds * per_cent
        assert evaluate(text, org__spent=spent, org__revenue=revenue).verdict is True
        assert evaluate(text, org__spent=spent - 1, org__revenue=revenue).verdict is False

    def test_a_capped_amount_is_unknown_while_its_base_is(self) -> None:
        # SQL's LEAST would pay the limit.
        assert evaluate("cap(org.spent * 0.1, 50000) >= 50000").verdict is None
        assert evaluate("cap(org.spent * 0.1, 50000) >= 50000", org__spent=600_000).verdict is True
        assert evaluate("cap(org.spent * 0.1, 50000) >= 50000", org__spent=499_999).verdict is False

    def test_decimals_are_exact_however_they_are_stored(self) -> None:
        for value in (Decimal("0.1"), "0.1", Fraction(1, 10)):
            assert evaluate("org.ratio + 0.2 = 0.3", org__ratio=value).verdict is True
        assert evaluate("org.ratio = 2", org__ratio=2).verdict is True


@pytest.mark.parametrize(
    ("text", "values", "verdict"),
    [
        ("person.name = '陈'", {"person__name": "陈"}, True),
        ("person.name <> ''", {"person__name": ""}, False),
        ("person.name IN ('a', 'b')", {"person__name": "b"}, True),
        ("person.name NOT IN ('a', 'b')", {"person__name": "b"}, False),
        ("contains(person.tags, 'a')", {"person__tags": ["b", "a"]}, True),
        ("contains(person.tags, 'a')", {"person__tags": []}, False),
        ("person.born BETWEEN DATE '1946-01-01' AND DATE '1946-12-31'", {"person__born": "1946-12-31"}, True),
        ("person.born < DATE '1946-01-01'", {"person__born": dt.date(1946, 1, 1)}, False),
        ("person.age NOT BETWEEN 1 AND 3", {"person__age": 3}, False),
        ("person.local = FALSE", {"person__local": False}, True),
        ("person.age - 1 < 0 - 5", {"person__age": -5}, True),
    ],
)
def test_values_of_every_type(text: str, values: dict[str, object], verdict: bool) -> None:
    assert evaluate(text, **values).verdict is verdict


def test_one_end_of_a_range_can_decide_it() -> None:
    facts = {"a.x": FactType.INT, "a.low": FactType.INT, "a.high": FactType.INT}
    rule = parse("a.x BETWEEN a.low AND a.high", facts)
    assert rule.evaluate({"a.x": 1, "a.low": 2}).verdict is False
    assert rule.evaluate({"a.x": 3, "a.low": 2}).needs == ("a.high",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person.age", 1.0),
        ("person.age", True),
        ("person.age", "1"),
        ("org.spent", 1.5),
        ("org.spent", Decimal(1)),
        ("org.ratio", 0.1),
        ("org.ratio", True),
        ("org.ratio", "1e5"),
        ("org.ratio", Decimal("NaN")),
        ("org.ratio", "x"),
        ("person.name", 1),
        ("person.local", 1),
        ("person.local", "true"),
        ("person.born", "2026-02-30"),
        ("person.born", "20260201"),
        ("person.born", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        ("person.tags", "a"),
        ("person.tags", [1]),
    ],
)
def test_a_value_of_another_type_is_refused_and_not_converted(name: str, value: object) -> None:
    rule = parse(f"{name} IS NOT NULL", FACTS)
    with pytest.raises(WrongValue) as caught:
        rule.evaluate({name: value})
    assert caught.value.about == name


# Any criterion over a few facts of small values, so that all of them can be tried, against SQLite as a second opinion.
NUMBERS = st.recursive(
    st.sampled_from(["t.x", "t.y", "t.z", "0", "1", "2", "-1"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
    max_leaves=4,
)
OPERATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
ATOMS = st.one_of(
    st.builds("{} {} {}".format, NUMBERS, OPERATORS, NUMBERS),
    st.builds("{} BETWEEN {} AND {}".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("{} NOT BETWEEN {} AND {}".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("{} IN (0, 1)".format, NUMBERS),
    st.builds("{} NOT IN (1, -1)".format, NUMBERS),
    st.sampled_from(["t.x IS NULL", "t.y IS NOT NULL", "t.b", "t.b = TRUE", "t.b <> FALSE", "TRUE", "FALSE"]),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
        st.builds("{} AND {} OR NOT {}".format, inner, inner, inner),
    ),
    max_leaves=6,
)
T_FACTS = {"t.x": FactType.INT, "t.y": FactType.INT, "t.z": FactType.INT, "t.b": FactType.BOOL}
SUBJECTS = [
    dict(zip(T_FACTS, values, strict=True))
    for values in itertools.product((None, 0, 1), (None, -1, 2), (None, 1), (None, False, True))
]


@settings(max_examples=150, deadline=None)
@given(RULES)
def test_the_verdict_is_that_of_a_database(text: str) -> None:
    rule = parse(text, T_FACTS)
    with_every_value = sqlite3.connect(":memory:")
    rows = ", ".join(
        "(" + ", ".join("NULL" if value is None else str(int(value)) for value in subject.values()) + ")"
        for subject in SUBJECTS
    )
    with_every_value.execute("CREATE TABLE t (x, y, z, b)")
    with_every_value.execute(f"INSERT INTO t VALUES {rows}")
    asked = with_every_value.execute(f"SELECT ({text}) FROM t ORDER BY rowid").fetchall()
    with_every_value.close()
    expected = [None if verdict is None else bool(verdict) for (verdict,) in asked]
    assert [rule.evaluate(subject).verdict for subject in SUBJECTS] == expected


@settings(max_examples=150, deadline=None)
@given(RULES)
def test_what_is_needed_decides_and_nothing_else_is_asked(text: str) -> None:
    rule = parse(text, T_FACTS)
    for subject in SUBJECTS:
        outcome = rule.evaluate(subject)
        assert bool(outcome.needs) == (outcome.verdict is None)
        assert all(subject[name] is None for name in outcome.needs)
        if outcome.needs and "NULL" not in text:
            # With everything that is needed the rule is decided, whatever else is missing.
            known = subject | dict.fromkeys(outcome.needs, 1)
            known |= {"t.b": True} if "t.b" in outcome.needs else {}
            assert rule.evaluate(known).verdict is not None
            # What is not asked for makes no difference.
            others = [name for name in rule.facts if subject[name] is None and name not in outcome.needs]
            filled = subject | {name: name == "t.b" or 1 for name in others}
            assert rule.evaluate(filled).verdict is None
        for condition in outcome.conditions:
            assert (condition.missing is None) == (condition.verdict is not None)
