"""The only clock. Nothing else in the project asks the machine what time it is.

TONGBAN_NOW (an ISO moment; without an offset it is Shanghai time) starts this clock elsewhere, and it runs
on from there. `freeze` stops it, `shift` moves it: for tests and for demonstrations.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tongban.foundation.errors import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")


class BadMoment(Problem):
    """A text that should be a moment is none."""

    code = "time.bad_moment"
    status = 500


def moment(text: str) -> datetime:
    """The ISO moment in `text`, aware, in Shanghai; without an offset it is read as Shanghai time.

    Raises BadMoment.
    """
    try:
        return _in_shanghai(datetime.fromisoformat(text))
    except ValueError as error:
        raise BadMoment(
            sentence_zh=f"“{text}”不是有效的时刻。",
            sentence_en=f"'{text}' is not a moment.",
            todo_zh="请按 2026-03-02T09:00 的形式填写。",
            todo_en="Write it like 2026-03-02T09:00.",
            about=text,
        ) from error


def offset_from(environ: Mapping[str, str], real: datetime) -> timedelta:
    """How far TONGBAN_NOW sets the clock ahead of `real`, the machine's time. Raises BadMoment."""
    text = environ.get("TONGBAN_NOW", "")
    return moment(text) - real if text else timedelta()


def now() -> datetime:
    """The present moment, aware, in Shanghai."""
    return _clock.frozen if _clock.frozen is not None else _real() + _clock.offset


def today() -> date:
    """The present day in Shanghai."""
    return now().date()


def wall_clock() -> datetime:
    """The machine's own time, which neither a test nor a demonstration moves: for what Django itself has stamped."""
    return _real()


@contextmanager
def freeze(at: datetime | str) -> Iterator[datetime]:
    """Stop the clock at `at` (a moment or its ISO text) for the block, in all threads; yields the moment."""
    before = _clock.frozen
    stopped = moment(at) if isinstance(at, str) else _in_shanghai(at)
    _clock.frozen = stopped
    try:
        yield stopped
    finally:
        _clock.frozen = before


def shift(by: timedelta) -> None:
    """Move the clock by `by`: the frozen moment inside `freeze`, else the running clock until moved back."""
    if _clock.frozen is not None:
        # Through UTC, so that an hour is an hour.
        _clock.frozen = (_clock.frozen.astimezone(UTC) + by).astimezone(SHANGHAI)
    else:
        _clock.offset += by


class _Clock:
    # One for the process, not a context variable: a test's live server answers in other threads and must see
    # the same time.
    def __init__(self) -> None:
        self.offset = offset_from(os.environ, _real())
        self.frozen: datetime | None = None


def _real() -> datetime:
    return datetime.now(SHANGHAI)


def _in_shanghai(at: datetime) -> datetime:
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


_clock = _Clock()
