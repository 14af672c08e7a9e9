"""States of an appeal and of an assisting office's task, the one table of what can be done, names for people, events."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare

MOST_WORDS = 2000
DISSATISFIED = 2  # two stars or fewer reopen
TOP_LEVEL = 1  # the office, then the leader above it; a third failure ends with what it is
COUNTED = 1000  # lists count no further than this


class Channel(StrEnum):
    """By which door an appeal came; all lead into one pool."""

    PORTAL = "portal"
    WINDOW = "window"
    PHONE = "phone"
    HOTLINE = "hotline"
    VISIT = "visit"


CHANNEL_NAMES = {
    Channel.PORTAL: ("网上", "Online"),
    Channel.WINDOW: ("窗口", "Counter"),
    Channel.PHONE: ("电话", "Telephone"),
    Channel.HOTLINE: ("热线转办", "Hotline"),
    Channel.VISIT: ("走访", "Visit"),
}


class State(StrEnum):
    """Where an appeal stands; whose turn it is follows from it (`OWNERS`)."""

    POOL = "pool"
    ASSIGNED = "assigned"
    DISPUTED = "disputed"
    WORKING = "working"
    WAITING = "waiting"
    ANSWERED = "answered"
    RATING = "rating"
    PLANNED = "planned"
    CLOSED = "closed"
    MERGED = "merged"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Owner(StrEnum):
    """Whose turn it is."""

    DESK = "desk"
    OFFICE = "office"
    FIRM = "firm"


OWNERS: dict[State, Owner] = {
    State.POOL: Owner.DESK,
    State.ASSIGNED: Owner.OFFICE,
    State.DISPUTED: Owner.DESK,
    State.WORKING: Owner.OFFICE,
    State.WAITING: Owner.FIRM,
    State.ANSWERED: Owner.DESK,
    State.RATING: Owner.FIRM,
    State.PLANNED: Owner.OFFICE,
}
# Without an answer: the clock of supervision runs.
UNSETTLED = (State.POOL, State.ASSIGNED, State.DISPUTED, State.WORKING)
ENDED = (State.CLOSED, State.MERGED, State.REFUSED, State.WITHDRAWN)
STATE_NAMES = {
    State.POOL: ("待分派", "To be assigned"),
    State.ASSIGNED: ("待联系", "To be contacted"),
    State.DISPUTED: ("分派异议待裁定", "Assignment disputed"),
    State.WORKING: ("办理中", "In work"),
    State.WAITING: ("等企业补充", "Waiting for the firm"),
    State.ANSWERED: ("待质检", "Answer to be checked"),
    State.RATING: ("待企业评价", "To be rated"),
    State.PLANNED: ("跟踪到底", "Followed to the end"),
    State.CLOSED: ("已办结", "Closed"),
    State.MERGED: ("已并案", "Joined to another"),
    State.REFUSED: ("不予受理", "Not taken"),
    State.WITHDRAWN: ("已撤回", "Withdrawn"),
}


class Outcome(StrEnum):
    """What came of it. An answer is none of these by itself."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    LIMITED = "limited"


OUTCOME_NAMES = {
    Outcome.SOLVED: ("已解决", "Solved"),
    Outcome.EXPLAINED: ("解释说明，企业认可", "Explained and accepted"),
    Outcome.PLANNED: ("列入计划，定期解决", "Planned with a date"),
    Outcome.LIMITED: ("受政策限制", "Limited by policy"),
}


