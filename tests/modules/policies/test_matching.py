"""Verdicts, amounts to the fen, what is missing, editions, groups, what would have to change."""

import datetime as dt

import pytest

from tests.modules.policies.sample import read
from tongban.foundation.criteria import FactType
from tongban.modules.policies.calc import Matcher, is_near, steps_to, terms_on, with_parameters
from tongban.modules.policies.calc.near import Change

DAY = dt.date(2025, 9, 1)
GOOD = {
    "org.above_scale": True,
    "org.since": 2023,
    "org.output_y0": 108_00,
    "org.output_y1": 100_00,
    "org.dishonest": False,
    "org.penalty": 0,
    "org.awards": [],
}


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    return read(tmp_path_factory.mktemp("pack")).policies


def matched(policies, values, item="scale-new", day=DAY):
    found = Matcher(terms_on(policies, day)).match(values)
    return next(one for one in found if one.offer.code == item)


def test_a_threshold_met_exactly_is_met(policies):
    found = matched(policies, GOOD)
    assert (found.verdict, found.amount, found.missing, found.fails) == (True, 5_000_000, (), ())
    below = matched(policies, {**GOOD, "org.output_y0": 107_99})
    assert (below.verdict, below.amount, below.fails) == (False, None, ("growth",))


def test_every_condition_is_explained(policies):
    listed, growth, *_ = matched(policies, {**GOOD, "org.output_y1": None}).judged
    assert [part.verdict for part in listed.parts] == [True]
    assert [(p.text, p.verdict, p.value, p.threshold, p.missing) for p in growth.parts] == [
        ("org.since = 2024", False, 2023, 2024, None),
        ("org.since = 2023", True, 2023, 2023, None),
        ("(100 * org.output_y0) >= (108 * org.output_y1)", None, 1_080_000, None, "org.output_y1"),
    ]
    assert growth.requirement.clause.ref.en == "Article 3"


def test_what_is_not_known_waits_and_is_named(policies):
    assert matched(policies, {**GOOD, "org.output_y1": None}).missing == ("org.output_y1",)
    assert matched(policies, {**GOOD, "org.penalty": None}).missing == ("org.penalty",)
    assert matched(policies, {**GOOD, "org.awards": None}).missing == ("org.awards",)
    assert set(matched(policies, {}).missing) == set(GOOD)
    # What is not known cannot help somebody who fails anyway.
    failed = matched(policies, {**GOOD, "org.above_scale": False, "org.penalty": None})
    assert (failed.verdict, failed.missing) == (False, ())


def test_an_exclusion_bars_and_is_named(policies):
    found = matched(policies, {**GOOD, "org.penalty": 10_000_000})
    assert (found.verdict, found.excluded_by, found.fails) == (False, ("common.penalty",), ())
    assert matched(policies, {**GOOD, "org.penalty": 9_999_999}).verdict is True


def test_once_is_once(policies):
    assert matched(policies, {**GOOD, "org.awards": ["scale-new"]}).fails == ("once",)
    assert matched(policies, {**GOOD, "org.awards": ["scale-big"]}).verdict is True


def test_the_edition_of_the_day_governs(policies):
    new, old = matched(policies, GOOD), matched(policies, GOOD, day=dt.date(2024, 6, 1))
    assert (new.offer.edition.name, new.amount) == ("2025", 5_000_000)
    assert (old.offer.edition.name, old.amount) == ("2024", 10_000_000)
    later = terms_on(policies, dt.date(2026, 1, 1))
    assert [item.code for item in later.resting] == ["scale-new"]
    assert [item.code for item in terms_on(policies, dt.date(2027, 1, 1)).resting] == [
        "scale-new",
        "scale-big",
    ]


def test_of_a_group_only_the_highest_counts(policies):
    values = {**GOOD, "org.equipment": 300_000_000}
    assert matched(policies, values).outdone_by == "scale-big"
    assert (
        matched(policies, values, "scale-big").outdone_by,
        matched(policies, values, "scale-big").amount,
    ) == ("", 30_000_000)
    assert matched(policies, {**GOOD, "org.equipment": 10**12}, "scale-big").amount == 50_000_000  # the cap


def test_a_slider_moves_only_what_holds_the_parameter(policies):
    terms = terms_on(policies, DAY)
    offer = terms.offer("scale-new")
    marks = [names for one in offer.requirements for names in one.parameters.values()]
    assert marks == [("growth",)]
    moved = with_parameters(offer, {"growth": 20}, policies, DAY)
    changed = [a.id for a, b in zip(offer.requirements, moved.requirements, strict=True) if a.tree != b.tree]
    assert changed == ["growth"]


def test_what_would_have_to_change(policies):
    found = matched(policies, {**GOOD, "org.output_y0": 100_00})
    assert is_near(found)
    (step,) = steps_to(found)
    assert step.requirement.advice.en == "Raise output"
    assert step.ways[0] == (Change("org.since", FactType.INT, 2023, 2024, "be"),)
    change = step.ways[1][0]
    assert (change.fact, change.now, change.to, change.way, change.by) == (
        "org.output_y0",
        100_00,
        108_00,
        "least",
        8_00,
    )
    assert matched(policies, {**GOOD, "org.output_y0": change.to}).verdict is True
    assert not is_near(matched(policies, {**GOOD, "org.penalty": 10**9})), "an exclusion is no near miss"
    assert steps_to(matched(policies, GOOD)) == ()
