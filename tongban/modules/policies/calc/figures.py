"""Public figures of what was paid: sums and counts in groups of which none is so small that anybody can be recognised. Pure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

OTHER = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `days` from the list or application to the account, and `automatic`: None where nobody says."""

    fen: int
    payee: Hashable
    audience: str
    year: str
    town: str
    agency: str
    days: int | None = None
    automatic: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So much to so many; OTHER for those put together."""

    code: str
    fen: int
    many: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be published. `firms` and `people` are None where one of both is too small to be told apart."""

    fen: int
    recipients: int
    payments: int
    firms: int | None
    people: int | None
    days: int | None
    percent_automatic: int | None
    by_year: tuple[Group, ...]
    by_town: tuple[Group, ...]
    by_agency: tuple[Group, ...]


def figures(payments: Sequence[Payment], least: int) -> Figures | None:
    """The totals, with no group of fewer than `least` recipients; None where all of them are fewer."""
    recipients = len({one.payee for one in payments})
    if not payments or recipients < least:
        return None
    firms = len({one.payee for one in payments if one.audience == "organisation"})
    people = len({one.payee for one in payments if one.audience == "person"})
    told = firms + people == recipients and not any(0 < many < least for many in (firms, people))
    days = [one for one in payments if one.days is not None]
    ways = [one for one in payments if one.automatic is not None]
    return Figures(
        fen=sum(one.fen for one in payments),
        recipients=recipients,
        payments=len(payments),
        firms=firms if told else None,
        people=people if told else None,
        days=median_low(one.days for one in days if one.days is not None) if _enough(days, least) else None,
        # Cut, not rounded: 99.9 % is not all.
        percent_automatic=_share(ways, least),
        by_year=groups(payments, least, lambda one: one.year),
        by_town=groups(payments, least, lambda one: one.town),
        by_agency=groups(payments, least, lambda one: one.agency),
    )


def _enough(payments: Iterable[Payment], least: int) -> bool:
    return len({one.payee for one in payments}) >= least


def _share(ways: Sequence[Payment], least: int) -> int | None:
    """Per cent without an application; nothing where those on one side are few, for then the share names them."""
    sides = [[one for one in ways if one.automatic is way] for way in (True, False)]
    if not ways or any(side and not _enough(side, least) for side in sides):
        return None
    return 100 * len(sides[0]) // len(ways)


def groups(payments: Sequence[Payment], least: int, key: Callable[[Payment], str]) -> tuple[Group, ...]:
    """The groups, most money first. Small ones are put together; while that is still small, the smallest other joins them.

    Otherwise what is missing from the sum of all would be what a few were paid.
    """
    held: dict[str, list[Payment]] = {}
    for one in payments:
        held.setdefault(key(one), []).append(one)
    by_size = sorted(held, key=lambda code: (len({one.payee for one in held[code]}), code))
    other: list[Payment] = []
    for code in by_size:
        small = not _enough(held[code], least)
        if small or code == OTHER or (other and not _enough(other, least)):
            other += held.pop(code)
    found = [_group(code, rows) for code, rows in held.items()]
    found.sort(key=lambda one: (-one.fen, one.code))
    return (*found, *([_group(OTHER, other)] if other else []))


def _group(code: str, rows: Sequence[Payment]) -> Group:
    return Group(code, sum(one.fen for one in rows), len({one.payee for one in rows}))
