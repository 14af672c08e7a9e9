"""Amounts: by hand to the fen, and the same from columns and from SQL for random subjects."""

import datetime as dt

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.foundation.criteria import FactType
from tongban.foundation.criteria.columns import table_of
from tongban.foundation.criteria.evaluation import exact
from tongban.foundation.criteria.sql import Layout
from tongban.modules.policies.calc.amounts import Amount, facts_in, missing_of, reckon
from tongban.modules.policies.calc.columnwise import reckon_rows
from tongban.modules.policies.calc.reading import Reader, WrongTerm
from tongban.modules.policies.calc.sql import amount_sql

FACTS = {
    "org.sales": FactType.MONEY,
    "org.before": FactType.MONEY,
    "org.staff": FactType.INT,
    "org.good": FactType.BOOL,
    "award.other": FactType.MONEY,
}
YUAN = 100


def amount(data: dict) -> Amount:
    return Reader(FACTS, {}, dt.date(2025, 1, 1)).amount(data, ())


RATE = {"rate": {"of": "org.sales", "percent": 7, "cap": 500 * YUAN}}
STEPS = [{"from": 10, "amount": 1000 * YUAN}, {"from": 50, "amount": 3000 * YUAN}]
GROWTH = {
    "per_step": {"of": "100 * org.sales", "above": "108 * org.before", "step": 100_000, "amount": 10 * YUAN}
}


@pytest.mark.parametrize(
    ("data", "values", "expected"),
    [
        ({"fixed": 50_000_00}, {}, 50_000_00),
        (RATE, {"org.sales": 1234_56}, 86_00),  # 86.4192 yuan, down to whole yuan
        ({**RATE, "round": {"to": "fen"}}, {"org.sales": 1234_56}, 86_41),
        ({**RATE, "round": {"to": "fen", "how": "up"}}, {"org.sales": 1234_56}, 86_42),
        ({**RATE, "round": {"to": "hundred", "how": "half"}}, {"org.sales": 1234_56}, 100_00),
        (RATE, {"org.sales": 10**12}, 500_00),
        (RATE, {}, None),  # the cap is not paid on what is not known
        ({"rate": {"of": "org.sales", "permille": 5, "floor": 10_00}}, {"org.sales": 100_00}, 10_00),
        ({"rate": {"of": "org.sales - org.before", "percent": 50}}, {"org.sales": 0, "org.before": 9_00}, 0),
        ({"tiers": {"of": "org.staff", "steps": STEPS}}, {"org.staff": 9}, 0),
        ({"tiers": {"of": "org.staff", "steps": STEPS}}, {"org.staff": 10}, 1000_00),
        ({"tiers": {"of": "org.staff", "steps": STEPS}}, {"org.staff": 50}, 3000_00),
        ({"tiers": {"of": "org.staff", "steps": STEPS}}, {}, None),
        (GROWTH, {"org.sales": 1080_00, "org.before": 1000_00}, 0),
        (GROWTH, {"org.sales": 1090_00, "org.before": 1000_00}, 10_00),
        (GROWTH, {"org.sales": 1099_99, "org.before": 1000_00}, 10_00),
        (GROWTH, {"org.sales": 1, "org.before": 1000_00}, 0),
        ({"sum": [{"fixed": 100}, {"when": "org.good", "fixed": 500}]}, {"org.good": True}, 600),
        ({"sum": [{"fixed": 100}, {"when": "org.good", "fixed": 500}]}, {"org.good": False}, 100),
        ({"sum": [{"fixed": 100}, {"when": "org.good", "fixed": 500}]}, {}, None),
        (
            {"sum": [{"when": "org.good", **RATE}]},
            {"org.good": False},
            0,
        ),  # what is not due need not be known
        ({"highest": [{"fixed": 300}, RATE]}, {"org.sales": 10_000}, 700),
        ({"highest": [{"fixed": 300}, RATE]}, {}, None),
        ({"less_earlier": {"amount": {"fixed": 1000}, "items": ["other"]}}, {"award.other": 400}, 600),
        ({"less_earlier": {"amount": {"fixed": 1000}, "items": ["other"]}}, {"award.other": 4000}, 0),
        ({"less_earlier": {"amount": {"fixed": 1000}, "items": ["other"]}}, {}, None),
        ({"share_of": {"item": "other", "percent": 50}}, {"award.other": 301_00}, 150_00),
        ({"pool": {"fund": "x", "amount": {"fixed": 700}}}, {}, 700),
    ],
)
def test_amounts_by_hand(data, values, expected):
    made = amount(data)
    known = exact(facts_in(made).values(), values)
    assert reckon(made, known) == expected
    assert (missing_of(made, known) == ()) is (expected is not None)


