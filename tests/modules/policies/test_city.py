"""A small synthetic city: made again the same, written and read back, and judged alike by bitmaps, one by one, and SQL."""

import datetime as dt

import duckdb
import numpy as np
import pytest

from tests.modules.policies.sample import read
from tongban.foundation.criteria.bitmaps import Board
from tongban.foundation.criteria.sql import Layout, rule_sql
from tongban.modules.policies.actions.snapshots import write_city
from tongban.modules.policies.calc import Matcher, terms_on
from tongban.modules.policies.calc import city as cities
from tongban.modules.policies.calc.city import Plan, even_towns, make_part, subject_of
from tongban.modules.policies.calc.columnwise import payout
from tongban.modules.policies.calc.definition import DeclaredFact, FactType, Text
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.queries.snapshots import NoSnapshot, open_city

DAY = dt.date(2025, 9, 1)
ROWS = 1000


def declared(name: str, kind: FactType, *options: str) -> DeclaredFact:
    texts = {one: Text(one, one) for one in options}
    return DeclaredFact(name, kind, Text("", ""), f"source-{len(name) % 3}", Text("", ""), "", texts)


def plan(policies) -> Plan:
    asked = facts_asked(terms_on(policies, DAY).offers)
    facts = {fact.name: declared(fact.name, fact.type) for fact in asked.values()}
    facts |= {
        "org.size": declared("org.size", FactType.CHOICE, "micro", "small"),
        "org.tax_paid_y0": declared("org.tax_paid_y0", FactType.MONEY),
        "org.tax_paid_y1": declared("org.tax_paid_y1", FactType.MONEY),
        "org.new_fiscal": declared("org.new_fiscal", FactType.MONEY),
        "org.founded": declared("org.founded", FactType.DATE),
    }
    return Plan(ROWS, DAY, facts, even_towns(["a", "b", "c"]), ["scale-new", "scale-big"], seed=7)


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    return read(tmp_path_factory.mktemp("pack")).policies


@pytest.fixture(scope="module", autouse=True)
def small_parts():
    """Several parts, the last one ragged; and every second entity has bought machines, so that somebody is granted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cities, "PART", 384)
        patch.setitem(cities.FEW, "org.equipment", (0.5, 1.5e8))
        yield


@pytest.fixture(scope="module")
def snapshot(policies, tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    assert write_city(plan=plan(policies), folder=folder) == ROWS
    return open_city(folder)


def test_the_same_seed_makes_the_same_city(policies):
    first, second = (make_part(plan(policies), 384, 384) for _ in range(2))
    assert first.columns.keys() == second.columns.keys()
    for name, column in first.columns.items():
        assert np.array_equal(column.data, second.columns[name].data), name


def test_departments_lack_what_they_are_meant_to_lack(policies):
    table = make_part(plan(policies), 0, 20_000 // 64 * 64)
    known = table.columns["org.output_y0"].known
    assert 0.88 < known.mean() < 0.97
    assert table.columns["org.awards=scale-new"].known is None, "the ledger is always known"
    # Derived by the rules' own code, so unknown where what they come from is.
    fiscal = table.columns["org.new_fiscal"]
    assert fiscal.known is not None
    assert int(fiscal.data[fiscal.known].min()) == 0


def test_what_is_written_is_read_back(policies, snapshot):
    assert (snapshot.rows, snapshot.sizes) == (ROWS, (384, 384, 232))
    whole = snapshot.table(["org.output_y0", "org.awards=scale-new"])
    again = plan(policies)
    pieces = [make_part(again, start, rows) for start, rows in ((0, 384), (384, 384), (768, 232))]
    for name, column in whole.columns.items():
        made = [piece.columns[name] for piece in pieces]
        known = np.concatenate([np.ones(len(m.data), bool) if m.known is None else m.known for m in made])
        assert np.array_equal(known if column.known is None else column.known, known)
        assert np.array_equal(column.data[known], np.concatenate([m.data for m in made])[known])


def test_the_city_is_judged_as_each_entity_is(policies, snapshot):
    terms = terms_on(policies, DAY)
    rules = [offer.tree for offer in terms.offers]
    board = snapshot.board(rules)
    facts = {name: fact.type for name, fact in facts_asked(terms.offers).items()}
    names = [*facts, *(name for name in snapshot.columns if "=" in name)]
    matcher = Matcher(terms)
    granted = {offer.code: {} for offer in terms.offers}
    waiting = {offer.code: set() for offer in terms.offers}
    for start, part in snapshot.parts(names):
        for row in range(part.rows):
            for one in matcher.match(subject_of(part, row, facts)):
                if one.verdict:
                    granted[one.offer.code][start + row] = one.amount
                elif one.verdict is None:
                    waiting[one.offer.code].add(start + row)
    assert any(granted.values())
    assert any(waiting.values())
    table = snapshot.table(names)
    for offer, rule in zip(terms.offers, rules, strict=True):
        found = payout(offer, board.rule(rule), table)
        amounts = np.broadcast_to(np.asarray(found.amounts), len(found.rows)).tolist()
        assert dict(zip(found.rows.tolist(), amounts, strict=True)) == granted[offer.code]
        assert set(found.waiting.tolist()) == waiting[offer.code]
        assert found.total == sum(granted[offer.code].values())


def test_sql_counts_the_same(policies, snapshot):
    terms = terms_on(policies, DAY)
    layout = Layout(codes=snapshot.texts, wide=True)
    board = snapshot.board([offer.tree for offer in terms.offers])
    with duckdb.connect() as connection:
        for offer in terms.offers:
            text = rule_sql(offer.tree, layout)
            query = f"SELECT count(*) FILTER (WHERE {text}), count(*) FILTER (WHERE ({text}) IS NULL) FROM read_parquet(?)"
            (counts,) = connection.execute(query, [[str(file) for file in snapshot.files]]).fetchall()
            assert counts == board.rule(offer.tree).counts()


def test_who_fails_only_one_condition(policies, snapshot):
    offer = terms_on(policies, DAY).offer("scale-new")
    parts = [one.tree for one in offer.requirements]
    board = snapshot.board(parts)
    expected = []
    for i in range(len(parts)):
        others = [board.rule(part) for j, part in enumerate(parts) if j != i]
        words = board.negated(board.rule(parts[i])).sure
        for one in others:
            words = words & one.sure
        expected.append(int(np.bitwise_count(words).sum()))
    assert board.alone(parts) == expected
    assert any(expected)


def test_a_moved_threshold_adds_one_condition(policies, snapshot):
    offer = terms_on(policies, DAY).offer("scale-big")
    board = Board.of(snapshot.table(["org.equipment"]), [offer.tree])
    assert (len(board), board.wanted([offer.tree])) == (1, [])


def test_no_snapshot_is_said(tmp_path):
    with pytest.raises(NoSnapshot):
        open_city(tmp_path)
