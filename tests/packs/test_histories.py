"""The pack's dated histories: the clocks that each event starts, stops or moves, by the law's table (domain.md 2.1).

Every date is checked twice: by the engine, and by an oracle that walks the days and shares no code with it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest

from tests.kernel.deadlines import oracle
from tests.packs.driving import SET, Drive, unset
from tests.packs.reading import PACK, examples, items, judge, load, values_of
from tongban.kernel.deadlines.calc import ClockFact, Limit, WorkCalendar, YearDays, due
from tongban.kernel.deadlines.states import ClockFactKind, PauseReason, Unit
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.outcomes.queries import papers

HISTORIES = [pytest.param(one, id=one["name"]) for one in examples() if one["kind"] == "history"]
BY_CODE = {item["code"]: item for item in items()}
CALENDAR = WorkCalendar(
    {
        data["year"]: YearDays.of(data)
        for data in (load(f"calendar/{path.name}") for path in (PACK / "calendar").glob("*.yaml"))
    }
)
ALL = ("receipt", "statutory", "promised", "delivery")
DECISION = ("statutory", "promised")
# Event → what it does: which clocks it stops, starts, pauses, resumes or extends. What is not listed leaves them alone.
EFFECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "submitted": {"started": ("receipt",)},
    "supplement_requested": {"paused": ("receipt",)},
    "supplied": {"resumed": ("receipt",)},
    "lapsed": {"stopped": ALL},
    "refused": {"stopped": ALL},
    "withdrawn": {"stopped": ALL},
    "terminated": {"stopped": ALL},
    "accepted": {"stopped": ("receipt",), "started": DECISION},
    "deemed_accepted": {"stopped": ("receipt",), "started": DECISION},
    "suspended": {"paused": DECISION},
    "resumed": {"resumed": DECISION},
    "promise_stopped": {"paused": ("promised",)},
    "promise_resumed": {"resumed": ("promised",)},
    "hearing_asked": {"paused": DECISION},
    "hearing_held": {"resumed": DECISION},
    "extension_approved": {"extended": DECISION},
    "decided": {"stopped": DECISION, "started": ("delivery",)},
    "delivered": {"stopped": ("delivery",)},
}
# Whoever did not ask in time has accepted on the day of receipt (art. 32).
BACK_TO = {"deemed_accepted": "submitted"}
REASONS = {"supplement_requested": "supplement", "supplied": "supplement"}
REASONS |= {"hearing_asked": "hearing", "hearing_held": "hearing"}
EXTRAS = {"reason", "planned", "value", "result", "tolerated"}


def word_of(event: dict[str, Any]) -> str:
    """The one word of an event that says what happened."""
    (word,) = set(event) - EXTRAS
    return word


def day_of(event: dict[str, Any]) -> dt.date:
    """The day of an event in Shanghai; the minute does not matter to a clock."""
    return dt.date.fromisoformat(event[word_of(event)][:10])


def limits_of(example: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The limits of the item in this situation; five and ten working days for receipt and delivery (art. 32, 44)."""
    given = example["given"]
    limits = given.get("limits")
    if limits is None:
        own = BY_CODE[example["item"]]["limits"]
        cases = own["promised"].get("cases", [])
        special = next((one for one in cases if judge(one["when"], values_of(example))), own["promised"])
        limits = {"statutory": own["statutory"], "promised": special}
    days = {"receipt": {"value": 5, "unit": "workdays"}, "delivery": {"value": 10, "unit": "workdays"}}
    return {**days, **limits}


def clocks_of(example: dict[str, Any]) -> dict[str, list[oracle.Fact]]:
    """The facts of each clock that a history starts."""
    limits, clocks = limits_of(example), {}
    days = {word_of(event): day_of(event) for event in example["given"]["events"]}
    for event in example["given"]["events"]:
        word, day = word_of(event), day_of(event)
        for what, names in EFFECTS.get(word, {}).items():
            for name in names:
                if what == "started":
                    clocks[name] = [("started", days[BACK_TO.get(word, word)], None, None)]
                elif name in clocks and clocks[name][-1][0] != "stopped":
                    if what == "extended" and limits[name]["unit"] == "instant":
                        continue  # nothing done on the spot can take longer
                    reason = REASONS.get(word, event.get("reason"))
                    clocks[name].append((what, day, reason, event.get("value")))
    return clocks


