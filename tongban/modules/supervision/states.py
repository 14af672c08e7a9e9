"""Triggers, colours, the two tables of what can be done to a card and to a chase order, the events.

No national rule fixes thresholds (domain.md 2.4, S36); which trigger raises which colour is data of the pack
(`pack.yaml: supervision`), and the day on which a case turns yellow is the clock's.
"""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare

# 行政许可法 article 32: everything to be supplied is told once, within five working days; otherwise the application
# is deemed accepted from the day of its receipt.
NOTICE_WORKDAYS = 5


class Trigger(StrEnum):
    """What a card is for. The triggers of one city's rule (domain.md 2.4, S36), as far as data or a person show them."""

    CASE_NEAR_DUE = "case_near_due"
    CASE_OVERDUE = "case_overdue"
    STEP_OVERDUE = "step_overdue"
    LATE_NOTICE = "late_notice"
    DEEMED_ACCEPTED = "deemed_accepted"
    RENEWAL_NEAR = "renewal_near"
    DEEMED_RENEWED = "deemed_renewed"
    WRONGFUL_NON_ACCEPTANCE = "wrongful_non_acceptance"
    NO_REASON_GIVEN = "no_reason_given"
    NOT_ONLINE = "not_online"
    ILLEGAL_FEE = "illegal_fee"


# Found by the scan. The first three hold while the case stands so; the others are facts that stay.
WHILE_IT_LASTS = (Trigger.CASE_NEAR_DUE, Trigger.CASE_OVERDUE, Trigger.STEP_OVERDUE)
FACTS = (Trigger.LATE_NOTICE, Trigger.DEEMED_ACCEPTED, Trigger.RENEWAL_NEAR, Trigger.DEEMED_RENEWED)
BY_SCAN = (*WHILE_IT_LASTS, *FACTS)
# No column shows these: a supervisor raises them, after a complaint or a look into the case.
BY_HAND = tuple(trigger for trigger in Trigger if trigger not in BY_SCAN)

TRIGGER_NAMES = {
    Trigger.CASE_NEAR_DUE: ("临近到期", "Nearly due"),
    Trigger.CASE_OVERDUE: ("办件超期", "Case overdue"),
    Trigger.STEP_OVERDUE: ("环节超期", "Step overdue"),
    Trigger.LATE_NOTICE: ("一次性告知逾期", "Supplement asked for too late"),
    Trigger.DEEMED_ACCEPTED: ("逾期未告知，视为受理", "Deemed accepted, nothing having been told in time"),
    Trigger.RENEWAL_NEAR: ("延续申请临近到期未决定", "Renewal undecided near the expiry"),
    Trigger.DEEMED_RENEWED: (
        "到期未决定，视为准予延续",
        "Deemed renewed, nothing having been decided in time",
    ),
    Trigger.WRONGFUL_NON_ACCEPTANCE: ("违规不予受理", "Wrongly not accepted"),
    Trigger.NO_REASON_GIVEN: ("未说明理由", "No reason given"),
    Trigger.NOT_ONLINE: ("应网办未网办", "Not handled online"),
    Trigger.ILLEGAL_FEE: ("违规收费", "Illegal fee"),
}


class Colour(StrEnum):
    """Yellow warns (黄牌), red is held against the agency (红牌)."""

    YELLOW = "yellow"
    RED = "red"


class CardState(StrEnum):
    """How far the talk about a card has come. Whether its cause still stands is `closed_on`, not this."""

    RAISED = "raised"
    ANSWERED = "answered"
    CONTESTED = "contested"
    UPHELD = "upheld"
    LIFTED = "lifted"
    SETTLED = "settled"


class OrderState(StrEnum):
    """Where a chase order (督办单) stands."""

    ISSUED = "issued"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


class CardVerb(StrEnum):
    """What can be done to a card."""

    ANSWER = "answer"
    CONTEST = "contest"
    UPHOLD = "uphold"
    LIFT = "lift"
    SETTLE = "settle"


class OrderVerb(StrEnum):
    """What can be done to a chase order."""

    ISSUE = "issue"
    ANSWER = "answer"
    SEND_BACK = "send_back"
    CLOSE = "close"


class Who(StrEnum):
    """Whose verb it is; the policy says on which rows."""

    AGENCY = "agency"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Transition:
    """One row of a table: from where to where, by whom, and the event that says so."""

    sources: frozenset[str]
    target: str
    who: Who
    event: str


