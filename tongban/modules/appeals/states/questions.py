"""Questions of key enterprises (重点企业问题库): where one stands, who may do what to it, events."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare
from tongban.modules.appeals.states import Owner


class Source(StrEnum):
    """Where a question was gathered."""

    APPEAL = "appeal"
    VISIT = "visit"
    HAND = "hand"


SOURCE_NAMES = {
    Source.APPEAL: ("企业诉求", "Appeal"),
    Source.VISIT: ("走访", "Visit"),
    Source.HAND: ("人工收集", "By hand"),
}


class Stand(StrEnum):
    """How far a question is. There is no end without the enterprise's word."""

    OPEN = "open"
    ASKED = "asked"
    CLOSED = "closed"


OWNERS = {Stand.OPEN: Owner.OFFICE, Stand.ASKED: Owner.FIRM}
STAND_NAMES = {
    Stand.OPEN: ("推进中", "Under way"),
    Stand.ASKED: ("待企业确认", "The enterprise is asked"),
    Stand.CLOSED: ("已销号", "Closed"),
}


class Part(StrEnum):
    """As whom somebody acts on a question."""

    KEEPER = "keeper"  # who looks after the bank in the enterprise's place
    WORK = "work"  # the leader, the lead office, the keeper
    FIRM = "firm"
    SYSTEM = "system"


class Move(StrEnum):
    """What can be done to a question."""

    OPEN = "open"
    ASSIGN = "assign"
    NOTE = "note"
    ASK = "ask"
    CONFIRM = "confirm"
    DECLINE = "decline"
    LAPSE = "lapse"


@dataclass(frozen=True)
class Step:
    """From where to where, as whom, with which event. Without a target it stands where it stood."""

    sources: frozenset[Stand]
    target: Stand | None
    part: Part
    event: str


MOVE_NAMES = {
    Move.OPEN: ("列入问题库", "Put into the bank"),
    Move.ASSIGN: ("调整挂点领导、责任单位或者期限", "Leader, office or day changed"),
    Move.NOTE: ("记录进展", "Progress"),
    Move.ASK: ("请企业确认", "The enterprise was asked"),
    Move.CONFIRM: ("企业确认解决", "The enterprise says it is solved"),
    Move.DECLINE: ("企业认为没有解决", "The enterprise says it is not solved"),
    Move.LAPSE: ("企业没有回复，继续推进", "No word in time, work goes on"),
}
_ROWS: tuple[tuple[Move, str, tuple[Stand, ...], Stand | None, Part], ...] = (
    (Move.OPEN, "opened", (), Stand.OPEN, Part.KEEPER),
    (Move.ASSIGN, "assigned", (Stand.OPEN,), None, Part.KEEPER),
    (Move.NOTE, "noted", (Stand.OPEN,), None, Part.WORK),
    (Move.ASK, "asked", (Stand.OPEN,), Stand.ASKED, Part.WORK),
    (Move.CONFIRM, "confirmed", (Stand.ASKED,), Stand.CLOSED, Part.FIRM),
    (Move.DECLINE, "declined", (Stand.ASKED,), Stand.OPEN, Part.FIRM),
    (Move.LAPSE, "lapsed", (Stand.ASKED,), Stand.OPEN, Part.SYSTEM),
)
TABLE = {
    move: Step(frozenset(sources), target, part, declare(f"key_question.{past}", *MOVE_NAMES[move]))
    for move, past, sources, target, part in _ROWS
}
# What the enterprise reads of the course; what offices write to each other stays with them.
TO_FIRM = frozenset({Move.OPEN, Move.ASK, Move.CONFIRM, Move.DECLINE, Move.LAPSE})


class MoveNotPossible(Problem):
    """The question stands where there is no such step; somebody may have been faster."""

    code = "key_question.not_possible"
    status = 409


def require(state: str, move: Move) -> Step:
    """The row of the table for this move. Raises MoveNotPossible when the state is not among its sources."""
    row = TABLE[move]
    if state not in row.sources:
        zh, en = STAND_NAMES[Stand(state)]
        raise MoveNotPossible(
            sentence_zh=f"问题现在是“{zh}”，不能{MOVE_NAMES[move][0]}。",
            sentence_en=f"The question stands at '{en}': '{MOVE_NAMES[move][1]}' is not possible now.",
            todo_zh="可能有人刚刚处理过，请刷新页面查看。",
            todo_en="Somebody may just have handled it; reload the page.",
            about=str(move),
        )
    return row
