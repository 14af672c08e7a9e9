"""All ways of evaluating a rule agree: one subject, generated Python, bitmaps over columns, SQL. The interpreter is the oracle."""

import datetime as dt
from fractions import Fraction

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.foundation.criteria import FactType, parse
from tongban.foundation.criteria.bitmaps import Bits, Board, flags, packed, rows_in
from tongban.foundation.criteria.columns import OutOfRange, require_range, table_of
from tongban.foundation.criteria.compiling import compile_rules
from tongban.foundation.criteria.sql import Dialect, Layout, rule_sql
from tongban.foundation.criteria.tree import (
    All,
    Any,
    Arithmetic,
    Between,
    Cap,
    Compare,
    Constant,
    Contains,
    Fact,
    Holds,
    Literal,
    Missing,
    Tree,
    Within,
)

T = FactType
FACTS = {
    "org.a": T.MONEY,
    "org.b": T.MONEY,
    "org.n": T.INT,
    "org.m": T.INT,
    "org.kind": T.CHOICE,
    "org.place": T.TEXT,
    "org.good": T.BOOL,
    "org.bad": T.BOOL,
    "org.born": T.DATE,
    "org.tags": T.LIST,
    "org.ratio": T.DECIMAL,
}
TEXTS = ["x", "y", "it's", "a\\b"]
DAYS = [dt.date(2024, 2, 29), dt.date(2025, 1, 1), dt.date(2025, 12, 31)]
LARGE = [0, 1, 7, 99, 100, 10**12, 10**15, -(10**15)]

money = st.sampled_from(LARGE)
small = st.integers(-3, 12)
value_of = {
    T.MONEY: money,
    T.INT: small,
    T.CHOICE: st.sampled_from(TEXTS),
    T.TEXT: st.sampled_from(TEXTS),
    T.BOOL: st.booleans(),
    T.DATE: st.sampled_from(DAYS),
    T.LIST: st.lists(st.sampled_from(TEXTS), unique=True),
    T.DECIMAL: st.sampled_from(["0.5", "0.25", "-1.125", "3"]),
}
subjects = st.fixed_dictionaries({name: st.none() | value_of[kind] for name, kind in FACTS.items()})


def fact(*kinds: FactType) -> st.SearchStrategy[Fact]:
    return st.sampled_from([Fact(name, kind) for name, kind in FACTS.items() if kind in kinds])


def literal(kind: FactType) -> st.SearchStrategy[Literal]:
    if kind is T.DECIMAL:
        return st.sampled_from([Literal(Fraction(1, 2), kind), Literal(Fraction(-9, 8), kind)])
    return value_of[kind].map(lambda value: Literal(value, kind))


factor = st.integers(-2, 130).map(lambda n: Literal(n, T.INT)) | st.just(Literal(Fraction(7, 100), T.DECIMAL))


def amounts(depth: int = 2) -> st.SearchStrategy:
    leaf = fact(T.MONEY) | literal(T.MONEY)
    if not depth:
        return leaf
    below = amounts(depth - 1)
    return st.one_of(
        leaf,
        st.builds(lambda a, b: Arithmetic("*", a, b, T.MONEY), factor | fact(T.INT), below),
        st.builds(lambda op, a, b: Arithmetic(op, a, b, T.MONEY), st.sampled_from("+-"), below, below),
        st.builds(lambda a, b: Cap(a, b, T.MONEY), below, below),
    )


op = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
equal = st.sampled_from(["=", "<>"])
atoms = st.one_of(
    st.builds(Compare, op, amounts(), amounts()),
    st.builds(Compare, op, fact(T.INT), literal(T.INT)),
    st.builds(Compare, op, fact(T.DATE), literal(T.DATE)),
    st.builds(Compare, op, fact(T.DECIMAL), literal(T.DECIMAL)),
    st.builds(Compare, equal, fact(T.TEXT, T.CHOICE), fact(T.TEXT) | literal(T.TEXT)),
    st.builds(Between, amounts(1), amounts(1), amounts(1), st.booleans()),
    st.builds(
        Within, fact(T.CHOICE), st.lists(literal(T.CHOICE), min_size=1, max_size=3).map(tuple), st.booleans()
    ),
    st.builds(
        Within, fact(T.INT), st.lists(literal(T.INT), min_size=1, max_size=3).map(tuple), st.booleans()
    ),
    st.builds(Missing, fact(*FactType), st.booleans()),
    st.builds(Holds, fact(T.BOOL), st.booleans()),
    st.builds(Contains, fact(T.LIST), literal(T.TEXT), st.booleans()),
)
trees = st.recursive(
    atoms | st.booleans().map(Constant),
    lambda below: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([All, Any]),
        st.lists(below, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


def by_bitmaps(rules: list[Tree], values: list[dict]) -> list[list[bool | None]]:
    board = Board.of(table_of(values, FACTS), rules)
    return [_verdicts(board.rule(rule), len(values)) for rule in rules]


def _verdicts(bits: Bits, rows: int) -> list[bool | None]:
    sure, possible = flags(bits.sure, rows), flags(bits.possible, rows)
    assert rows_in(bits.possible).tolist() == [i for i in range(rows) if possible[i]], "bits beyond the rows"
    return [True if a else None if b else False for a, b in zip(sure, possible, strict=True)]


def by_duckdb(rules: list[Tree], values: list[dict]) -> list[list[bool | None]]:
    types = {
        T.MONEY: "BIGINT", T.INT: "BIGINT", T.CHOICE: "VARCHAR", T.TEXT: "VARCHAR", T.BOOL: "BOOLEAN",
        T.DATE: "DATE", T.LIST: "VARCHAR[]", T.DECIMAL: "DECIMAL(18, 6)",
    }  # fmt: skip
    columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in FACTS.items())
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t (i BIGINT, {columns})")
        marks = ", ".join("?" for _ in range(len(FACTS) + 1))
        for i, one in enumerate(values):
            connection.execute(f"INSERT INTO t VALUES ({marks})", [i, *(one[name] for name in FACTS)])
        asked = ", ".join(rule_sql(rule, Layout(Dialect.DUCKDB)) for rule in rules)
        rows = connection.execute(f"SELECT {asked} FROM t ORDER BY i").fetchall()
    return [list(column) for column in zip(*rows, strict=True)]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(trees, min_size=1, max_size=4), st.lists(subjects, min_size=1, max_size=5))
def test_one_subject_many_and_columns_agree(rules, values):
    expected = [[_oracle(rule, one).verdict for one in values] for rule in rules]
    program = compile_rules(rules)
    decided = [program.decide(program.known(one)) for one in values]
    assert [list(one) for one in zip(*decided, strict=True)] == expected
    assert by_bitmaps(rules, values) == expected
    for one in values:
        verdicts, explained = program.explain(program.known(one))
        for i, rule in enumerate(rules):
            outcome = _oracle(rule, one)
            assert verdicts[i] is outcome.verdict
            found = [explained[place] for place in program.of_rule[i]]
            wanted = [(c.verdict, c.value, c.threshold, c.missing) for c in outcome.conditions]
            assert found == wanted


def _oracle(rule: Tree, values: dict):
    from tongban.foundation.criteria.evaluation import evaluate

    return evaluate(rule, values)


def test_a_table_with_a_number_beyond_reason_is_refused():
    facts = {"org.a": T.MONEY}
    require_range(table_of([{"org.a": 10**15}, {"org.a": None}], facts))
    for wrong in (10**15 + 1, -(10**15) - 1, 10**30):
        with pytest.raises(OutOfRange, match=r"org\.a"):
            require_range(table_of([{"org.a": 1}, {"org.a": wrong}], facts))


def test_what_would_not_fit_64_bits_is_still_exact():
    rule = parse("org.n * org.a > org.m * org.b", FACTS).tree
    large = dict.fromkeys(FACTS) | {"org.m": 100_000, "org.a": 10**15, "org.b": 10**15}
    values = [large | {"org.n": n} for n in (100_000, 100_001, None)]
    assert by_bitmaps([rule], values) == [[False, True, None]]
    assert by_duckdb([rule], values) == [[False, True, None]]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(trees, min_size=20, max_size=30), st.lists(subjects, min_size=3, max_size=6))
def test_sql_agrees(rules, values):
    expected = [[_oracle(rule, one).verdict for one in values] for rule in rules]
    assert by_duckdb(rules, values) == expected


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.003, 0.01, 0.5, 1.0])
def test_rows_of_few_and_of_many_bits(share):
    rows = 20_000
    truth = np.random.default_rng(7).random(rows) < share
    words = packed(truth)
    assert rows_in(words).tolist() == np.flatnonzero(truth).tolist()
    assert rows_in(words).dtype == np.int64
