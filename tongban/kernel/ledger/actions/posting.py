"""The one place where money moves: entries, the posting that closes them, and the balances by conditional update."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import Fen
from tongban.kernel.access.calc import Actor
from tongban.kernel.ledger.models import BudgetLine, Fund, LedgerEntry, Payout, Posting
from tongban.kernel.ledger.states import OF_LINE, Account, PayoutState, PostingKind
from tongban.kernel.records.actions import action


class NotEnough(Problem):
    """A budget line does not have what would be taken from it."""

    code = "ledger.not_enough"
    status = 409


class WrongStep(Problem):
    """A payout, batch or posting is not where this step starts, or an amount or reason is missing."""

    code = "ledger.wrong_step"
    status = 409


@dataclass(frozen=True)
class Move:
    """So many fen from one account to another, both of one line, or of the fund where `line` is None."""

    line: uuid.UUID | None
    source: Account
    target: Account
    fen: Fen


def wrong_step(
    about: object, zh: str = "当前状态不能办理这一步", en: str = "This step cannot be taken now"
) -> WrongStep:
    """The failure for a step that does not fit, with the reason in two languages."""
    return WrongStep(
        sentence_zh=f"{zh}。",
        sentence_en=f"{en}.",
        todo_zh="请刷新后查看最新状态。",
        todo_en="Reload and look at the present state.",
        about=str(about),
    )


def require_state(row: Payout, *states: PayoutState) -> None:
    """Raise WrongStep unless the locked payout is in one of the states."""
    if row.state not in states:
        raise wrong_step(row.pk, f"这笔款项目前是“{row.state}”，不能办理这一步", f"The payout is {row.state}")


@action
def post(
    *,
    fund: Fund,
    kind: PostingKind,
    key: str,
    moves: Iterable[Move],
    by: Actor,
    payout: Payout | None = None,
    reverses: Posting | None = None,
    reason: str = "",
) -> Posting:
    """Write the entries of `moves`, close them with a posting, move the balances. `key` makes a second one impossible.

    Lines are updated in the order of their ids, so two postings never wait for each other. Raises NotEnough.
    """
    posting = Posting(
        fund=fund,
        kind=kind,
        key=key,
        payout=payout,
        reverses=reverses,
        reason=reason,
        at=time.now(),
        made_by=by.account_id,
    )
    rows = list(moves)
    changes: dict[uuid.UUID, dict[Account, Fen]] = defaultdict(lambda: defaultdict(int))
    entries = []
    for move in rows:
        for account, fen in ((move.source, -move.fen), (move.target, move.fen)):
            entries.append(LedgerEntry(posting_id=posting.pk, line_id=move.line, account=account, fen=fen))
            if move.line is not None:
                changes[move.line][account] += fen
    LedgerEntry.objects.bulk_create(entries)
    posting.save(force_insert=True)  # after its entries: the database closes them with it
    for line in sorted(changes):
        _balance(line, changes[line])
    return posting


def _balance(line: uuid.UUID, change: dict[Account, Fen]) -> None:
    """One conditional update: what is taken must be there at that very moment, whoever else takes at the same time."""
    enough, values = {}, {}
    for account in OF_LINE:
        fen = change.get(account, 0)
        if fen:
            values[f"{account}_fen"] = F(f"{account}_fen") + fen
        if fen < 0:
            enough[f"{account}_fen__gte"] = -fen
    budget = sum(change.get(account, 0) for account in OF_LINE)
    if budget:
        values["budget_fen"] = F("budget_fen") + budget
    if not BudgetLine.objects.filter(pk=line, **enough).update(**values):
        raise NotEnough(
            sentence_zh="预算余额不足。",
            sentence_en="The budget line does not have that much left.",
            todo_zh="请核对预算，或者按比例核减。",
            todo_en="Check the budget, or share what is left in proportion.",
            about=str(line),
        )


def shares_of(row: Payout, source: Account, target: Account) -> list[Move]:
    """The moves of a whole payout from one account to another, in each line that bears a part of it."""
    shares = row.shares.order_by("line_id")
    return [Move(share.line_id, source, target, share.fen) for share in shares]
