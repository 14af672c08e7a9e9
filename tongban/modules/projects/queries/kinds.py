"""The kinds of projects in force, their settings, and what a diagnosis of one says."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.kernel.bundles.calc import ordinary
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines.states import Unit
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.queries import once
from tongban.modules.projects import calc

_KINDS = "projects.kinds"
_held: dict[str, Any] = {}


class NoSuchKind(Problem):
    """The pack has no kind of project of this name."""

    code = "project.unknown_kind"
    status = 404


def _kinds() -> tuple[dict[str, calc.Kind], calc.Settings | None]:
    return once(_KINDS, _read_kinds)


def _read_kinds() -> tuple[dict[str, calc.Kind], calc.Settings | None]:
    """The pack's kinds and settings, read once for each revision of the catalogue."""
    held = catalogue.snapshot()
    if _held.get("of") is not held:
        data = held.documents.get(DocumentKind.PACK, {}).get("projects")
        facts = {
            name: FactType(fact["type"]) for name, fact in held.documents.get(DocumentKind.FACT, {}).items()
        }
        kinds = {one["code"]: calc.read_kind(one, facts) for one in data["kinds"]} if data else {}
        settings = calc.read_settings(data["settings"]) if data else None
        _held.update(of=held, kinds=kinds, settings=settings)
    return _held["kinds"], _held["settings"]


def kinds() -> dict[str, calc.Kind]:
    """The kinds of projects by code, in the pack's order of names."""
    return _kinds()[0]


def kind(code: str) -> calc.Kind:
    """One kind; raises NoSuchKind."""
    found = kinds().get(code)
    if found is None:
        raise NoSuchKind(
            sentence_zh="没有这一类投资项目。",
            sentence_en="There is no such kind of project.",
            todo_zh="请从项目类型中选择一种。",
            todo_en="Choose one of the kinds.",
            about=code[:60],
        )
    return found


def settings() -> calc.Settings:
    """Months of the lights and of the contract check."""
    found = _kinds()[1]
    return found if found is not None else calc.Settings(2, 3, 6, 12, {})


def asked_of_firm(code: str) -> dict[str, calc.Stage]:
    """The documents that the enterprise hands in for a kind of project, each with its stage; none where the pack lost the kind."""
    held = kinds().get(code)
    stages = held.stages if held else ()
    return {id: one for one in stages for id in one.documents if id in one.from_firm}


def days_of(item: str) -> int:
    """How many natural days an item takes in the usual situation by its promise; at least one."""
    published = catalogue.snapshot().items.get(item)
    if published is None:
        return 1
    definition = published.definition
    limit = definition.promised(definition.values({}, ordinary(definition), {}))
    # Five working days are a week; the calendar would say more exactly, but nobody knows yet when it will begin.
    days = -(-limit.value * 7 // 5) if limit.unit == Unit.WORKDAYS else limit.value
    return max(1, days)


def diagnosis(
    code: str, answers: Mapping[str, Any], organisation_id: uuid.UUID, today: date
) -> calc.Diagnosis:
    """What a project of an enterprise would need, by its answers and by what is known of it."""
    known = parties.profile(None, organisation_id, today)
    facts = {name: fact.value for name, fact in known.facts.items()}
    return calc.diagnose(kind(code), answers, facts)


def office_of(place: str) -> str:
    """The body of government of a place, by the pack; empty where it names none."""
    agencies = catalogue.snapshot().documents.get(DocumentKind.AGENCY, {})
    return next(
        (code for code, one in agencies.items() if one["place"] == place and one["level"] != "city"), ""
    )
