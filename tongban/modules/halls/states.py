"""Where a paper is, how a bag looks, and the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PAPER_NOTED = declare("paper.noted", "登记了纸质材料", "A paper was noted")
PAPER_REMOVED = declare("paper.removed", "删除了登记错的纸质材料", "A paper noted by mistake was removed")
BAG_SENT = declare("bag.sent", "封袋移交", "A bag was sealed and sent")
BAG_RECEIVED = declare("bag.received", "签收物料袋", "A bag was received")
PAPERS_SENT = declare("case.papers_sent", "纸质材料移交办理地", "Papers were sent to the handling place")
PAPERS_ARRIVED = declare("case.papers_arrived", "办理地核对签收纸质材料", "Papers arrived and were checked")

REMIND_DAYS = (
    3  # after so many days a bag that was not received is asked for, where a pack does not say otherwise
)
MOST_PAPERS, MOST_SHEETS, LONGEST = 60, 999, 200


class PaperState(StrEnum):
    """Where a paper is."""

    HELD = "held"  # at the hall that took it
    TRAVELLING = "travelling"
    ARRIVED = "arrived"
    DAMAGED = "damaged"  # arrived, but not as it was
    MISSING = "missing"


class Condition(StrEnum):
    """How a bag looks."""

    INTACT = "intact"
    OPENED = "opened"
    DAMAGED = "damaged"


PAPER_NAMES = {
    PaperState.HELD: ("在收件大厅", "At the receiving hall"),
    PaperState.TRAVELLING: ("移交途中", "On its way"),
    PaperState.ARRIVED: ("已到办理地", "Arrived where it is handled"),
    PaperState.DAMAGED: ("已到办理地，有破损", "Arrived damaged"),
    PaperState.MISSING: ("交接时缺失", "Missing at the hand-over"),
}
CONDITION_NAMES = {
    Condition.INTACT: ("封口完好", "Seal intact"),
    Condition.OPENED: ("封口被打开", "Seal opened"),
    Condition.DAMAGED: ("袋体破损", "Bag damaged"),
}
CHECKED = (PaperState.ARRIVED, PaperState.DAMAGED, PaperState.MISSING)
