"""A fund with three officers, and the short ways through it that tests take. Names and numbers are invented."""

import itertools
import uuid
from dataclasses import dataclass

from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import Actor, Granted
from tongban.kernel.events.states import ActorKind
from tongban.kernel.ledger import actions
from tongban.kernel.ledger.actions import Claimed
from tongban.kernel.ledger.models import BudgetLine, Fund, PaymentBatch, Payout

AGENCY = "industry"
TOWN = "441900/441900113/"
OTHER_TOWN = "441900/441900121/"
_serial = itertools.count(1)


def officer(role: str, agency: str = AGENCY, place: str = "", *funds: str) -> Actor:
    """Somebody with one grant."""
    return Actor(ActorKind.STAFF, uuid7(), grants=(Granted(role, agency, place, funds),))


@dataclass(frozen=True)
class Office:
    """A fund with one line, and whoever works with it."""

    fund: Fund
    line: BudgetLine
    reserver: Actor
    maker: Actor
    checker: Actor
    finance: Actor

    def balances(self) -> tuple[int, int, int, int, int]:
        """Budget, available, reserved, payable, paid of the line."""
        row = BudgetLine.objects.get(pk=self.line.pk)
        return row.budget_fen, row.available_fen, row.reserved_fen, row.payable_fen, row.paid_fen

    def reserve(self, fen: int = 100, claim: str = "", account: str = "", **more) -> Payout:
        """A payout of the line's."""
        return actions.reserve(
            claimed=claimed(claim, account, **more), shares={self.line.pk: fen}, by=self.reserver
        )

    def committed(self, fen: int = 100, claim: str = "", account: str = "", **more) -> Payout:
        """A payout that is payable."""
        row = self.reserve(fen, claim, account, **more)
        return actions.commit(payout_id=row.pk, by=self.maker)

    def batch(self, *payouts: Payout, treasury: str = "file", **more) -> PaymentBatch:
        """A batch as made."""
        ids = [row.pk for row in payouts]
        return actions.put_in_batch(payout_ids=ids, treasury=treasury, by=self.maker, **more)

    def approve(self, batch: PaymentBatch) -> PaymentBatch:
        """Checked, every warning with a reason."""
        for warning in batch.warnings.order_by("id"):
            actions.acknowledge(warning_id=warning.pk, reason="已核实", by=self.checker)
        return actions.approve_batch(batch_id=batch.pk, by=self.checker)

    def send(self, batch: PaymentBatch) -> PaymentBatch:
        """Sent; what follows is a job."""
        return actions.send_batch(batch_id=batch.pk, by=self.finance)

    def sent(self, *payouts: Payout, treasury: str = "file") -> PaymentBatch:
        """Made, checked and sent."""
        return self.send(self.approve(self.batch(*payouts, treasury=treasury)))


def claimed(claim: str = "", account: str = "", **more) -> Claimed:
    """A claim of somebody of its own, unless told otherwise."""
    number = next(_serial)
    known = {
        "claim": claim or f"claim-{number}",
        "period": "2026",
        "payee": f"payee-{number}",
        "payee_name": "示例企业",
        "account": account or f"62220240{number:011d}",
        "bank": "示例银行",
    }
    return Claimed(**{**known, **more})


def office(fen: int = 1_000, place: str = TOWN) -> Office:
    """A fund of its own with so many fen for one town."""
    finance = officer("finance_officer")
    fund = actions.open_fund(code=f"fund-{next(_serial)}", name="示例专项资金", agency=AGENCY, by=finance)
    line = actions.open_line(fund_id=fund.pk, year=2026, place_path=place, fen=fen, by=finance)
    return Office(
        fund, line, officer("fund_officer"), officer("fund_officer"), officer("fund_checker"), finance
    )


def state(row: Payout) -> str:
    """Where a payout stands now."""
    return Payout.objects.get(pk=row.pk).state


def some_id() -> uuid.UUID:
    """An id of nothing."""
    return uuid7()