def test_what_is_needed_is_named():
    made = amount({"sum": [{"when": "org.good", "rate": {"of": "org.sales", "percent": 1}}, {"fixed": 100}]})
    known = exact(facts_in(made).values(), {"org.sales": 1})
    assert missing_of(made, known) == ("org.good",)


@pytest.mark.parametrize("step", [0, -5, "org.staff"])
def test_a_step_is_a_fixed_number_above_nothing(step):
    with pytest.raises(WrongTerm):
        amount({"per_step": {"of": "org.staff", "above": 0, "step": step, "amount": 100}})


values = st.sampled_from([0, 1, 99, 100, 101, 12_345, 10**9, 10**15, -700])
texts = st.sampled_from(
    ["org.sales", "org.before", "org.sales - org.before", "100 * org.sales", "cap(org.sales, 5000)"]
)
sums = st.integers(0, 10**7)
rounds = st.none() | st.fixed_dictionaries(
    {"to": st.sampled_from(["fen", "yuan", "hundred"]), "how": st.sampled_from(["down", "up", "half"])}
)
limits = st.sampled_from([{}, {"cap": 5000}, {"floor": 700}, {"floor": 100, "cap": 90_000}])


def with_extras(base):
    whens = st.none() | st.sampled_from(["org.good", "NOT org.good", "org.staff > 10 OR org.good"])
    return st.builds(
        lambda data, when, rounding: (
            data | ({"when": when} if when else {}) | ({"round": rounding} if rounding else {})
        ),
        base,
        whens,
        rounds,
    )


leaves = with_extras(
    st.one_of(
        st.builds(lambda n: {"fixed": n}, sums),
        st.builds(lambda of, n, more: {"rate": {"of": of, "percent": n, **more}}, texts, st.integers(0, 150), limits),
        st.builds(lambda of, n: {"rate": {"of": of, "permille": n}}, texts, st.integers(0, 150)),
        st.just({"tiers": {"of": "org.staff", "steps": STEPS}}),
        st.builds(
            lambda of, step, more: {"per_step": {"of": of, "above": "org.before", "step": step, "amount": 700, **more}},
            texts, st.integers(1, 5000), st.sampled_from([{}, {"cap": 90_000}]),
        ),
        st.builds(lambda n: {"share_of": {"item": "other", "percent": n}}, st.integers(0, 100)),
    )
)  # fmt: skip
trees = st.recursive(
    leaves,
    lambda below: with_extras(
        st.one_of(
            st.builds(lambda many: {"sum": many}, st.lists(below, min_size=1, max_size=3)),
            st.builds(lambda many: {"highest": many}, st.lists(below, min_size=2, max_size=3)),
            st.builds(lambda one: {"less_earlier": {"amount": one, "items": ["other"]}}, below),
            st.builds(lambda one: {"pool": {"fund": "x", "amount": one}}, below),
        )
    ),
    max_leaves=4,
)
subjects = st.fixed_dictionaries(
    {
        "org.sales": st.none() | values,
        "org.before": st.none() | values,
        "org.staff": st.none() | st.integers(0, 100),
        "org.good": st.none() | st.booleans(),
        "award.other": st.none() | st.sampled_from([0, 100, 12_345, 10**9]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(trees, min_size=1, max_size=5), st.lists(subjects, min_size=1, max_size=5))
def test_one_subject_columns_and_sql_agree(written, people):
    made = [amount(data) for data in written]
    expected = [[reckon(one, exact(facts_in(one).values(), person)) for person in people] for one in made]
    table = table_of(people, FACTS)
    for one, wanted in zip(made, expected, strict=True):
        found, known = reckon_rows(one, table)
        whole = np.broadcast_to(np.asarray(found), (len(people),)).tolist()
        sure = [True] * len(people) if known is None else known.tolist()
        assert [a if k else None for a, k in zip(whole, sure, strict=True)] == wanted
    types = {FactType.MONEY: "BIGINT", FactType.INT: "INTEGER", FactType.BOOL: "BOOLEAN"}
    columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in FACTS.items())
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t (i BIGINT, {columns})")
        for i, one in enumerate(people):
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", [i, *(one[name] for name in FACTS)])
        asked = ", ".join(amount_sql(one, Layout()) for one in made)
        rows = connection.execute(f"SELECT {asked} FROM t ORDER BY i").fetchall()
    assert [list(column) for column in zip(*rows, strict=True)] == expected
