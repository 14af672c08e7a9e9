"""What changes of claims. The way: the case's own verbs (`at_gate` stands in each of them) → `begin_notice` → `object_to`,
`answer_objection`, `take_off` → the grant of the case (`decide`) → `order` → the ledger's payment → `note_paid`.
"""

from tongban.modules.claims.actions.checking import NotNow, ReasonMissing
from tongban.modules.claims.actions.deciding import NotEligible, TooLittleMoney
from tongban.modules.claims.actions.handing import ClaimedAlready, NotOpen, at_gate, holds_notice
from tongban.modules.claims.actions.noticing import (
    answer_objection,
    begin_notice,
    look_again,
    object_to,
    recheck_in_notice,
    take_off,
)
from tongban.modules.claims.actions.parting import confirm_part, examine_part, forfeit_part
from tongban.modules.claims.actions.paying import (
    BadAccount,
    correct_account,
    note_clawed_back,
    note_paid,
    note_refused,
    order,
)
from tongban.modules.claims.actions.pooling import share_pool
from tongban.modules.claims.actions.publishing import publish_items
from tongban.modules.claims.actions.reporting import BadTable, send_report, withdraw_report

__all__ = [
    "BadAccount",
    "BadTable",
    "ClaimedAlready",
    "NotEligible",
    "NotNow",
    "NotOpen",
    "ReasonMissing",
    "TooLittleMoney",
    "answer_objection",
    "at_gate",
    "begin_notice",
    "confirm_part",
    "correct_account",
    "examine_part",
    "forfeit_part",
    "holds_notice",
    "look_again",
    "note_clawed_back",
    "note_paid",
    "note_refused",
    "object_to",
    "order",
    "publish_items",
    "recheck_in_notice",
    "send_report",
    "share_pool",
    "take_off",
    "withdraw_report",
]
