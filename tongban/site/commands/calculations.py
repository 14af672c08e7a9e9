"""`tongban due` and `tongban ids`: pure calculations over standard input and arguments, no database."""

import argparse
import json
import sys
from typing import Any


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """`ids` takes identifiers; `due` reads YAML."""
    if name == "ids":
        parser.add_argument(
            "identifier", nargs="*", help="identifiers; one a line on standard input without any"
        )


def run(options: argparse.Namespace) -> int:
    """Print JSON."""
    return _ids(options.identifier) if options.command == "ids" else _due(sys.stdin.read())


def _ids(given: list[str]) -> int:
    from tongban.foundation.ids import identify

    lines = given or [line.strip() for line in sys.stdin if line.strip()]
    good = True
    for text in lines:
        verdicts = [
            {"kind": v.kind, "ok": v.ok, "why_zh": v.why_zh, "why_en": v.why_en, "value": v.value}
            for v in identify(text)
        ]
        good = good and any(verdict["ok"] for verdict in verdicts)
        print(json.dumps({"identifier": text, "verdicts": verdicts}, ensure_ascii=False))
    return 0 if good else 1


def _due(text: str) -> int:
    """One history or a list of them: {limit: {value, unit}, history: [{accepted: day}, …], today: day}.

    A limit may say `count_start_day: true` and `roll: false`. What can happen, in order and as often as it did:
    {accepted: day}, {paused: day, reason: …}, {resumed: day, reason: …}, {extended: {value: 5}, on: day},
    {stopped: day}. A resumption needs its reason while several pauses are open.
    """
    import yaml

    from tongban.foundation.errors import Problem
    from tongban.kernel.deadlines.calc import WorkCalendar

    calendar = _calendar(WorkCalendar)
    data = yaml.safe_load(text)
    many = data if isinstance(data, list) else [data]
    good = True
    for one in many:
        try:
            print(json.dumps(_answer(one, calendar), ensure_ascii=False))
        except (Problem, KeyError, ValueError, TypeError, AttributeError, StopIteration, IndexError) as error:
            good = False
            sentence = error.sentence_en if isinstance(error, Problem) else f"not a history: {error!r}"
            print(json.dumps({"error": sentence}, ensure_ascii=False))
    return 0 if good else 1


def _calendar(kind: Any) -> Any:
    from tongban.foundation.packs import read_yaml
    from tongban.kernel.deadlines.calc import YearDays
    from tongban.site import environment

    years: dict[int, Any] = {}
    for path in sorted((environment.pack_folder() / "calendar").glob("*.yaml")):
        data: Any = read_yaml(path).data
        years[data["year"]] = YearDays.of(data)
    return kind(years)


def _answer(one: dict[str, Any], calendar: Any) -> dict[str, Any]:
    import datetime as dt

    from tongban.kernel.deadlines.calc import Limit, due, light
    from tongban.kernel.deadlines.states import Unit

    given = one["limit"]
    more = {key: given[key] for key in ("count_start_day", "roll") if key in given}
    limit = Limit(given["value"], Unit(given["unit"]), **more)
    facts = _facts(one["history"], given["unit"])
    today = dt.date.fromisoformat(str(one["today"])) if "today" in one else None
    state = due(facts, limit, calendar, today=today)
    return {
        "due": state.due.isoformat() if state.due else None,
        "provisional": state.provisional,
        "used": state.used,
        "left": state.left,
        "paused": state.paused,
        "stopped": state.stopped,
        "overdue": state.overdue_on(today or facts[-1].date),
        "light": light(state, today or facts[-1].date),
    }


def _facts(history: list[dict[str, Any]], unit: str) -> list[Any]:
    """The facts of a history; an extension without a day of its own happened on the day of the fact before it."""
    import datetime as dt

    from tongban.kernel.deadlines.calc import ClockFact
    from tongban.kernel.deadlines.states import ClockFactKind, PauseReason

    facts: list[Any] = []
    for entry in history:
        name = next(key for key in entry if key in {"accepted", *ClockFactKind})
        extended = entry[name] if name == "extended" else None
        if extended and extended.get("unit", unit) != unit:
            raise ValueError(f"the limit counts {unit}, an extension cannot add {extended['unit']}")
        day = (extended.get("on") or entry.get("on") or facts[-1].date) if extended else entry[name]
        facts.append(
            ClockFact(
                kind=ClockFactKind({"accepted": "started"}.get(name, name)),
                date=dt.date.fromisoformat(str(day)),
                reason=PauseReason(entry["reason"]) if "reason" in entry else None,
                value=extended["value"] if extended else None,
            )
        )
    return facts
