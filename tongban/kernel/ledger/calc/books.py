"""The books added up again from their entries, by other code than the one that keeps the balances (I6, I7)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.foundation.money import Fen
from tongban.kernel.ledger.states import OF_LINE, Account, PayoutState, PostingKind

# How much of its amount a payout in this state has on each account.
STANDS: dict[PayoutState, Account | None] = {
    PayoutState.RESERVED: Account.RESERVED,
    PayoutState.COMMITTED: Account.PAYABLE,
    PayoutState.BATCHED: Account.PAYABLE,
    PayoutState.SENT: Account.PAYABLE,
    PayoutState.UNKNOWN: Account.PAYABLE,
    PayoutState.REFUSED: Account.PAYABLE,
    PayoutState.RETURNED: Account.PAYABLE,
    PayoutState.PAID: Account.PAID,
    PayoutState.RELEASED: None,
}


@dataclass(frozen=True)
class Move:
    """One entry: so many fen into an account of a line (or of a fund alone), within a posting, for a payout or none."""

    posting: str
    kind: PostingKind
    line: str
    account: Account
    fen: Fen
    payout: str = ""


@dataclass(frozen=True)
class Line:
    """A budget line as it is kept."""

    id: str
    budget: Fen
    balances: dict[Account, Fen]


@dataclass(frozen=True)
class Paid:
    """A payout as it is kept, with the persons who let it through, empty where nobody did yet."""

    id: str
    claim: str
    fen: Fen
    state: PayoutState
    shares: Fen  # what its shares add up to
    maker: str = ""
    checker: str = ""
    finance: str = ""


@dataclass(frozen=True)
class Books:
    """Everything from which I6 and I7 are recomputed."""

    moves: list[Move]
    lines: list[Line]
    payouts: list[Paid]


def book_faults(books: Books) -> list[str]:
    """I6: postings add up to zero, balances are what entries say, none is negative, no claim is paid twice."""
    return [*_unbalanced(books.moves), *_wrong_lines(books), *_wrong_payouts(books)]


def _unbalanced(moves: Iterable[Move]) -> list[str]:
    sums: Counter[str] = Counter()
    for move in moves:
        sums[move.posting] += move.fen
    return [f"posting {posting}: its entries add up to {fen} fen" for posting, fen in sums.items() if fen]


def _wrong_lines(books: Books) -> list[str]:
    stands: dict[str, Counter[Account]] = defaultdict(Counter)
    for move in books.moves:
        stands[move.line][move.account] += move.fen
    faults = []
    for line in books.lines:
        entries = stands.get(line.id, Counter())
        for account in OF_LINE:
            if entries[account] != line.balances[account]:
                faults.append(
                    f"line {line.id}: {account} is kept as {line.balances[account]}, entries say {entries[account]}"
                )
            if entries[account] < 0:
                faults.append(f"line {line.id}: {account} is negative")
        handed = -entries[Account.FUND] - entries[Account.RETURNED]
        if line.budget != handed:
            faults.append(f"line {line.id}: the budget is kept as {line.budget}, entries say {handed}")
        if sum(line.balances.values()) != line.budget:
            faults.append(f"line {line.id}: the balances do not add up to the budget")
    return faults


def _wrong_payouts(books: Books) -> list[str]:
    stands: dict[str, Counter[Account]] = defaultdict(Counter)
    for move in books.moves:
        if move.payout:
            stands[move.payout][move.account] += move.fen
    faults, live = [], Counter(row.claim for row in books.payouts if row.state != PayoutState.RELEASED)
    faults += [f"claim {claim}: {count} live payouts" for claim, count in live.items() if count > 1]
    for row in books.payouts:
        entries, where = stands[row.id], STANDS[row.state]
        clawed = entries[Account.RETURNED]
        if row.shares != row.fen:
            faults.append(f"payout {row.id}: its shares do not add up to it")
        if not 0 <= clawed <= row.fen or (clawed and row.state != PayoutState.PAID):
            faults.append(f"payout {row.id}: {clawed} fen were clawed back of {row.fen}")
        expected = {where: row.fen, Account.AVAILABLE: -row.fen} if where else {}
        for account in OF_LINE:
            fen = expected.get(account, 0) - (clawed if account == Account.PAID else 0)
            if entries[account] != fen:
                faults.append(f"payout {row.id} ({row.state}): {entries[account]} fen stand on {account}")
    return faults


_LET_THROUGH = (
    PayoutState.SENT,
    PayoutState.UNKNOWN,
    PayoutState.PAID,
    PayoutState.REFUSED,
    PayoutState.RETURNED,
)


def person_faults(books: Books) -> list[str]:
    """I7: what was sent was made, checked and sent by three persons."""
    faults = []
    for row in books.payouts:
        if row.state in _LET_THROUGH:
            persons = [row.maker, row.checker, row.finance]
            if not all(persons) or len(set(persons)) != len(persons):
                faults.append(f"payout {row.id}: not made, checked and sent by three persons")
    return faults
