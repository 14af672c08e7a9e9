"""`python -m bench.policy`: 116 subsidy items over a city of 1.7 million market entities, and one entity at a time.

One thread, one run, CPU seconds beside wall; every ratio is printed only where both ways came to the same result.
"""

import argparse
import datetime as dt
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench import openfisca
from tests.running import ROOT
from tongban.foundation.criteria.bitmaps import Board
from tongban.foundation.criteria.columns import NOBODY, Column, Table
from tongban.foundation.criteria.compiling import compile_rules
from tongban.foundation.criteria.sql import Dialect, Layout, rule_sql
from tongban.foundation.criteria.tree import FactType, Literal, atoms, facts_of, values_of
from tongban.modules.policies.calc import Matcher, Offer, Terms, terms_on, with_parameters
from tongban.modules.policies.calc.city import ENTITIES, Plan, even_towns, subject_of
from tongban.modules.policies.calc.columnwise import payout
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.calc.pairs import columns_of_amount
from tongban.modules.policies.forms import policies_in
from tongban.modules.policies.queries.snapshots import Snapshot, columns_of, open_city
from tongban.site.cli import start_django

ITEMS = 116
DAY = dt.date(2026, 6, 1)


@dataclass(frozen=True)
class Spent:
    """What something took: CPU seconds of this process, and wall."""

    cpu: float
    wall: float
    result: Any


def spent(work: Callable[[], Any]) -> Spent:
    """Do it once and measure."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall, result)


def line(what: str, value: Spent | None, note: str = "") -> None:
    """One row of the table."""
    figures = f"{value.cpu:9.3f} {value.wall:9.3f}" if value else f"{'':9} {'':9}"
    print(f"{what:<58} {figures}  {note}", flush=True)


def terms_of(folder: Path) -> tuple[Terms, Any]:
    """The items for organisations, filled up with synthetic variations, each marked, to the number that a city has."""
    policies = policies_in(folder)
    terms = terms_on(policies, DAY, audience="organisation")
    offers = list(terms.offers)[:ITEMS]
    movable = [one for one in offers if one.edition.parameters]
    turn = 0
    while len(offers) < ITEMS:
        one = movable[turn % len(movable)]
        turn += 1
        moved = {name: p.value + turn * p.step for name, p in one.edition.parameters.items()}
        made = with_parameters(one, moved, policies, DAY)
        offers.append(replace(made, item=replace(made.item, code=f"{one.code}-variation-{turn}")))
    print(f"{len(offers)} items: {len(terms.offers)} of the pack, {turn} synthetic variations of them")
    return replace(terms, offers=tuple(offers)), policies


def plan_of(terms: Terms, policies: Any, rows: int) -> Plan:
    """The city in which the terms can be evaluated."""
    facts = {name: policies.facts[name] for name in facts_asked(terms.offers) if name in policies.facts}
    places = {option for one in terms.offers for option in _places(one)}
    towns = sorted(places | {f"town-{n:02}" for n in range(33 - len(places))})
    items = [item.code for item in policies.items if item.audience == "organisation"]
    return Plan(rows, DAY, facts, even_towns(towns), items)


def _places(offer: Offer) -> set[str]:
    """The codes of towns that an offer's rules name."""
    found = set()
    for atom in (atom for one in offer.requirements for atom in atoms(one.tree)):
        values = values_of(atom)
        if any(fact.name in ("org.place", "org.business_place") for v in values for fact in facts_of(v)):
            found |= {str(v.value) for v in values if isinstance(v, Literal)}
    return found


def _filled(column: Column, default: int) -> Column:
    """A column in which what is missing has become a value."""
    if column.known is None:
        return column
    data = np.where(column.known, column.data, column.data.dtype.type(default))
    return Column.of(data, None, column.den)


