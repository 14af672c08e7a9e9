"""For whom the program reads now: what the database is told in every transaction where it guards rows itself (ADR 0047).

Nobody is the beginning. Who reads for a person says for whom; who works for the platform says so, in so many words.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

SYSTEM = "system"
STAFF = "staff"
PERSON = "person"
# The settings of a transaction, which the policies in the database read.
SETTINGS = ("reader.kind", "reader.account", "reader.people", "reader.firms", "reader.reach")


def reach(right: str, agency: str, place_path: str) -> str:
    """A grant as a pattern for `right|agency|place`; no agency or place means no limit in that respect."""
    return f"{right}|{_quoted(agency) or '%'}|{_quoted(place_path)}%"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass(frozen=True)
class Reader:
    """Somebody for whom rows are read, with everything by which rows are theirs: identifiers, and patterns of grants."""

    kind: str = ""  # nobody
    account: str = ""
    people: tuple[str, ...] = ()  # themself, and whom they act for
    firms: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The values of SETTINGS."""
        return self.kind, self.account, ",".join(self.people), ",".join(self.firms), "\n".join(self.reach)


NOBODY = Reader()
EVERYTHING = Reader(SYSTEM)
_current: ContextVar[Reader] = ContextVar("tongban_reader", default=NOBODY)


def current() -> Reader:
    """For whom this thread reads now."""
    return _current.get()


@contextmanager
def reading_as(reader: Reader) -> Iterator[None]:
    """Within, rows are read for `reader`. Rows are fetched when they are looked at: a query that leaves unread, leaves."""
    token = _current.set(reader)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def reading_everything() -> Iterator[None]:
    """Within, the platform reads for itself: to recognise somebody, to count, to check what is said to it.

    Whatever it shows of that to anybody, it answers for: the policies of the database do not.
    """
    with reading_as(EVERYTHING):
        yield


def sorted_texts(values: Iterable[object]) -> tuple[str, ...]:
    """Identifiers as texts, each once, in an order that does not depend on how they came."""
    return tuple(sorted({str(value) for value in values if value is not None}))
