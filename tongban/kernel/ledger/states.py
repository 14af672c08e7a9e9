"""Accounts, states of payouts and batches, kinds of warnings, and the events of money."""

from enum import StrEnum

from tongban.kernel.events.states import declare

FUND_OPENED = declare("fund.opened", "设立了资金", "A fund was opened")
LINE_OPENED = declare("budget_line.opened", "下达了预算", "A budget line was opened")
BUDGET_CHANGED = declare("budget_line.changed", "调整了预算", "A budget was changed")
RESERVED = declare("payout.reserved", "预留了资金", "Money was reserved")
RELEASED = declare("payout.released", "释放了预留资金", "Money was released")
COMMITTED = declare("payout.committed", "审定了应付款", "A payout was approved as payable")
ACCOUNT_CHANGED = declare("payout.account_changed", "变更了收款账户", "The account of a payout was changed")
BATCH_MADE = declare("payment_batch.made", "制作了支付批次", "A payment batch was made")
WARNING_ACKNOWLEDGED = declare(
    "payment_batch.warning_acknowledged", "复核了风险提示", "A warning was acknowledged"
)
BATCH_APPROVED = declare("payment_batch.approved", "复核通过了支付批次", "A payment batch was approved")
BATCH_REJECTED = declare("payment_batch.rejected", "退回了支付批次", "A payment batch was rejected")
BATCH_SENT = declare("payment_batch.sent", "签发了支付批次", "A payment batch was sent")
BATCH_DELIVERED = declare("payment_batch.delivered", "支付批次已送达国库", "A batch reached the treasury")
PAID = declare("payout.paid", "款项已支付", "A payout was paid")
REFUSED = declare("payout.refused", "款项被退", "A payout was refused")
UNKNOWN = declare("payout.unknown", "支付结果不明", "The outcome of a payout is unknown")
CONFLICTED = declare(
    "payout.conflicted", "支付回执前后不一致", "Answers about a payout contradict each other"
)
RECONCILED = declare("fund.reconciled", "完成了银行对账", "A bank statement was reconciled")
RETURNED = declare("payout.returned", "款项退回", "A payout came back")
CLAWED_BACK = declare("payout.clawed_back", "追回了款项", "Money was clawed back")
REVERSED = declare("posting.reversed", "冲正了一笔账", "A posting was reversed")
MONTH_CLOSED = declare("fund.month_closed", "完成了月结", "A month was closed")


class Account(StrEnum):
    """Where money stands. The first two are the fund's; the four of a budget line add up to its budget."""

    FUND = "fund"  # where budgets come from: minus what was handed to lines
    SUSPENSE = "suspense"  # what a bank statement shows and nobody can explain yet
    AVAILABLE = "available"
    RESERVED = "reserved"
    PAYABLE = "payable"
    PAID = "paid"
    RETURNED = "returned"  # clawed back to the treasury: no longer part of the line's budget


OF_LINE = (Account.AVAILABLE, Account.RESERVED, Account.PAYABLE, Account.PAID)


class PostingKind(StrEnum):
    """What a transaction was for."""

    BUDGET = "budget"
    RESERVE = "reserve"
    RELEASE = "release"
    COMMIT = "commit"
    PAY = "pay"
    RETURN = "return"
    CLAW_BACK = "claw_back"
    SUSPENSE = "suspense"
    REVERSAL = "reversal"


class PayoutState(StrEnum):
    """Where a payout stands. What is sent or unknown may have been paid, so it is never put into another batch."""

    RESERVED = "reserved"
    COMMITTED = "committed"
    BATCHED = "batched"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    REFUSED = "refused"  # by the bank: still payable, to another account or not at all
    RETURNED = "returned"  # paid, and sent back by the payee's bank: payable again
    RELEASED = "released"


# From where each move starts. Whatever is not here is refused on the locked row.
BATCHABLE = (PayoutState.COMMITTED, PayoutState.REFUSED, PayoutState.RETURNED)
RELEASABLE = (PayoutState.RESERVED, *BATCHABLE)
UNDER_WAY = (PayoutState.SENT, PayoutState.UNKNOWN)


class BatchState(StrEnum):
    """A batch is made, checked, and sent by three persons; `delivered` says that the treasury has it."""

    MADE = "made"
    APPROVED = "approved"
    SENT = "sent"
    DELIVERED = "delivered"
    REJECTED = "rejected"


class Outcome(StrEnum):
    """What the treasury or the bank says of one payout."""

    PAID = "paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class WarningKind(StrEnum):
    """Why a checker should look twice."""

    SHARED_ACCOUNT = "shared_account"
    SAME_AGAIN = "same_again"
    ACCOUNT_CHANGED = "account_changed"
    STOP_LIST = "stop_list"
    JUST_UNDER = "just_under"


class Failure(StrEnum):
    """What the made-up treasuries can be told to do wrong."""

    REFUSE = "refuse"  # the account does not exist
    TIMEOUT = "timeout"  # done, but nobody hears of it
    DUPLICATE = "duplicate"  # answered twice
    PARTIAL = "partial"  # left out of the first answer
    LATE = "late"  # answered at the second look only


PAYOUT_NAMES: dict[PayoutState, tuple[str, str]] = {
    PayoutState.RESERVED: ("已预留", "reserved"),
    PayoutState.COMMITTED: ("应付", "payable"),
    PayoutState.BATCHED: ("已制单", "in a batch"),
    PayoutState.SENT: ("已发送", "sent"),
    PayoutState.UNKNOWN: ("结果不明", "unknown"),
    PayoutState.PAID: ("已支付", "paid"),
    PayoutState.REFUSED: ("被退", "refused"),
    PayoutState.RETURNED: ("退汇", "sent back"),
    PayoutState.RELEASED: ("已释放", "released"),
}
PAYMENT_NAMES: dict[BatchState, tuple[str, str]] = {
    BatchState.MADE: ("待复核", "to be checked"),
    BatchState.APPROVED: ("待签发", "to be sent"),
    BatchState.SENT: ("已签发", "sent"),
    BatchState.DELIVERED: ("国库已收", "with the treasury"),
    BatchState.REJECTED: ("已退回", "rejected"),
}
WARNING_NAMES: dict[WarningKind, tuple[str, str]] = {
    WarningKind.SHARED_ACCOUNT: ("多个收款人用同一账户", "several payees share an account"),
    WarningKind.SAME_AGAIN: ("同一收款人同一事由同一金额又出现", "the same payee, item and amount again"),
    WarningKind.ACCOUNT_CHANGED: ("审定以后改过账户", "the account was changed after the approval"),
    WarningKind.STOP_LIST: ("收款人在关注名单上", "the payee is to be looked at"),
    WarningKind.JUST_UNDER: ("金额刚好低于限额", "just under a threshold"),
}