class Measured:
    """The measurements, over one snapshot."""

    def __init__(self, terms: Terms, policies: Any, city: Snapshot) -> None:
        self.terms, self.policies, self.city = terms, policies, city
        self.rules = [offer.tree for offer in terms.offers]
        self.columns = columns_of(self.rules)
        self.layout = Layout(Dialect.DUCKDB, codes=city.texts, wide=True)

    def whole_city(self) -> list[tuple[int, int]]:
        """Bitmaps from Parquet, against the bare reading of the same columns; then the evaluation alone."""
        bare = spent(self._bare)
        line("bare reading of the columns from Parquet (DuckDB → numpy)", bare)
        board = spent(lambda: self.city.board(self.rules))
        found = spent(lambda: [board.result.rule(rule).counts() for rule in self.rules])
        both = Spent(board.cpu + found.cpu, board.wall + found.wall, None)
        line("bitmaps from Parquet", both, f"{both.cpu / bare.cpu:.2f} × the bare reading")
        self.board = board.result
        alone = self._evaluation()
        self.evaluation = Spent(alone.cpu + found.cpu, alone.wall + found.wall, None)
        conditions = len(board.result)
        line(
            "bitmaps, columns in memory",
            self.evaluation,
            f"{conditions} distinct conditions, combined in {found.cpu:.3f}",
        )
        yes, unknown = (sum(part) for part in zip(*found.result, strict=True))
        print(f"  {yes:,} pairs fulfil every condition, {unknown:,} wait for data")
        return found.result

    def _bare(self) -> None:
        for _ in self.city.parts(self.columns):
            pass

    def _evaluation(self) -> Spent:
        """Conditions over columns that are in memory: part by part, only the evaluation timed."""
        cpu = wall = 0.0
        board = Board(self.city.rows)
        wanted = board.wanted(self.rules)
        for start, part in self.city.parts(self.columns):
            one = spent(lambda start=start, part=part: board.add(part, start, wanted))
            cpu, wall = cpu + one.cpu, wall + one.wall
        return Spent(cpu, wall, board)

    def duckdb(self, expected: Sequence[tuple[int, int]]) -> None:
        """The same in one query of DuckDB: counts of TRUE and of NULL for each item."""
        texts = [rule_sql(rule, self.layout) for rule in self.rules]
        asked = ", ".join(
            f"count(*) FILTER (WHERE {t}), count(*) FILTER (WHERE ({t}) IS NULL)" for t in texts
        )
        files = str(self.city.files[0].parent / "part-*.parquet")
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")
            query = f"SELECT {asked} FROM read_parquet(?)"
            took = spent(lambda: connection.execute(query, [files]).fetchall()[0])
        found = list(zip(took.result[::2], took.result[1::2], strict=True))
        if found != list(expected):
            raise SystemExit("DuckDB and the bitmaps do not agree")
        ratio = took.cpu / self.evaluation.cpu
        line(
            "DuckDB, one query, TRUE and NULL counted",
            took,
            f"{ratio:.1f} × bitmaps in memory; the same {2 * len(found)} counts",
        )

    def spark(self, master: str, expected: Sequence[tuple[int, int]]) -> None:
        """The same on Spark (extra `spark`): wall only, for its work is done by processes of its own."""
        layout = replace(self.layout, dialect=Dialect.SPARK)
        builder = import_module("pyspark.sql").SparkSession.builder.master(master)
        for name, value in {"ui.enabled": "false", "sql.ansi.enabled": "true", "log.level": "ERROR"}.items():
            builder = builder.config(f"spark.{name}", value)
        session = builder.getOrCreate()
        asked = []
        for rule in self.rules:
            text = rule_sql(rule, layout)
            asked += [f"count_if({text})", f"count_if(({text}) IS NULL)"]
        table = session.read.parquet(*map(str, self.city.files))
        took = spent(lambda: list(table.selectExpr(*asked).collect()[0]))
        session.stop()
        found = list(zip(took.result[::2], took.result[1::2], strict=True))
        if found != list(expected):
            raise SystemExit("Spark and the bitmaps do not agree")
        ratio = took.wall / self.evaluation.wall
        line(f"Spark, {master}, the same counts", took, f"{ratio:.0f} × bitmaps in memory by wall; cold")

    def row_by_row(self, sample: int) -> None:
        """Generated Python over a sample of rows, extrapolated; its counts are compared with the bitmaps of those rows."""
        _, part = next(iter(self.city.parts(self.columns)))
        types = {fact.name: fact.type for fact in compile_rules(self.rules).facts}
        program = compile_rules(self.rules)
        taken = spent(lambda: [program.known(subject_of(part, row, types)) for row in range(sample)])
        known = taken.result
        took = spent(lambda: [program.decide(one) for one in known])
        head = part.take(np.arange(sample), list(part.columns))
        board = Board.of(head, self.rules)
        expected = [board.rule(rule).counts() for rule in self.rules]
        found = [(column.count(True), column.count(None)) for column in zip(*took.result, strict=True)]
        if found != expected:
            raise SystemExit("Generated Python and the bitmaps do not agree")
        scale = self.city.rows / sample
        whole = Spent(took.cpu * scale, took.wall * scale, None)
        note = f"{whole.cpu / self.evaluation.cpu:.0f} × bitmaps in memory; extrapolated from {sample:,} rows, same counts"
        line("generated Python, row by row, rows made beforehand", whole, note)
        both = Spent((took.cpu + taken.cpu) * scale, (took.wall + taken.wall) * scale, None)
        note = f"{both.cpu / self.evaluation.cpu:.0f} × bitmaps in memory, which begin with the same columns"
        line("  with each row taken out of the columns", both, note)

    def openfisca(self, python: str) -> None:
        """OpenFisca-core over the same columns, two-valued; its counts are those of the bitmaps over columns without holes."""
        types = {fact.name: fact.type for fact in compile_rules(self.rules).facts}
        # No text for an unknown one, as an empty text would be; zero, false or the first of all days for the rest.
        texts = (FactType.TEXT, FactType.CHOICE)
        names = self.city.columns & self.columns
        defaults = {name: NOBODY if types.get(name) in texts else 0 for name in names}
        board = Board(self.city.rows)
        wanted = board.wanted(self.rules)
        for start, part in self.city.parts(names):
            columns = {name: _filled(one, defaults[name]) for name, one in part.columns.items()}
            board.add(replace(part, columns=columns), start, wanted)
        took = openfisca.measured(python, self.rules, self.city.files, defaults, self.city.texts)
        if took.counts != [board.rule(rule).counts()[0] for rule in self.rules]:
            raise SystemExit("OpenFisca and the bitmaps without holes do not agree")
        sure = sum(self.board.rule(rule).counts()[0] for rule in self.rules)
        note = f"{took.cpu / self.evaluation.cpu:.1f} × bitmaps in memory; {took.inputs:.2f} for its inputs not counted"
        line("OpenFisca-core, columns in memory, two-valued", Spent(took.cpu, took.cpu, None), note)
        print(f"  it calls {sum(took.counts):,} pairs entitled; the data show {sure:,}")

    def listing(self) -> None:
        """Who gets how much, and who would with data: every pair, against the evaluation of the same pass."""
        names = set(self.columns)
        for offer in self.terms.offers:
            names |= set(columns_of_amount(offer.amount))
        cpu = wall = 0.0
        paid = waiting = total = 0
        for start, part in self.city.parts(names):
            bits = [self._slice(self.board.rule(rule), start, part.rows) for rule in self.rules]
            pairs = zip(self.terms.offers, bits, strict=True)
            one = spent(lambda pairs=pairs, part=part: [payout(offer, each, part) for offer, each in pairs])
            cpu, wall = cpu + one.cpu, wall + one.wall
            paid += sum(len(each.rows) for each in one.result)
            waiting += sum(len(each.waiting) for each in one.result)
            total += sum(each.total for each in one.result)
        took = Spent(cpu, wall, None)
        note = f"{paid:,} paid ({total / 100 / 1e8:,.1f} 亿元) + {waiting:,} waiting; {cpu / self.evaluation.cpu:.2f} × the evaluation"
        line("listing who gets how much", took, note)

    def _slice(self, bits: Any, start: int, rows: int) -> Any:
        place = slice(start // 64, start // 64 - (-rows // 64))
        return replace(bits, sure=bits.sure[place], possible=bits.possible[place])

    def one_entity(self) -> None:
        """One entity against all items, every condition with value, threshold, verdict and what is missing."""
        matcher = Matcher(self.terms)
        names = columns_of(self.rules) | set(facts_asked(self.terms.offers))
        _, part = next(iter(self.city.parts(names)))
        types = {name: fact.type for name, fact in facts_asked(self.terms.offers).items()}
        subjects = [subject_of(part, row, types) for row in range(2000)]
        times = [spent(lambda one=one: matcher.match(one)) for one in subjects]
        cpu = sorted(one.cpu for one in times)
        wall = sorted(one.wall for one in times)
        middle = Spent(cpu[len(cpu) // 2], wall[len(wall) // 2], None)
        note = f"p50 {middle.cpu * 1000:.3f} ms CPU, p99 {cpu[int(len(cpu) * 0.99)] * 1000:.3f}"
        line(f"one entity × {len(self.rules)} items, explained", middle, note)
        changed = part.take(np.arange(0, 130_000, 130), list(part.columns))
        took = min((spent(lambda: self._again(changed)) for _ in range(3)), key=lambda one: one.cpu)
        line(f"{changed.rows:,} entities changed: all items and amounts anew", took)

    def _again(self, table: Table) -> int:
        board = Board.of(table, self.rules)
        return sum(payout(offer, board.rule(offer.tree), table).total for offer in self.terms.offers)

    def near(self) -> None:
        """How many fail only this condition, for every condition of every item."""
        parts = [[one.tree for one in offer.requirements] for offer in self.terms.offers]
        self.board.rule(self.rules[0])
        took = spent(lambda: [self.board.alone(each) for each in parts])
        many = sum(map(len, took.result))
        line(
            f"how many fail only this condition ({many} conditions)",
            took,
            f"{sum(map(sum, took.result)):,} pairs fail exactly one",
        )
        one = next(i for i, offer in enumerate(self.terms.offers) if offer.edition.parameters)
        single = spent(lambda: self.board.alone(parts[one]))
        line("  of one item", single)

    def slider(self) -> None:
        """A moved threshold: only the conditions that hold the parameter are read and evaluated again."""
        offer = next(o for o in self.terms.offers if any(one.parameters for one in o.requirements))
        name = next(names[0] for one in offer.requirements for names in one.parameters.values())
        number = offer.edition.parameters[name]

        def moved() -> tuple[int, int]:
            made = with_parameters(offer, {name: number.value + number.step}, self.policies, DAY)
            wanted = self.board.wanted([made.tree])
            for start, part in self.city.parts(columns_of(wanted)):
                self.board.add(part, start, wanted)
            return self.board.rule(made.tree).counts()

        took = spent(moved)
        before = self.board.rule(offer.tree).counts()[0]
        line(
            "a moved threshold, read again from Parquet",
            took,
            f"{offer.code}: {before:,} → {took.result[0]:,}",
        )

    def laboratory(self) -> None:
        """The same in the laboratory, with everything that its page says: the first answer, then a slider that moves."""
        bench = import_module("tongban.modules.policies.queries.laboratory").Bench(self.city)
        offer = next(o for o in self.terms.offers if any(one.parameters for one in o.requirements))
        name, number = next(iter(offer.edition.parameters.items()))

        def moved(steps: int) -> Any:
            made = with_parameters(offer, {name: number.value + steps * number.step}, self.policies, DAY)
            return bench.run(made, offer)

        line("the laboratory's first answer", spent(lambda: moved(0)), offer.code)
        walls = sorted(
            (spent(lambda steps=steps: moved(steps)) for steps in range(1, 21)), key=lambda one: one.wall
        )
        middle = walls[len(walls) // 2]
        run = middle.result
        line(
            "  a moved number, whole page's figures, middle of 20",
            middle,
            f"slowest {walls[-1].wall:.3f}; {run.firms:,} firms, {run.moves.losers:,} lose",
        )


def main() -> None:
    """Make the city where it is not there, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "packs" / "dongguan", help="the pack")
    parser.add_argument("--city", type=Path, help="where the snapshot is or shall be kept")
    parser.add_argument("--entities", type=int, default=ENTITIES)
    parser.add_argument("--sample", type=int, default=4000, help="rows for what is extrapolated")
    words = "an interpreter with openfisca-core and duckdb: the same with OpenFisca"
    parser.add_argument("--openfisca", metavar="PYTHON", help=words)
    parser.add_argument("--spark", metavar="MASTER", help="the same on Spark too, such as local[1]")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    start_django()  # what follows knows tables, though none is read
    write_city = import_module("tongban.modules.policies.actions.snapshots").write_city
    terms, policies = terms_of(options.folder)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.city or Path(scratch)
        print(f"{'':<58} {'CPU s':>9} {'wall s':>9}")
        if not (folder / "texts.json").exists():
            plan = plan_of(terms, policies, options.entities)
            line(
                "making the city and writing it as Parquet",
                spent(lambda: write_city(plan=plan, folder=folder)),
            )
        city = open_city(folder)
        size = sum(file.stat().st_size for file in city.files) / 1e6
        print(f"{city.rows:,} entities, {len(city.columns)} columns, {size:.0f} MB of Parquet")
        measured = Measured(terms, policies, city)
        counts = measured.whole_city()
        measured.listing()
        measured.near()
        measured.slider()
        measured.laboratory()
        measured.one_entity()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory up to here: {peak:,.0f} MB")
        measured.duckdb(counts)
        measured.row_by_row(min(options.sample, city.rows))
        if options.openfisca:
            measured.openfisca(options.openfisca)
        if options.spark:
            measured.spark(options.spark, counts)


if __name__ == "__main__":
    main()
