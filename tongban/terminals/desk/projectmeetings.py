"""Meetings on a project's page: the list with what was decided, and the form read back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.modules.projects import queries
from tongban.modules.projects.actions import Decision
from tongban.modules.projects.states import EntryKind
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.templatetags.ui import cndate

ROWS = 4  # decisions that one form takes; a long meeting is written down in two forms


def day_of(text: str) -> date | None:
    """A day that was typed; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def listed(row: Any, entries: list[Any], today: date) -> list[dict[str, Any]]:
    """The meetings, the newest first, each with its decisions and how they stand; `entries` are the project's own."""
    decided: dict[Any, list[dict[str, Any]]] = {}
    for one in entries:
        if one.kind == EntryKind.DECISION and one.meeting_id:
            decided.setdefault(one.meeting_id, []).append(
                {
                    "words": one.words,
                    "office": said.office(one.office),
                    "due": cndate(one.due_on),
                    "light": said.due_light(one, today),
                }
            )
    return [
        {
            "day": cndate(one.day),
            "chair": one.chair,
            "offices": [said.office(code) for code in one.offices],
            "decisions": list(reversed(decided.get(one.pk, []))),
        }
        for one in queries.meetings_of(row)
    ]


def form(given: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The rows of the form, with what was typed where it was refused."""
    typed = given or {}
    return [
        {
            "n": n,
            "words": typed.get(f"words-{n}", ""),
            "office": typed.get(f"office-{n}", ""),
            "due": typed.get(f"due-{n}", ""),
        }
        for n in range(1, ROWS + 1)
    ]


def decisions(given: Mapping[str, str]) -> list[Decision]:
    """The decisions of a form; a row in which nothing and no day was written is none."""
    found = []
    for n in range(1, ROWS + 1):
        words, due = given.get(f"words-{n}", ""), given.get(f"due-{n}", "")
        if words.strip() or due:
            found.append(Decision(words[:2000], given.get(f"office-{n}", "")[:60], day_of(due)))
    return found