class TaskState(StrEnum):
    """How far an assisting office is."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Who(StrEnum):
    """Whose verb it is; the policy says on which rows."""

    FIRM = "firm"
    OFFICE = "office"
    ASSIST = "assist"
    DESK = "desk"
    SYSTEM = "system"


class Verb(StrEnum):
    """What can be done to an appeal."""

    FILE = "file"
    ROUTE = "route"
    REFUSE = "refuse"
    MERGE = "merge"
    DISPUTE = "dispute"
    RULE = "rule"
    CONTACT = "contact"
    REPLY = "reply"
    ASK = "ask"
    SUPPLY = "supply"
    LAPSE = "lapse"
    PROPOSE = "propose"
    CONSENT = "consent"
    DECLINE = "decline"
    INVITE = "invite"
    FINISH = "finish"
    ANSWER = "answer"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RATE = "rate"
    REOPEN = "reopen"
    RAISE = "raise"
    FOLLOW = "follow"
    EXPIRE = "expire"
    DELIVER = "deliver"
    CHASE = "chase"
    SUPERVISE = "supervise"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Step:
    """One row of the table: from where to where, by whom, the event. Without a target the state stays."""

    sources: frozenset[State]
    target: State | None
    who: Who
    event: str


def _event(verb: Verb, zh: str, en: str) -> str:
    return declare(f"appeal.{_PAST[verb]}", zh, en)


_PAST = {
    Verb.FILE: "filed",
    Verb.ROUTE: "routed",
    Verb.REFUSE: "refused",
    Verb.MERGE: "merged",
    Verb.DISPUTE: "disputed",
    Verb.RULE: "ruled",
    Verb.CONTACT: "contacted",
    Verb.REPLY: "replied",
    Verb.ASK: "asked",
    Verb.SUPPLY: "supplied",
    Verb.LAPSE: "lapsed",
    Verb.PROPOSE: "extension_proposed",
    Verb.CONSENT: "extended",
    Verb.DECLINE: "extension_declined",
    Verb.INVITE: "assist_invited",
    Verb.FINISH: "assist_finished",
    Verb.ANSWER: "answered",
    Verb.APPROVE: "approved",
    Verb.SEND_BACK: "sent_back",
    Verb.RATE: "rated",
    Verb.REOPEN: "reopened",
    Verb.RAISE: "raised",
    Verb.FOLLOW: "followed",
    Verb.EXPIRE: "expired",
    Verb.DELIVER: "delivered",
    Verb.CHASE: "chased",
    Verb.SUPERVISE: "supervised",
    Verb.WITHDRAW: "withdrawn",
}
VERB_NAMES = {
    Verb.FILE: ("提交诉求", "Filed"),
    Verb.ROUTE: ("分派", "Assigned"),
    Verb.REFUSE: ("不予受理", "Not taken"),
    Verb.MERGE: ("并案", "Joined to another"),
    Verb.DISPUTE: ("提出分派异议", "Assignment disputed"),
    Verb.RULE: ("裁定分派", "Assignment ruled"),
    Verb.CONTACT: ("首次联系企业", "First contact"),
    Verb.REPLY: ("阶段答复", "Stage reply"),
    Verb.ASK: ("请企业补充", "The firm was asked"),
    Verb.SUPPLY: ("企业补充", "The firm answered"),
    Verb.LAPSE: ("补充期满，继续办理", "No answer in time, work goes on"),
    Verb.PROPOSE: ("征求延期意见", "Extension proposed"),
    Verb.CONSENT: ("企业同意延期", "Extension agreed"),
    Verb.DECLINE: ("企业不同意延期", "Extension declined"),
    Verb.INVITE: ("请协办单位", "Office asked to assist"),
    Verb.FINISH: ("协办完成", "Assistance finished"),
    Verb.ANSWER: ("提交答复", "Answer written"),
    Verb.APPROVE: ("质检通过", "Answer passed"),
    Verb.SEND_BACK: ("质检退回", "Answer sent back"),
    Verb.RATE: ("企业评价", "Rated"),
    Verb.REOPEN: ("不满意，重新办理", "Dissatisfied, reopened"),
    Verb.RAISE: ("再次不满意，提级办理", "Dissatisfied again, raised a level"),
    Verb.FOLLOW: ("列入跟踪", "Followed to the end"),
    Verb.EXPIRE: ("未评价，办结", "Not rated, closed"),
    Verb.DELIVER: ("计划已兑现", "What was planned is done"),
    Verb.CHASE: ("催办", "Chased"),
    Verb.SUPERVISE: ("转督办", "Put under supervision"),
    Verb.WITHDRAW: ("企业撤回", "Withdrawn"),
}
_S = State
# What anybody can do, in the order of an appeal's life. RATE is what the firm does; REOPEN, RAISE and FOLLOW are what a
# rating leads to instead of CLOSED, so the firm causes them and the table names where each may begin.
_ROWS: tuple[tuple[Verb, tuple[State, ...], State | None, Who], ...] = (
    (Verb.FILE, (), _S.POOL, Who.SYSTEM),
    (Verb.ROUTE, (_S.POOL,), _S.ASSIGNED, Who.DESK),
    (Verb.REFUSE, (_S.POOL,), _S.REFUSED, Who.DESK),
    (Verb.MERGE, (_S.POOL, _S.ASSIGNED), _S.MERGED, Who.DESK),
    (Verb.DISPUTE, (_S.ASSIGNED,), _S.DISPUTED, Who.OFFICE),
    (Verb.RULE, (_S.DISPUTED,), _S.ASSIGNED, Who.DESK),
    (Verb.CONTACT, (_S.ASSIGNED,), _S.WORKING, Who.OFFICE),
    (Verb.REPLY, (_S.WORKING,), None, Who.OFFICE),
    (Verb.ASK, (_S.WORKING,), _S.WAITING, Who.OFFICE),
    (Verb.SUPPLY, (_S.WAITING,), _S.WORKING, Who.FIRM),
    (Verb.LAPSE, (_S.WAITING,), _S.WORKING, Who.SYSTEM),
    (Verb.PROPOSE, (_S.WORKING,), None, Who.OFFICE),
    (Verb.CONSENT, (_S.WORKING,), None, Who.FIRM),
    (Verb.DECLINE, (_S.WORKING,), None, Who.FIRM),
    (Verb.INVITE, (_S.WORKING,), None, Who.OFFICE),
    (Verb.FINISH, (_S.ASSIGNED, _S.WORKING, _S.WAITING), None, Who.ASSIST),
    (Verb.ANSWER, (_S.WORKING,), _S.ANSWERED, Who.OFFICE),
    (Verb.APPROVE, (_S.ANSWERED,), _S.RATING, Who.DESK),
    (Verb.SEND_BACK, (_S.ANSWERED,), _S.WORKING, Who.DESK),
    (Verb.RATE, (_S.RATING,), _S.CLOSED, Who.FIRM),
    (Verb.REOPEN, (_S.RATING,), _S.WORKING, Who.FIRM),
    (Verb.RAISE, (_S.RATING,), _S.POOL, Who.FIRM),
    (Verb.FOLLOW, (_S.RATING,), _S.PLANNED, Who.FIRM),
    (Verb.EXPIRE, (_S.RATING,), _S.CLOSED, Who.SYSTEM),
    (Verb.DELIVER, (_S.PLANNED,), _S.ANSWERED, Who.OFFICE),
    (Verb.CHASE, tuple(OWNERS), None, Who.SYSTEM),
    (Verb.SUPERVISE, UNSETTLED, None, Who.SYSTEM),
    (Verb.WITHDRAW, tuple(OWNERS), _S.WITHDRAWN, Who.FIRM),
)
TABLE: dict[Verb, Step] = {
    verb: Step(frozenset(sources), target, who, _event(verb, *VERB_NAMES[verb]))
    for verb, sources, target, who in _ROWS
}
if set(TABLE) != set(Verb) or set(OWNERS) | set(ENDED) != set(State):
    raise AssertionError("every verb needs its row, every state its owner or its end")
# Seen by the firm; what offices say to each other and to the desk stays with them.
TO_FIRM = frozenset(
    {
        Verb.FILE,
        Verb.ROUTE,
        Verb.REFUSE,
        Verb.MERGE,
        Verb.CONTACT,
        Verb.REPLY,
        Verb.ASK,
        Verb.SUPPLY,
        Verb.LAPSE,
        Verb.PROPOSE,
        Verb.CONSENT,
        Verb.DECLINE,
        Verb.APPROVE,
        Verb.RATE,
        Verb.REOPEN,
        Verb.RAISE,
        Verb.FOLLOW,
        Verb.SUPERVISE,
        Verb.EXPIRE,
        Verb.WITHDRAW,
    }
)
SCANNED = declare("appeals.scanned", "完成诉求每日催办", "The daily chase of appeals was run")
BATCH = 200  # appeals locked at a time by what time does
REDATED = declare(
    "appeals.redated",
    "按新的工作日历重算了一批诉求的时限",
    "The dates of a batch of appeals were reckoned anew",
)

RECOMPUTED = declare(
    "appeal.recomputed",
    "因日历变化重算了诉求时限",
    "The dates of an appeal were reckoned anew for a calendar",
)


class Measure(StrEnum):
    """What the scorecard of an office counts, by month."""

    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    CONTACT_ON_TIME = "contact_on_time"
    DISPUTED = "disputed"
    ANSWERED = "answered"
    ON_TIME = "on_time"
    ENDED = "ended"
    SOLVED = "solved"
    RATED = "rated"
    SATISFIED = "satisfied"
    REOPENED = "reopened"


class ProposalState(StrEnum):
    """What an office said to a proposal to change a policy."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


