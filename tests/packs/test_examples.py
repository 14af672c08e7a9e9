"""The packs' examples against a second opinion: SQLite for rules, counting day by day for due dates.

The engine runs the same examples elsewhere; here they are checked for being right at all.
"""

import datetime as dt
from typing import Any

import pytest

from tests.packs.reading import PACK, examples, fields_of, items, judge, load, values_of

BY_CODE = {item["code"]: item for item in items()}
DAY = dt.timedelta(days=1)


def of(kind: str) -> list[Any]:
    """The examples of a kind, as parameters."""
    return [pytest.param(one, id=one["name"]) for one in examples() if one["kind"] == kind]


def applies(data: dict[str, Any], values: dict[str, Any]) -> bool:
    """Whether a part is shown: only a certain no hides it."""
    return "when" not in data or judge(data["when"], values) is not False


def waived(material: dict[str, Any], item: dict[str, Any], example: dict[str, Any]) -> bool:
    """Whether the material need not be handed in."""
    match material.get("waived_by"):
        case {"credential": code}:
            return code in example["given"].get("credentials", [])
        case {"fact": name}:
            return name in example["given"].get("facts", {})
        case {"commitment": id}:
            commitment = next(one for one in item["commitments"] if one["id"] == id)
            return applies(commitment, values_of(example))
    return False


def test_there_are_enough_examples():
    named = [one["item"] for one in examples() if "item" in one]
    assert {code: named.count(code) for code in BY_CODE if named.count(code) < 3} == {}
    assert set(named) <= set(BY_CODE)
    kinds = [one["kind"] for one in examples()]
    assert kinds.count("search") >= 25
    assert kinds.count("due") >= 12


@pytest.mark.parametrize("example", of("situation"))
def test_situations_ask_for_exactly_these_materials_and_fields(example):
    item, values, expected = BY_CODE[example["item"]], values_of(example), example["expect"]
    known = {f"situation.{q['id']}": {o["id"] for o in q["options"]} for q in item["situations"]}
    given = {f"situation.{key}": value for key, value in example["given"]["situation"].items()}
    assert set(given) == set(known)
    assert all(value in known[name] for name, value in given.items())
    shown = [material for material in item["materials"] if applies(material, values)]
    asked = [m["id"] for m in shown if not waived(m, item, example) and m["necessity"] != "optional"]
    assert asked == expected["materials_to_upload"]
    if "waived" in expected:
        assert [m["id"] for m in shown if waived(m, item, example)] == expected["waived"]
    if "promised" in expected:
        general = item["limits"]["promised"]
        limit = next((one for one in general.get("cases", []) if judge(one["when"], values)), general)
        assert {"value": limit["value"], "unit": limit["unit"]} == expected["promised"]
    if "fields" in expected:
        sections = [section for section in item["form"] if applies(section, values)]
        seen = [field["id"] for s in sections for field in s["fields"] if applies(field, values)]
        assert seen == expected["fields"]


@pytest.mark.parametrize("example", of("automatic") + of("condition"))
def test_rules_decide_or_say_what_is_missing(example):
    item, expected = BY_CODE[example["item"]], example["expect"]
    if example["kind"] == "automatic":
        rule = item["automatic"]["grant_when"]
    else:
        rule = next(one for one in item["conditions"] if one["id"] == example["condition"])["rule"]
    assert judge(rule, values_of(example)) is expected["verdict"]
    needs = expected.get("needs", [])
    assert (expected["verdict"] is None) == bool(needs)
    assert not set(needs) & set(example["given"]["facts"])


@pytest.mark.parametrize("example", of("benefit"))
def test_amounts(example):
    rules = BY_CODE[example["item"]]["benefit"]["rules"]
    values = values_of(example)
    assert next((one["fen"] for one in rules if judge(one["when"], values)), 0) == example["expect"]["fen"]


@pytest.mark.parametrize("example", of("form"))
def test_forms_answer_and_complain_about_fields_that_exist(example):
    item, expected = BY_CODE[example["item"]], example["expect"]["errors"]
    fields = {field["id"]: field for field in fields_of(item)}
    assert set(example["given"]["answers"]) <= set(fields)
    assert {id.split("-")[0] for id in expected} <= set(fields)  # a cell of a group names its group first
    assert all(id not in example["given"]["answers"] for id, code in expected.items() if code == "required")
    # Whatever is prefilled is given, so that nothing else can be missing.
    values = values_of(example)
    needed = [s for s in item["form"] if applies(s, values)]
    prefilled = [
        f for s in needed for f in s["fields"] if "fact" in f and f["required"] and applies(f, values)
    ]
    assert {field["fact"] for field in prefilled} <= set(example["given"].get("facts", {}))


def workday(day: dt.date, years: dict[int, dict[str, Any]]) -> bool:
    """Whether the day is worked, by the calendar of its year or by weekends alone."""
    text, data = day.isoformat(), years.get(day.year, {"off": [], "workdays": []})
    runs = [(one, one) if isinstance(one, str) else (one["from"], one["to"]) for one in data["off"]]
    if any(first <= text <= last for first, last in runs):
        return False
    return text in data["workdays"] or day.weekday() < 5


def due(given: dict[str, Any]) -> tuple[str, bool]:
    """Count day by day: the first day is not counted, nor is one on which the clock stood still."""
    years = {
        data["year"]: data
        for data in (load(f"calendar/{p.name}") for p in (PACK / "calendar").glob("*.yaml"))
    }
    history, limit = given["history"], given["limit"]
    day = dt.date.fromisoformat(history[0]["accepted"])
    while not workday(day, years):
        day += DAY
    paused = [dt.date.fromisoformat(one["paused"]) for one in history if "paused" in one]
    resumed = [dt.date.fromisoformat(one["resumed"]) for one in history if "resumed" in one]
    stops = list(zip(paused, resumed, strict=True))
    left = limit["value"] + sum(one["extended"]["value"] for one in history if "extended" in one)
    while left:
        day += DAY
        stands = any(begin < day <= end for begin, end in stops)
        if not stands and (limit["unit"] == "days" or workday(day, years)):
            left -= 1
    while not workday(day, years):
        day += DAY
    return day.isoformat(), day.year not in years


@pytest.mark.parametrize("example", of("due"))
def test_due_dates(example):
    assert due(example["given"]) == (example["expect"]["due"], example["expect"]["provisional"])


@pytest.mark.parametrize("example", of("search"))
def test_searches_look_for_items_that_exist(example):
    (wanted,) = example["expect"].values()
    assert wanted in BY_CODE
