"""What the policies of the pack owe their readers: examples of every verdict, clauses, editions, numbers that say 示例."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.packs.reading import PACK, load

SHARED = {"exclusions", "funds", "routes"}
FILES = sorted(path.stem for path in (PACK / "policies").glob("*.yaml") if path.stem not in SHARED)
POLICIES = {name: load(f"policies/{name}.yaml") for name in FILES}
ITEMS = {item["code"]: item for policy in POLICIES.values() for item in policy["items"]}
EXAMPLES = {
    path.stem: load(f"examples/policies/{path.name}")
    for path in sorted((PACK / "examples/policies").glob("*.yaml"))
}
OPERATORS = {
    "fixed",
    "tiers",
    "rate",
    "per_step",
    "sum",
    "highest",
    "less_earlier",
    "share_of",
    "pool",
}


def operators(amount: Any) -> Iterator[str]:
    """The operators of an amount, wherever they stand in it."""
    if isinstance(amount, dict):
        yield from OPERATORS & amount.keys()
        for part in amount.values():
            yield from operators(part)
    elif isinstance(amount, list):
        for part in amount:
            yield from operators(part)


def fact_files() -> list[str]:
    """All files that declare facts."""
    return [
        "facts.yaml",
        *sorted(path.relative_to(PACK).as_posix() for path in (PACK / "facts").glob("*.yaml")),
    ]


def test_facts_are_declared_once_and_have_known_sources():
    declared = [fact for name in fact_files() for fact in load(name)["facts"]]
    agencies = {one["code"] for one in load("agencies.yaml")["agencies"]}
    assert [name for name, n in Counter(one["name"] for one in declared).items() if n > 1] == []
    assert {one["source"] for one in declared} <= agencies
    names = {one["name"] for one in declared}
    assert {name for one in declared for name in one.get("derived_from", [])} <= names


def test_files_are_named_for_what_they_hold_and_have_examples():
    assert [policy["code"] for policy in POLICIES.values()] == FILES
    assert sorted(EXAMPLES) == FILES
    for name, examples in EXAMPLES.items():
        assert {one["item"] for one in examples} == {item["code"] for item in POLICIES[name]["items"]}


def test_each_item_has_an_example_of_every_verdict():
    verdicts = defaultdict(set)
    counted = Counter()
    for examples in EXAMPLES.values():
        for one in examples:
            verdicts[one["item"]].add(one["expect"]["verdict"])
            counted[one["item"]] += 1
    assert {code: verdicts[code] for code in ITEMS} == {code: {"yes", "no", "needs-data"} for code in ITEMS}
    assert min(counted[code] for code in ITEMS) >= 3


def test_a_yes_says_how_much_a_no_says_why_and_a_gap_says_what():
    keys = {"yes": {"amount"}, "needs-data": {"missing"}}
    for examples in EXAMPLES.values():
        for one in examples:
            said = one["expect"].keys() - {"verdict", "edition"}
            if one["expect"]["verdict"] == "no":
                assert said & {"fails", "excluded_by"}, one["name"]
            else:
                assert said == keys[one["expect"]["verdict"]], one["name"]


def test_every_operator_of_amounts_is_in_use():
    used = {
        name
        for item in ITEMS.values()
        for edition in item["editions"]
        for name in operators(edition["amount"])
    }
    assert used == OPERATORS


def test_at_least_twelve_items_are_granted_without_applying_by_the_route_for_it():
    automatic = [code for code, item in ITEMS.items() if item["routes"] == ["automatic"]]
    assert len(automatic) >= 12
    procedures = {code: {one["procedure"] for one in ITEMS[code]["editions"]} for code in automatic}
    ways = {"organisation": {"automatic", "interest"}, "person": {"automatic-people", "interest"}}
    assert {code: p for code, p in procedures.items() if not p <= ways[ITEMS[code]["audience"]]} == {}


def test_invented_numbers_say_so_and_occur_once():
    numbers = [policy["number"] for policy in POLICIES.values()]
    assert [number for number in numbers if "示例" not in number] == []
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("name", [name for name in FILES if POLICIES[name]["level"] == "town"])
def test_a_town_pays_only_firms_of_its_own(name):
    policy = POLICIES[name]
    places = {one["code"]: one["place"] for one in load("agencies.yaml")["agencies"]}
    for item in policy["items"]:
        for edition in item["editions"]:
            place = f"org.place = '{places[policy['agency']]}'"
            assert any(place in condition["rule"] for condition in edition["conditions"]), item["code"]
            assert edition["funders"]["town"] == 100


def test_the_award_for_growing_above_scale_has_its_editions():
    editions = {one["edition"]: one for one in ITEMS["scale-up-started"]["editions"]}
    awards = {name: one["parameters"]["award"]["value"] for name, one in editions.items()}
    growth = {name: one["parameters"]["growth"]["value"] for name, one in editions.items()}
    assert awards == {"2024": 10_000_000, "2025": 15_000_000, "2026": 15_000_000}
    assert growth == {"2024": 20, "2025": 0, "2026": 0}


def test_a_promise_is_not_shorter_than_its_procedure():
    late = {}
    for route in load("policies/routes.yaml")["routes"]:
        done: dict[str, int] = {}
        for step in route["steps"]:
            # The time that the firm itself takes to confirm is not promised by anybody.
            own = 0 if step["kind"] == "confirm" else step.get("limit", {"value": 0})["value"]
            done[step["id"]] = max([done[one] for one in step["after"]], default=0) + own
        late[route["code"]] = max(done.values())
    short = {
        code: (edition["procedure"], edition["days"]["promised"])
        for code, item in ITEMS.items()
        for edition in item["editions"]
        if edition["days"]["promised"] < late[edition["procedure"]]
    }
    assert short == {}
