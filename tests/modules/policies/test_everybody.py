"""Lists for everybody: the same rows by bitmaps, as SQL and one by one, for all of the pack's items; a list that differs is found."""

import datetime as dt
import json
from dataclasses import replace

import duckdb
import numpy as np
import pytest

from tests.running import ROOT
from tongban.foundation.criteria.sql import Layout
from tongban.modules.policies.actions import everybody
from tongban.modules.policies.actions.snapshots import write_city
from tongban.modules.policies.calc import city as cities
from tongban.modules.policies.calc import terms_on
from tongban.modules.policies.calc.amounts import reckon
from tongban.modules.policies.calc.city import subject_of
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.calc.pairs import columns_read, pairs_sql
from tongban.modules.policies.calc.planning import plan_of
from tongban.modules.policies.forms import policies_in
from tongban.modules.policies.queries.snapshots import open_city
from tongban.site.cli import main

DAY = dt.date(2026, 6, 1)
ROWS = 640


@pytest.fixture(scope="module")
def policies():
    return policies_in(ROOT / "packs" / "dongguan")


@pytest.fixture(scope="module")
def city(policies, tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cities, "PART", 384)
        patch.setitem(cities.FEW, "org.exhibition_fees", (0.5, 1e8))
        write_city(plan=plan_of(policies, DAY, ROWS, ["441900121", "441900003"]), folder=folder)
    return open_city(folder)


@pytest.fixture(scope="module")
def offers(policies):
    return terms_on(policies, DAY, audience="organisation").offers


def for_all(offers):
    """The same amounts without conditions, so that every amount is reckoned for everybody."""
    return [replace(offer, requirements=()) for offer in offers]


def rows_of(folder):
    """All rows of a list."""
    with duckdb.connect() as connection:
        return set(
            connection.execute(
                "SELECT item, row, fen FROM read_parquet(?)", [str(folder / "*.parquet")]
            ).fetchall()
        )


@pytest.mark.parametrize("asked", [list, for_all])
def test_bitmaps_and_sql_list_the_same(asked, offers, city, tmp_path):
    chosen = asked(offers)
    everybody.list_here(city=city, offers=chosen, folder=tmp_path / "list")
    layout = Layout(codes=city.texts, wide=True)
    with duckdb.connect() as connection:
        connection.read_parquet([str(file) for file in city.files]).to_view("city")
        found = connection.execute(pairs_sql(chosen, layout, table="city", held=city.columns)).fetchall()
    assert len(found) == len(set(found)) > 0
    assert rows_of(tmp_path / "list") == set(found)


def test_amounts_are_those_of_each_entity(offers, city, tmp_path):
    chosen = for_all(offers)
    everybody.list_here(city=city, offers=chosen, folder=tmp_path / "list")
    facts = {name: fact.type for name, fact in facts_asked(offers).items()}
    table = city.table([*columns_read(offers), *(name for name in city.columns if "=" in name)])
    subjects = [dict.fromkeys(facts) | subject_of(table, row, facts) for row in range(ROWS)]
    expected = {(o.code, row, reckon(o.amount, one)) for o in chosen for row, one in enumerate(subjects)}
    assert rows_of(tmp_path / "list") == expected
    # What is paid on top for some markets is paid: its condition is over a list, which has a column for each option.
    more = next(offer for offer in chosen if offer.code == "exhibition-subsidy").amount
    assert len({reckon(more, one) for one in subjects} - {None, 0}) > 10


def test_a_column_that_a_city_lacks_is_unknown(offers, city, tmp_path):
    [offer] = [one for one in offers if one.code == "exhibition-subsidy"]
    poorer = replace(city, columns=city.columns - {"org.exhibition_fees"})
    everybody.list_here(city=poorer, offers=for_all([offer]), folder=tmp_path / "list")
    assert rows_of(tmp_path / "list") == {(offer.code, row, None) for row in range(ROWS)}
    query = pairs_sql(
        for_all([offer]), Layout(codes=city.texts, wide=True), table="poorer", held=poorer.columns
    )
    with duckdb.connect() as connection:
        whole = connection.read_parquet([str(file) for file in city.files])
        whole.project('* EXCLUDE ("org.exhibition_fees")').to_view("poorer")
        assert set(connection.execute(query).fetchall()) == rows_of(tmp_path / "list")


def test_lists_that_differ(tmp_path):
    for name, fen in (("one", [5, None]), ("other", [6, None])):
        (tmp_path / name).mkdir()
        with duckdb.connect() as connection:
            pairs = {
                "row": np.arange(2),
                "fen": np.array([one or 0 for one in fen]),
                "known": np.array([True, False]),
            }
            connection.register("pairs", pairs)
            connection.view("pairs").project(
                "'a' AS item, row, CASE WHEN known THEN fen END AS fen"
            ).write_parquet(str(tmp_path / name / "part.parquet"))
    assert everybody.differences(tmp_path / "one", tmp_path / "one") == {}
    assert everybody.differences(tmp_path / "one", tmp_path / "other") == {"a": (1, 1)}
    assert everybody.totals(tmp_path / "one") == [("a", 1, 1, 5)]


def test_the_command(city, tmp_path, capsys):
    asked = [
        "match-city",
        "--city",
        str(city.files[0].parent),
        "--as-of",
        DAY.isoformat(),
        "--item",
        "scale-up-new",
    ]
    out = ["--out", str(tmp_path / "list"), "--compare", str(tmp_path / "list"), "--json"]
    assert main([*asked, *out]) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (answer["as_of"], answer["entities"]) == ("2026-06-01", ROWS)
    assert [item["item"] for item in answer["items"]] == ["scale-up-new"]
    assert (tmp_path / "list" / "_SUCCESS").exists()
    assert "the same rows" in said.err
    assert main([*asked, "--item", "no-such-item", "--out", str(tmp_path / "list")]) == 1
    assert "no-such-item" in capsys.readouterr().err


def test_without_spark_it_is_said(city, offers, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(everybody.NoSpark):
        everybody.list_on_spark(city=city, offers=offers, folder=tmp_path / "list", master="local[1]")