def shown(answers: Iterable[tuple[str, Any, bool, bool]]) -> dict[str, Any]:
    """What a history expects of its clocks, from (name, due date, provisional, overdue)."""
    rows = list(answers)
    found: dict[str, Any] = {"clocks": {name: day.isoformat() if day else None for name, day, _, _ in rows}}
    for key, column in (("provisional_clocks", 2), ("late", 3)):
        if names := [row[0] for row in rows if row[column]]:
            found[key] = names
    return found


def by_engine(example: dict[str, Any]) -> dict[str, Any]:
    limits, today = limits_of(example), day_of(example["given"]["events"][-1])
    answers = []
    for name, facts in clocks_of(example).items():
        read = [
            ClockFact(ClockFactKind(what), day, PauseReason(reason) if reason else None, value)
            for what, day, reason, value in facts
        ]
        limit = Limit(limits[name]["value"], Unit(limits[name]["unit"]))
        state = due(read, limit, CALENDAR)
        answers.append((name, state.due, state.provisional, state.overdue_on(today)))
    return shown(answers)


def by_oracle(example: dict[str, Any]) -> dict[str, Any]:
    limits, today = limits_of(example), day_of(example["given"]["events"][-1])
    answers = []
    for name, facts in clocks_of(example).items():
        limit = (limits[name]["value"], limits[name]["unit"], False, True)
        answer = oracle.answer(facts, limit, today)
        answers.append((name, answer.due, answer.provisional, answer.overdue))
    return shown(answers)


@pytest.mark.parametrize("judged", [by_engine, by_oracle])
@pytest.mark.parametrize("example", HISTORIES)
def test_due_dates(example, judged):
    expected = {key: example["expect"][key] for key in example["expect"] if key in TIMES}
    assert judged(example) == expected


TIMES = {"clocks", "provisional_clocks", "late"}


def test_there_are_enough_histories_of_every_kind():
    histories = [param.values[0] for param in HISTORIES]
    assert len(histories) >= 40
    words = {word_of(event) for one in histories for event in one["given"]["events"]}
    assert words == {*EFFECTS, "hearing_offered", "hearing_scheduled", "deferred_supplied"}
    assert {one["expect"].get("closing_code") for one in histories} == {None, "0", "1", "2", "5", "6"}


@pytest.mark.parametrize("example", HISTORIES)
def test_events_are_in_order_and_fit_the_item(example):
    events = example["given"]["events"]
    moments = [event[word_of(event)] for event in events]
    assert [one[:10] for one in moments] == sorted(one[:10] for one in moments)
    assert word_of(events[0]) == "submitted"
    if "item" in example:
        asked = {q["id"]: {o["id"] for o in q["options"]} for q in BY_CODE[example["item"]]["situations"]}
        chosen = example["given"].get("situation", {})
        assert set(chosen) == set(asked)
        assert all(value in asked[id] for id, value in chosen.items())


def test_every_kind_of_letter_is_really_set_once():
    kinds = {kind for param in DRIVEN if param.id in SET for kind in param.values[0]["expect"]["letters"]}
    assert {param.id for param in DRIVEN} >= SET
    # A history begins with a submission; what is renewed was granted years before (tests/kernel/outcomes/test_renewals.py).
    # Papers in a bag belong to no single case (tests/modules/halls).
    # What becomes of a licence comes after its case (tests/kernel/outcomes/test_licences.py).
    elsewhere = {
        LetterKind.DEEMED_RENEWAL,
        LetterKind.PAYMENT_NOTICE,
        LetterKind.PAPER_TRANSFER,
        LetterKind.CREDENTIAL_ACT,
    }
    assert kinds == {*LetterKind} - elsewhere


DRIVEN = [param for param in HISTORIES if "item" in param.values[0]]


@pytest.mark.django_db
@pytest.mark.parametrize("example", DRIVEN)
def test_a_real_case_goes_the_same_way(example, clock, monkeypatch):
    if example["name"] not in SET:
        monkeypatch.setattr(papers, "seal", unset)
    drive = Drive(example)
    drive.run(word_of)
    assert drive.outcome() == example["expect"]
