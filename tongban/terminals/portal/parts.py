"""The data that the home page of the portal takes, beside the parts of `tongban.terminals.ui.parts`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongban.terminals.ui import parts


@dataclass(frozen=True)
class Todo:
    """Something that waits for the visitor."""

    title: str
    sub: str
    url: str
    icon: str = "bell"
    tone: parts.Tone = "blue"
    light: parts.Light | None = None


@dataclass(frozen=True)
class Theme:
    """A theme of the catalogue as a tile."""

    id: str
    name: str
    icon: str
    blurb: str
    url: str
    tone: parts.Tone = "blue"


@dataclass(frozen=True)
class Bundle:
    """One thing (一件事): departments together, materials and visits before and after."""

    name: str
    icon: str
    departments: str
    department_count: int
    materials_before: int
    materials_after: int
    visits_before: int
    visits_after: int
    url: str
    tone: parts.Tone = "blue"
    forms_before: int = 0
    fields_before: int = 0
    fields_after: int = 0
    promised: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Hall:
    """A hall as shown beside the map. What is not measured stays None and is not shown."""

    name: str
    address: str
    hours: str
    phone: str
    url: str
    waiting: int | None = None
    minutes: int | None = None
    places_left: int | None = None
    booking_url: str = ""


@dataclass(frozen=True)
class Notice:
    """A line of news. `day` is ISO, shown as month and day."""

    kind: str
    title: str
    url: str
    day: str
    tone: parts.Tone = "blue"


@dataclass(frozen=True)
class Supervision:
    """Measured figures of the last 30 days; None where there is nothing to measure yet."""

    praised_percent: float | None = None
    ratings: int = 0
    on_time_percent: float | None = None
    average_days: float | None = None
    statutory_days: float | None = None
    more_url: str = ""


@dataclass(frozen=True)
class Audience:
    """A tab of the theme block: for persons, for organisations."""

    id: str
    label: str
    icon: str
    url: str
    current: bool = False
    themes: Sequence[Theme] = field(default_factory=tuple)
