"""What the laboratory says of a moved number is what each entity is told one by one, and what the batch pays."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from django.conf import settings

from tongban.foundation.criteria.evaluation import value_of
from tongban.modules.policies.actions.snapshots import digest_of, write_city
from tongban.modules.policies.calc import Matcher, offer, terms_on, with_parameters
from tongban.modules.policies.calc import city as cities
from tongban.modules.policies.calc.city import subject_of
from tongban.modules.policies.calc.columnwise import payout
from tongban.modules.policies.calc.funding import pro_rata, projected
from tongban.modules.policies.calc.laboratory import MOST_LOSERS
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.calc.planning import AXES, plan_of
from tongban.modules.policies.forms import policies_in
from tongban.modules.policies.queries import laboratory
from tongban.modules.policies.queries.published import InForce
from tongban.modules.policies.queries.snapshots import open_city

DAY = dt.date(2026, 6, 1)
ROWS = 12_000
TOWNS = [f"town-{number:02}" for number in range(33)]
ITEM = "scale-up-new"


@pytest.fixture(scope="module")
def policies():
    return policies_in(settings.PACK)


@pytest.fixture(scope="module")
def snapshot(policies, tmp_path_factory):
    """Several parts, the last one ragged."""
    folder = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cities, "PART", 4096)
        write_city(plan=plan_of(policies, DAY, ROWS, TOWNS), folder=folder)
    return open_city(folder)


@pytest.fixture(scope="module")
def in_force(policies):
    return terms_on(policies, DAY, audience="organisation").offer(ITEM)


@pytest.fixture(scope="module")
def bench(snapshot):
    return laboratory.Bench(snapshot)


@pytest.fixture(scope="module")
def judge(policies, snapshot):
    """Every entity of the city matched one by one with an offer: row → match."""
    terms = terms_on(policies, DAY, audience="organisation")

    def one_by_one(made):
        facts = {name: fact.type for name, fact in facts_asked([made]).items()}
        names = [*facts, *(name for name in snapshot.columns if "=" in name)]
        matcher = Matcher(replace(terms, offers=(made,)))
        found = {}
        for start, part in snapshot.parts(names):
            for row in range(part.rows):
                [found[start + row]] = matcher.match(subject_of(part, row, facts))
        return found

    return one_by_one


@pytest.fixture(scope="module")
def moved(policies, in_force):
    """Twenty per cent of growth are asked, where the edition in force asks for none."""
    return with_parameters(in_force, {"growth": 20, "award": 6_000_000}, policies, DAY)


@pytest.fixture(scope="module")
def run(bench, moved, in_force):
    return bench.run(moved, in_force)


@pytest.fixture(scope="module")
def judged(judge, moved):
    return judge(moved)


@pytest.fixture(scope="module")
def before(judge, in_force):
    return {row: one.amount for row, one in judge(in_force).items() if one.verdict}


def test_the_numbers_are_those_of_the_batch_and_of_each_entity(snapshot, moved, run, judged, before):
    paid = {row: one.amount for row, one in judged.items() if one.verdict}
    assert run.rows == ROWS
    assert (run.firms, run.total) == (len(paid), sum(paid.values()))
    assert (run.firms_before, run.total_before) == (len(before), sum(before.values()))
    assert run.waiting == sum(one.verdict is None for one in judged.values())
    board = snapshot.board([moved.tree])
    batch = payout(moved, board.rule(moved.tree), snapshot.table(snapshot.columns))
    assert (len(batch.rows), batch.total, len(batch.waiting)) == (run.firms, run.total, run.waiting)
    assert paid
    assert len(paid) < len(before)


def test_who_gains_and_who_loses_add_up(run, judged, before):
    paid = {row: one.amount for row, one in judged.items() if one.verdict}
    change = {row: paid.get(row, 0) - before.get(row, 0) for row in paid | before}
    up, down = [x for x in change.values() if x > 0], [x for x in change.values() if x < 0]
    assert (run.moves.gainers, run.moves.gained) == (len(up), sum(up))
    assert (run.moves.losers, run.moves.lost) == (len(down), -sum(down))
    assert run.moves.gained - run.moves.lost == run.total - run.total_before
    assert up
    assert down
    listed = run.moves.listed
    assert len(listed) == min(len(down), MOST_LOSERS)
    assert {one.row: one.after - one.before for one in listed}.items() <= change.items()


@pytest.mark.parametrize("axis", list(AXES))
def test_every_axis_comes_to_the_whole(run, axis):
    parts = run.by[axis]
    assert sum(one.firms for one in parts) == run.firms
    assert sum(one.money for one in parts) == run.total
    assert sum(one.money_before for one in parts) == run.total_before
    assert [one.code for one in parts if not one.code] in ([], [parts[-1].code]), "the unknown stand last"


def test_towns_are_the_towns_of_those_who_get_it(snapshot, run, judged):
    table = snapshot.table(["org.place"])
    named = {code: text for text, code in table.texts.items()}
    column = table.columns["org.place"].data
    expected = Counter(named[int(column[row])] for row, one in judged.items() if one.verdict)
    assert {one.code: one.firms for one in run.by["town"] if one.firms} == expected


def test_what_is_missing_is_what_each_is_told(run, judged):
    expected = Counter(name for one in judged.values() if one.verdict is None for name in set(one.missing))
    assert run.missing == dict(expected)
    assert list(run.missing.values()) == sorted(run.missing.values(), reverse=True)


def test_whom_one_condition_alone_bars(run, judged, moved):
    ids = [one.id for one in moved.requirements]
    expected = Counter(
        ids[one.verdicts.index(False)]
        for one in judged.values()
        if one.verdicts.count(False) == 1 and None not in one.verdicts
    )
    assert {one.id: many for one, many in run.alone if many} == expected


@pytest.mark.slow
def test_a_margin_counts_those_for_whom_the_number_decides(policies, run, judge, in_force):
    [margin] = run.margins
    assert margin.parameters == ("growth",)
    easy, hard = (
        {
            row: one.verdict
            for row, one in judge(with_parameters(in_force, {"growth": n}, policies, DAY)).items()
        }
        for n in (-99, 100_000)
    )
    decided = [row for row in easy if easy[row] and hard[row] is False]
    assert sum(margin.bars) == len(decided)
    known = judge(in_force)
    ratios = {}
    for row in decided:
        facts = known[row].explained.known
        had, asked = value_of(margin.atom.left, facts), value_of(margin.atom.right, facts)
        ratios[row] = (had, asked)
    near = {row: had > asked for row, (had, asked) in ratios.items() if abs(had - asked) * 20 <= asked}
    assert (margin.just, margin.short) == (sum(near.values()), sum(not one for one in near.values()))
    bands = Counter(min(max((had - asked) * 20 // asked, -10), 9) for had, asked in ratios.values())
    assert list(margin.bars) == [bands[place] for place in range(-10, 10)]
    assert near


@pytest.mark.slow
def test_every_edition_of_every_item_can_be_tried(policies, snapshot):
    for policy in policies.policies:
        for item in policy.items:
            if item.audience == "organisation":
                for edition in item.editions:
                    made = offer(policies, policy, item, edition, DAY)
                    found = laboratory.Bench(snapshot).run(made, None)
                    assert found.moves.gained == found.total
                    assert found.moves.losers == 0


def test_a_bench_lets_go_of_what_the_slider_has_left(policies, snapshot, in_force, monkeypatch):
    monkeypatch.setattr(laboratory, "MOST_CONDITIONS", 20)
    bench = laboratory.Bench(snapshot)
    first = [bench.run(with_parameters(in_force, {"growth": n}, policies, DAY), in_force) for n in range(30)]
    again = bench.run(with_parameters(in_force, {"growth": 3}, policies, DAY), in_force)
    assert len(bench._board) <= 21
    assert (again.firms, again.total, again.margins) == (first[3].firms, first[3].total, first[3].margins)


def test_so_many_benches_stand(snapshot, monkeypatch):
    monkeypatch.setattr(laboratory, "open_city", lambda _folder: snapshot)
    laboratory.forget()
    ids = [f"item-{n}" for n in range(laboratory.MOST_BENCHES + 2)]
    held = {id: laboratory.bench(None, None, id) for id in ids}
    assert laboratory.bench(None, None, ids[-1]) is held[ids[-1]]
    assert laboratory.bench(None, None, ids[0]) is not held[ids[0]]
    laboratory.forget()


def test_a_fund_is_told_what_its_other_items_cost(policies, snapshot, monkeypatch):
    terms = terms_on(policies, DAY, audience="organisation")
    held = InForce(("now",), policies, {"organisation": Matcher(terms)}, {})
    monkeypatch.setattr(laboratory, "open_city", lambda _folder: snapshot)
    laboratory.forget()
    others = [one for one in terms.offers if one.edition.fund == "industry-2026" and one.code != ITEM]
    expected = sum(laboratory.Bench(snapshot).run(one, None).total for one in others)
    assert expected > 0
    for _ in range(2):
        found = laboratory.others_of(None, None, held, "industry-2026", ITEM)
        assert found == (len(others), expected)
    laboratory.forget()


def test_the_digest_is_of_every_file(policies, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, seed in ((one, 1), (other, 2)):
        write_city(plan=replace(plan_of(policies, DAY, 128, TOWNS), seed=seed), folder=folder)
    assert digest_of(one) != digest_of(other)
    (other / "part-0000.parquet").write_bytes((one / "part-0000.parquet").read_bytes())
    assert (digest_of(one) == digest_of(other)) == (
        (one / "texts.json").read_bytes() == (other / "texts.json").read_bytes()
    )


@pytest.mark.parametrize(
    ("total", "budget", "share"),
    [(0, 0, 10_000), (100, 100, 10_000), (101, 100, 9900), (300, 100, 3333), (10**15, 1, 0)],
)
def test_a_short_fund_pays_all_the_same_share(total, budget, share):
    assert pro_rata(total, budget) == share
    assert total * share // 10_000 <= max(budget, total if total <= budget else 0)


def test_a_sample_is_projected():
    assert projected(325, 60, 1700) == 325 * 1700 // 60
    assert projected(5, 10, 10) == 5
    assert projected(5, 0, 10) == 0
    assert isinstance(projected(int(np.int64(5)), 10, 20), int)
