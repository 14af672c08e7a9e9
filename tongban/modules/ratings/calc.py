"""What the pack sets for ratings, and what follows from it. Pure."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.ids import mask_name
from tongban.kernel.deadlines.calc import ClockFact, Due, Limit, WorkCalendar, due
from tongban.kernel.deadlines.states import ClockFactKind, Unit
from tongban.modules.ratings.states import ENDED, ON_SITE, RemedyState, RepairKind

# Six digits in a row are a telephone, a card or an identity number, never part of an opinion.
_NUMBER = re.compile(r"[0-9０-９Xx]{6,}|[0-9０-９](?:[\s-]?[0-9０-９]){6,}")


@dataclass(frozen=True)
class Point:
    """Something that can be ticked at a level."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class Settings:
    """The pack's `ratings.yaml`: points by (on site, level), limits in working days by name."""

    points: Mapping[tuple[bool, int], tuple[Point, ...]]
    limits: Mapping[str, int]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Settings":
        """From the pack's document, which its schema has checked."""
        points = {
            (where == "on_site", one["level"]): tuple(
                Point(point["id"], point["text"]["zh"], point["text"]["en"]) for point in one["points"]
            )
            for where, levels in data["dimensions"].items()
            for one in levels
        }
        return cls(points, data["limits"])

    def offered(self, channel: str, level: int) -> tuple[Point, ...]:
        """What can be ticked for a level on this channel."""
        return self.points.get((channel in ON_SITE, level), ())

    def due(self, limit: str, kind: str, day: dt.date, calendar: WorkCalendar) -> Due:
        """The day on which a limit that starts on `day` ends; `repair` stands for that of the kind of repair."""
        days = self.limits[(kind or RepairKind.SIMPLE) if limit == "repair" else limit]
        state = due([ClockFact(ClockFactKind.STARTED, day)], Limit(days, Unit.WORKDAYS), calendar)
        if state.due is None:
            raise AssertionError("a clock that was never paused has its due date")
        return Due(state.due, state.provisional)


def chosen(settings: Settings, channel: str, level: int, ticked: Collection[str]) -> list[str]:
    """Those of the ticked points that belong to this level and channel, in the pack's order."""
    return [point.id for point in settings.offered(channel, level) if point.id in ticked]


def light(state: str, due_on: dt.date | None, today: dt.date, next_workday: dt.date) -> str:
    """The light of a rectification: red past its day, yellow with one working day left, paused with the rater."""
    if state in ENDED or due_on is None:
        return "done"
    if state == RemedyState.ANSWERED:
        return "paused"
    if due_on < today:
        return "red"
    return "yellow" if due_on <= next_workday else "green"


def veiled(text: str, name: str) -> str:
    """What was said, without the rater's name and without longer numbers: people write down their telephone."""
    text = _NUMBER.sub("******", text)
    return text.replace(name, mask_name(name)) if name else text
