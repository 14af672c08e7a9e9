"""How a child case can end, and the names of the events about it."""

from enum import StrEnum

from tongban.kernel.events.states import declare

CHILD_OPENED = declare("case.child_opened", "开始办理所含的办件", "A case within this one was opened")
CHILD_CLOSED = declare("case.child_closed", "所含的办件有了结果", "A case within this one came to its end")


class ChildOutcome(StrEnum):
    """What became of a child case, as its parent sees it."""

    OPEN = "open"
    GRANTED = "granted"
    DENIED = "denied"  # or not accepted
    WITHDRAWN = "withdrawn"  # or lapsed, ended, or thrown away as a draft


OUTCOME_NAMES = {
    ChildOutcome.OPEN: ("办理中", "Being handled"),
    ChildOutcome.GRANTED: ("已办成", "Granted"),
    ChildOutcome.DENIED: ("未获准", "Not granted"),
    ChildOutcome.WITHDRAWN: ("已撤回或者终止", "Withdrawn or ended"),
}


class Consequence(StrEnum):
    """What the end of a child case means for its parent; the item says which (domain.md 8)."""

    GO_ON = "go_on"
    NO_GRANT = "no_grant"
    END = "end"
