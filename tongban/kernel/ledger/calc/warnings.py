"""What a checker should look at before money leaves. Nothing here stops a payment: a person says why it is right."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.foundation.money import Fen
from tongban.kernel.ledger.states import WarningKind

JUST_UNDER_PERCENT = 5  # an amount within this part below a threshold is "just under" it


@dataclass(frozen=True)
class Planned:
    """A payout about to be paid, or one paid before. `account` is an index by which equal accounts are equal."""

    id: str
    payee: str
    account: str
    fen: Fen
    item_key: str
    approved_account: str = ""  # as it was when the payout was approved; empty when that is not known


@dataclass(frozen=True)
class Finding:
    """One warning about one payout; `others` are the payouts that it has to do with."""

    payout: str
    kind: WarningKind
    others: tuple[str, ...] = ()


def findings(
    planned: Iterable[Planned],
    earlier: Iterable[Planned] = (),
    *,
    stopped: frozenset[str] = frozenset(),
    thresholds: Iterable[Fen] = (),
) -> list[Finding]:
    """Warnings about the planned payouts, compared with each other and with earlier ones, sorted.

    `stopped` are payees whom the caller wants looked at; `thresholds` are amounts in fen from which more is asked.
    """
    rows, limits = list(planned), list(thresholds)
    everything = {row.id: row for row in [*earlier, *rows]}
    by_account: dict[str, list[Planned]] = defaultdict(list)
    by_sameness: dict[tuple[str, Fen, str], list[Planned]] = defaultdict(list)
    for row in everything.values():
        by_account[row.account].append(row)
        by_sameness[row.payee, row.fen, row.item_key].append(row)
    found = []
    for row in rows:
        others = [other for other in by_account[row.account] if other.payee != row.payee]
        if row.account and others:
            found.append(Finding(row.id, WarningKind.SHARED_ACCOUNT, _ids(others)))
        again = [other for other in by_sameness[row.payee, row.fen, row.item_key] if other.id != row.id]
        if again:
            found.append(Finding(row.id, WarningKind.SAME_AGAIN, _ids(again)))
        if row.approved_account and row.account != row.approved_account:
            found.append(Finding(row.id, WarningKind.ACCOUNT_CHANGED))
        if row.payee in stopped:
            found.append(Finding(row.id, WarningKind.STOP_LIST))
        if any(_just_under(row.fen, limit) for limit in limits):
            found.append(Finding(row.id, WarningKind.JUST_UNDER))
    return sorted(found, key=lambda one: (one.payout, one.kind))


def _ids(rows: list[Planned]) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in rows))


def _just_under(fen: Fen, limit: Fen) -> bool:
    """Below the limit, by less than JUST_UNDER_PERCENT of it. Whole numbers only."""
    return limit - fen > 0 and (limit - fen) * 100 <= limit * JUST_UNDER_PERCENT
