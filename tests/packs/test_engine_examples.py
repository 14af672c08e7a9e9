"""Every example of the pack through the real engine: exact sets, not samples."""

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.packs.reading import PACK, examples
from tongban.kernel.bundles.calc import saving
from tongban.kernel.cases.calc import Application, assemble
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition, compile_definition, validator_for_form
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.deadlines.calc import ClockFact, Limit, WorkCalendar, YearDays, due
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason, Unit
from tongban.kernel.parties.calc import KnownFact, Profile

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@cache
def reading() -> Any:
    """The pack as the engine reads it."""
    found = read_pack(PACK)
    assert found.errors == []
    return found


@cache
def definition(code: str) -> Definition:
    """An item, compiled."""
    (data,) = [item for item in reading().items if item["code"] == code]
    compiled = compile_definition(data, reading().fact_types)
    return replace(compiled, promise_of=lambda other, values: definition(other).promised(values))


@cache
def validator(code: str) -> Any:
    """The schema of an item's form, compiled."""
    return validator_for_form(definition(code), frozenset(place["code"] for place in reading().places))


@cache
def calendar() -> WorkCalendar:
    """The calendar of the pack's years."""
    return WorkCalendar({data["year"]: YearDays.of(data) for data in reading().calendars})


def of(*kinds: str) -> list[Any]:
    """The examples of some kinds, as parameters."""
    return [pytest.param(one, id=one["name"]) for one in examples() if one["kind"] in kinds]


def application(example: dict[str, Any]) -> Application:
    """The application that an example describes."""
    given, code = example["given"], example["item"]
    facts = {name: KnownFact(name, value, "x", AS_OF) for name, value in given.get("facts", {}).items()}
    return assemble(
        definition(code),
        validator(code),
        Profile(facts),
        given.get("situation", {}),
        given.get("answers", {}),
        held=frozenset(given.get("credentials", [])),
        uploaded=frozenset(),
        signed=[],
    )


def values(example: dict[str, Any]) -> dict[str, Any]:
    """What rules may read of an example."""
    given = example["given"]
    return definition(example["item"]).values(
        given.get("facts", {}), given.get("situation", {}), given.get("answers", {})
    )


def test_no_example_is_left_out():
    ran = [param.id for kinds in KINDS for param in of(*kinds)]
    # Histories run in test_histories.py.
    assert sorted(ran) == sorted(one["name"] for one in examples() if one["kind"] != "history")


KINDS = [
    ("situation",),
    ("form",),
    ("automatic", "condition"),
    ("benefit",),
    ("due",),
    ("search",),
    ("bundle",),
]


@pytest.mark.parametrize("example", of("situation"))
def test_situations(example):
    made, expected = application(example), example["expect"]
    asked = [n.material.id for n in made.needs if not n.waived and n.material.necessity != "optional"]
    assert asked == expected["materials_to_upload"]
    if "waived" in expected:
        assert [need.material.id for need in made.needs if need.waived] == expected["waived"]
    if "promised" in expected:
        limit = definition(example["item"]).promised(made.values)
        assert {"value": limit.value, "unit": str(limit.unit)} == expected["promised"]
    if "fields" in expected:
        assert [one.field.id for section in made.sections for one in section.fields] == expected["fields"]


@pytest.mark.parametrize("example", of("form"))
def test_forms(example):
    assert {error.field: error.code for error in application(example).errors} == example["expect"]["errors"]


@pytest.mark.parametrize("example", of("automatic", "condition"))
def test_rules(example):
    item = definition(example["item"])
    if example["kind"] == "automatic":
        outcome = item.automatic(values(example))
    else:
        outcome = {one.id: one.outcome for one in item.judge_conditions(values(example))}[
            example["condition"]
        ]
    assert outcome.verdict is example["expect"]["verdict"]
    assert sorted(outcome.needs) == sorted(example["expect"].get("needs", []))


@pytest.mark.parametrize("example", of("benefit"))
def test_amounts(example):
    benefit = definition(example["item"]).benefit(values(example))
    assert (benefit[0] if benefit else 0) == example["expect"]["fen"]


@pytest.mark.parametrize("example", of("bundle"))
def test_bundles(example):
    item, known = definition(example["item"]), values(example)
    raw = {f"answer.{id}": value for id, value in example["given"]["answers"].items()}
    told = {
        step.id: {
            "item": step.child.item,
            "situation": step.child.situation_from(known),
            "answers": step.child.answers_from({**known, **raw}),  # rows as rows, not as their number
            "promised": as_data(item.limit_of(step, known)),
        }
        for step in item.steps_for(known)
        if step.child is not None
    }
    assert told == example["expect"]["children"]
    assert as_data(item.promised(known)) == example["expect"]["promised"]
    if "materials_to_upload" in example["expect"]:
        needs = application(example).needs
        asked = [one.material.id for one in needs if not one.waived and one.material.necessity != "optional"]
        assert asked == example["expect"]["materials_to_upload"]
    if "saved" in example["expect"]:
        saved = saving(item, definition, known)
        found = {key: list(getattr(saved, key)) for key in ("forms", "fields", "materials", "visits", "days")}
        assert found | {"agencies": len(saved.agencies)} == example["expect"]["saved"]


def as_data(limit: Limit) -> dict[str, Any]:
    """A limit as examples write it."""
    return {"value": limit.value, "unit": str(limit.unit)}


def facts_of(history: list[dict[str, Any]]) -> list[ClockFact]:
    """A history as facts; an extension happens on the day of the fact before it."""
    facts: list[ClockFact] = []
    for entry in history:
        reason = PauseReason(entry["reason"]) if "reason" in entry else None
        if "extended" in entry:
            facts.append(ClockFact(ClockFactKind.EXTENDED, facts[-1].date, value=entry["extended"]["value"]))
            continue
        (name,) = set(entry) - {"reason"}
        kind = ClockFactKind("started" if name == "accepted" else name)
        facts.append(ClockFact(kind, dt.date.fromisoformat(entry[name]), reason))
    return facts


@pytest.mark.parametrize("example", of("due"))
def test_due_dates(example):
    given, expected = example["given"], example["expect"]
    limit = Limit(given["limit"]["value"], Unit(given["limit"]["unit"]))
    state = due(facts_of(given["history"]), limit, calendar())
    assert (state.due.isoformat(), state.provisional) == (expected["due"], expected["provisional"])


@pytest.mark.django_db
@pytest.mark.parametrize("example", of("search"))
def test_searches(example):
    found = [item.code for item, _ in catalogue.find(example["given"]["query"]).items]
    expected = example["expect"]
    if "first" in expected:
        assert found[:1] == [expected["first"]]
    else:
        assert expected["in_top3"] in found[:3]