PROPOSAL_NAMES = {
    ProposalState.OPEN: ("等单位答复", "To be answered"),
    ProposalState.ACCEPTED: ("采纳", "Accepted"),
    ProposalState.DECLINED: ("未采纳", "Not accepted"),
}
PROPOSED = declare(
    "appeal.proposal_opened", "提出政策改进建议", "A change of policy was proposed from a common cause"
)
PROPOSAL_ANSWERED = declare(
    "appeal.proposal_answered", "答复政策改进建议", "A proposal to change a policy was answered"
)


class StepNotPossible(Problem):
    """The appeal is in a state that has no such step; somebody may have been faster."""

    code = "appeal.not_possible"
    status = 409


def require(state: str, verb: Verb) -> Step:
    """The row of the table for this verb. Raises StepNotPossible when the state is not among its sources."""
    row = TABLE[verb]
    if state not in row.sources:
        name = STATE_NAMES[State(state)]
        raise StepNotPossible(
            sentence_zh=f"诉求现在是“{name[0]}”，不能{VERB_NAMES[verb][0]}。",
            sentence_en=f"The appeal stands at '{name[1]}': '{VERB_NAMES[verb][1]}' is not possible now.",
            todo_zh="可能有人刚刚处理过，请刷新页面查看。",
            todo_en="Somebody may just have handled it; reload the page.",
            about=str(verb),
        )
    return row