CARD_RAISED = declare("card.raised", "发出监察牌", "A supervision card was raised")
CARD_ANSWERED = declare("card.answered", "说明了监察牌的原因", "A supervision card was explained")
CARD_CONTESTED = declare("card.contested", "对监察牌提出异议", "A supervision card was contested")
CARD_UPHELD = declare("card.upheld", "异议不成立，维持监察牌", "The objection failed, the card stands")
CARD_LIFTED = declare("card.lifted", "异议成立，撤销监察牌", "The objection held, the card was lifted")
CARD_SETTLED = declare("card.settled", "监察牌已处理完毕", "A supervision card was settled")
ORDER_ISSUED = declare("chase_order.issued", "发出督办单", "A chase order was written")
ORDER_ANSWERED = declare("chase_order.answered", "答复督办单", "A chase order was answered")
ORDER_RETURNED = declare("chase_order.returned", "退回督办答复", "The answer to a chase order was sent back")
ORDER_CLOSED = declare("chase_order.closed", "办结督办单", "A chase order was closed")
SCANNED = declare("supervision.scanned", "完成监察扫描", "The supervision scan was run")

_C, _O = CardState, OrderState
CARD_TABLE: dict[CardVerb, Transition] = {
    CardVerb.ANSWER: Transition(frozenset({_C.RAISED, _C.UPHELD}), _C.ANSWERED, Who.AGENCY, CARD_ANSWERED),
    CardVerb.CONTEST: Transition(
        frozenset({_C.RAISED, _C.ANSWERED}), _C.CONTESTED, Who.AGENCY, CARD_CONTESTED
    ),
    CardVerb.UPHOLD: Transition(frozenset({_C.CONTESTED}), _C.UPHELD, Who.SUPERVISOR, CARD_UPHELD),
    CardVerb.LIFT: Transition(frozenset({_C.CONTESTED}), _C.LIFTED, Who.SUPERVISOR, CARD_LIFTED),
    CardVerb.SETTLE: Transition(
        frozenset({_C.ANSWERED, _C.UPHELD}), _C.SETTLED, Who.SUPERVISOR, CARD_SETTLED
    ),
}
ORDER_TABLE: dict[OrderVerb, Transition] = {
    OrderVerb.ISSUE: Transition(frozenset(), _O.ISSUED, Who.SUPERVISOR, ORDER_ISSUED),
    OrderVerb.ANSWER: Transition(
        frozenset({_O.ISSUED, _O.RETURNED}), _O.ANSWERED, Who.AGENCY, ORDER_ANSWERED
    ),
    OrderVerb.SEND_BACK: Transition(frozenset({_O.ANSWERED}), _O.RETURNED, Who.SUPERVISOR, ORDER_RETURNED),
    # An order that became pointless is closed without an answer too.
    OrderVerb.CLOSE: Transition(
        frozenset({_O.ISSUED, _O.RETURNED, _O.ANSWERED}), _O.CLOSED, Who.SUPERVISOR, ORDER_CLOSED
    ),
}
if set(CARD_TABLE) != set(CardVerb) or set(ORDER_TABLE) != set(OrderVerb):
    raise AssertionError("every verb needs its row")
WAITING_ORDERS = (OrderState.ISSUED, OrderState.RETURNED)
# Their talk is over; what they said of the agency stays in the books, except for a card that was lifted.
ENDED_CARDS = (CardState.LIFTED, CardState.SETTLED)

CARD_STATE_NAMES = {
    _C.RAISED: ("待说明", "To be explained"),
    _C.ANSWERED: ("已说明", "Explained"),
    _C.CONTESTED: ("异议待审定", "Contested"),
    _C.UPHELD: ("维持", "Upheld"),
    _C.LIFTED: ("已撤销", "Lifted"),
    _C.SETTLED: ("已销牌", "Settled"),
}
ORDER_STATE_NAMES = {
    _O.ISSUED: ("待答复", "To be answered"),
    _O.ANSWERED: ("已答复，待审核", "Answered, to be checked"),
    _O.RETURNED: ("退回重答", "Sent back"),
    _O.CLOSED: ("已办结", "Closed"),
}
ORDER_VERB_NAMES = {
    OrderVerb.ISSUE: ("发出督办单", "Chase order"),
    OrderVerb.ANSWER: ("答复", "Answer"),
    OrderVerb.SEND_BACK: ("退回重答", "Sent back"),
    OrderVerb.CLOSE: ("办结", "Closed"),
}


class StepNotPossible(Problem):
    """The card or the order is in a state that has no such step; somebody may have been faster."""

    code = "supervision.not_possible"
    status = 409


def require(table: dict, state: str, verb: str) -> Transition:
    """The row of the table for this verb; raises StepNotPossible when the state is not among its sources."""
    row = table[verb]
    if state not in row.sources:
        raise StepNotPossible(
            sentence_zh="现在的状态不能这样处理。",
            sentence_en="This is not possible in the present state.",
            todo_zh="可能有人刚刚处理过，请刷新页面查看。",
            todo_en="Somebody may just have handled it; reload the page.",
            about=str(verb),
        )
    return row
