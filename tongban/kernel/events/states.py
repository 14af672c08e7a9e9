"""Names of events and who listens to them: declared by the packages, read by the log and by the docs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

LEASE_SECONDS = 60  # a worker that has not finished by then is taken for dead
MAX_TRIES = 48  # five minutes apart at the most, so four hours before a person has to look
LONGEST_WAIT_SECONDS = 300
DAILY_LEASE_SECONDS = 900  # a worker that has not finished a day's work by then is taken for dead


class ActorKind(StrEnum):
    """Who made an event happen."""

    PERSON = "person"
    STAFF = "staff"
    SYSTEM = "system"


class Later(Exception):
    """Raised by a listener's `prepare`: not before `until`. The job waits, and it counts as no failed try."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class EventName:
    """One declared event: its name `noun.past_verb` and the sentence by which a log shows it."""

    name: str
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True)
class Handler:
    """A listener: `prepare` does slow work outside a transaction, `apply` writes in the one that closes the job."""

    key: str
    event: str
    apply: Callable[[Any, Any], None]
    prepare: Callable[[Any], Any] | None


EVENTS: dict[str, EventName] = {}
DAILY: dict[str, Callable[[date], None]] = {}
OFTEN: dict[str, Callable[[], None]] = {}
HANDLERS: dict[str, Handler] = {}


def declare(name: str, sentence_zh: str, sentence_en: str) -> str:
    """Declare an event and return its name; raises ValueError when another package declared it already."""
    if name in EVENTS:
        raise ValueError(f"event {name!r} is declared twice")
    EVENTS[name] = EventName(name, sentence_zh, sentence_en)
    return name


def subscribe(
    event: str, *, prepare: Callable[[Any], Any] | None = None, name: str = ""
) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]:
    """Call the decorated `apply(event, prepared)` after each `event` has been committed, once in effect.

    The listener is known by its module and its own name, or by `name`, which listeners made from a table set
    themselves: the place it has reached is kept under it, so it must outlive releases.
    """

    def register(apply: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        if event not in EVENTS:
            raise ValueError(
                f"nobody declared the event {event!r}; declare it in the emitting package's states.py"
            )
        key = f"{apply.__module__.removeprefix('tongban.')}.{name or apply.__qualname__}"
        if key in HANDLERS:
            raise ValueError(f"handler {key!r} is registered twice")
        HANDLERS[key] = Handler(key, event, apply, prepare)
        return apply

    return register


def last_part(event: str) -> str:
    """What happened, without whose it is: `accepted` of `case.accepted`; names a listener made from a table."""
    return event.rsplit(".", 1)[-1]


def handlers_of(event: str) -> list[Handler]:
    """The listeners of an event in the order of their registration."""
    return [handler for handler in HANDLERS.values() if handler.event == event]


def daily(run: Callable[[date], None]) -> Callable[[date], None]:
    """Let the worker call `run(day)` once on each day, as early as it can; repeatable, since a crash runs it again."""
    key = f"{run.__module__.removeprefix('tongban.')}.{run.__qualname__}"
    if key in DAILY:
        raise ValueError(f"daily work {key!r} is registered twice")
    DAILY[key] = run
    return run


def often(run: Callable[[], None]) -> Callable[[], None]:
    """Let each worker call `run()` about once a minute; several may at the same time, so it takes its own lock."""
    OFTEN[f"{run.__module__.removeprefix('tongban.')}.{run.__qualname__}"] = run
    return run
