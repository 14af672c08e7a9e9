"""Levels (1 is best, GB/T 39046-2020), channels, and the way a bad rating is put right, as one table (domain.md 2.5)."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.cases.states import CaseState
from tongban.kernel.events.states import declare

# A case is handled when an officer decided, ended or refused to take it up: then it can be rated.
RATEABLE = frozenset(
    {CaseState.REFUSED, CaseState.DELIVERED, CaseState.CLOSED, CaseState.DENIED, CaseState.TERMINATED}
)


class RatingLevel(IntEnum):
    """满意度: 1 is the best, so it must never be shown as stars."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    BASICALLY = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5


LEVEL_NAMES = {
    RatingLevel.VERY_SATISFIED: ("非常满意", "Very satisfied"),
    RatingLevel.SATISFIED: ("满意", "Satisfied"),
    RatingLevel.BASICALLY: ("基本满意", "Fairly satisfied"),
    RatingLevel.DISSATISFIED: ("不满意", "Dissatisfied"),
    RatingLevel.VERY_DISSATISFIED: ("非常不满意", "Very dissatisfied"),
}
# 国办发〔2019〕51号: these are worked off; so that they can be, they need their reason.
NEEDS_REASON = frozenset({RatingLevel.DISSATISFIED, RatingLevel.VERY_DISSATISFIED})


class Channel(StrEnum):
    """Through what the rating came (评价渠道, GB/T 39046-2020)."""

    PC = "pc"
    MOBILE = "mobile"
    QR = "qr"
    HALL_TABLET = "hall_tablet"
    HALL_OTHER = "hall_other"
    PHONE = "phone"
    SMS = "sms"


CHANNEL_NAMES = {
    Channel.PC: ("电脑端", "Computer"),
    Channel.MOBILE: ("移动端", "Mobile"),
    Channel.QR: ("大厅二维码", "QR code in the hall"),
    Channel.HALL_TABLET: ("大厅平板", "Tablet in the hall"),
    Channel.HALL_OTHER: ("大厅其他终端", "Other device in the hall"),
    Channel.PHONE: ("电话", "Telephone"),
    Channel.SMS: ("短信", "Text message"),
}
ON_SITE = frozenset({Channel.QR, Channel.HALL_TABLET, Channel.HALL_OTHER})


class RemedyState(StrEnum):
    """Where the rectification of a bad rating stands."""

    OPEN = "open"
    CONTACTED = "contacted"
    APPEALED = "appealed"
    REPAIRING = "repairing"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    CLOSED = "closed"
    REVOKED = "revoked"


class RemedyVerb(StrEnum):
    """What can be done to a rectification."""

    CONTACT = "contact"
    CONFIRM = "confirm"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    ANSWER = "answer"
    SATISFY = "satisfy"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    LAPSE = "lapse"
    SETTLE = "settle"


class RepairKind(StrEnum):
    """How much there is to put right; the pack sets the limit of each."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class AppealGround(StrEnum):
    """Why the rated agency says that a rating should not stand."""

    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"


class Outcome(StrEnum):
    """How a rectification ended. Silence is silence, never satisfaction."""

    SATISFIED = "satisfied"
    NO_REPLY = "no_reply"
    SETTLED = "settled"
    REVOKED = "revoked"


class Who(StrEnum):
    """Who may use a verb; the policy says on which rows (`rules`)."""

    OFFICER = "officer"  # the ratings officer of the rated agency
    RATED = "rated"  # anybody of the rated agency who may see the case
    BUREAU = "bureau"  # the data bureau, which no agency answers to
    RATER = "rater"


@dataclass(frozen=True)
class Move:
    """One row of the table. `limit` is the pack's limit that starts; without one no clock runs."""

    verb: RemedyVerb
    sources: frozenset[RemedyState]
    target: RemedyState
    who: Who
    limit: str
    event: str


WORDS_PUBLISHED = declare(
    "rating.words_published", "公开了一条评价的文字", "The words of a rating were published"
)
WORDS_WITHHELD = declare(
    "rating.words_withheld", "没有公开一条评价的文字", "The words of a rating were kept from the public"
)
RATED = declare("rating.given", "评价了办件", "A case was rated")
REMEDY_OPENED = declare("rating_remedy.opened", "差评进入整改", "A bad rating is to be put right")
CONTACTED = declare("rating_remedy.contacted", "回访了评价人", "The rater was called back")
CONFIRMED = declare("rating_remedy.confirmed", "核实差评属实，开始整改", "The bad rating was found true")
APPEALED = declare("rating_remedy.appealed", "对差评提出申诉", "The agency appealed the rating")
UPHELD = declare("rating_remedy.appeal_upheld", "差评申诉成立", "The appeal was upheld")
DISMISSED = declare("rating_remedy.appeal_dismissed", "差评申诉不成立", "The appeal was dismissed")
ANSWERED = declare("rating_remedy.answered", "向评价人反馈了整改结果", "The rater was told what was done")
SATISFIED = declare("rating_remedy.satisfied", "评价人对整改满意", "The rater is satisfied with the repair")
REOPENED = declare(
    "rating_remedy.reopened", "评价人对整改不满意，再次整改", "The rater is not satisfied; once more"
)
ESCALATED = declare(
    "rating_remedy.escalated", "再次整改仍不满意，上报督办", "Still not satisfied; the bureau takes over"
)
LAPSED = declare("rating_remedy.lapsed", "评价人没有答复，整改结束", "The rater did not answer; closed")
SETTLED = declare("rating_remedy.settled", "督办办结", "The bureau settled it")

_S, _V, _W = RemedyState, RemedyVerb, Who


def _move(
    verb: RemedyVerb, source: RemedyState, target: RemedyState, who: Who, limit: str, event: str
) -> Move:
    return Move(verb, frozenset({source}), target, who, limit, event)


# `repair` stands for the limit of the kind of repair, or of the simple kind while nobody has said which it is.
MOVES: dict[RemedyVerb, Move] = {
    row.verb: row
    for row in [
        _move(_V.CONTACT, _S.OPEN, _S.CONTACTED, _W.OFFICER, "repair", CONTACTED),
        _move(_V.CONFIRM, _S.CONTACTED, _S.REPAIRING, _W.OFFICER, "repair", CONFIRMED),
        _move(_V.APPEAL, _S.CONTACTED, _S.APPEALED, _W.RATED, "appeal", APPEALED),
        _move(_V.UPHOLD, _S.APPEALED, _S.REVOKED, _W.BUREAU, "", UPHELD),
        _move(_V.DISMISS, _S.APPEALED, _S.CONTACTED, _W.BUREAU, "repair", DISMISSED),
        _move(_V.ANSWER, _S.REPAIRING, _S.ANSWERED, _W.OFFICER, "reply", ANSWERED),
        _move(_V.SATISFY, _S.ANSWERED, _S.CLOSED, _W.RATER, "", SATISFIED),
        _move(_V.REOPEN, _S.ANSWERED, _S.REPAIRING, _W.RATER, "repair", REOPENED),
        _move(_V.ESCALATE, _S.ANSWERED, _S.ESCALATED, _W.RATER, "repair", ESCALATED),
        _move(_V.LAPSE, _S.ANSWERED, _S.CLOSED, _W.OFFICER, "", LAPSED),
        _move(_V.SETTLE, _S.ESCALATED, _S.CLOSED, _W.BUREAU, "", SETTLED),
    ]
}
if set(MOVES) != set(RemedyVerb):
    raise AssertionError("every verb needs its row in MOVES")

ENDED = (_S.CLOSED, _S.REVOKED)
# Where the agency or the bureau owes something; an answered one waits for the rater, who owes nothing.
OWING = (_S.OPEN, _S.CONTACTED, _S.APPEALED, _S.REPAIRING, _S.ESCALATED)
MOST_ROUNDS = 2  # once more after the first repair, then the bureau

STATE_NAMES = {
    _S.OPEN: ("待回访", "To be called back"),
    _S.CONTACTED: ("待核实", "To be verified"),
    _S.APPEALED: ("申诉待定", "Appeal to be decided"),
    _S.REPAIRING: ("整改中", "Being put right"),
    _S.ANSWERED: ("待评价人确认", "Waiting for the rater"),
    _S.ESCALATED: ("上报督办", "With the bureau"),
    _S.CLOSED: ("已办结", "Closed"),
    _S.REVOKED: ("评价已撤销", "Rating removed"),
}
VERB_NAMES = {
    _V.CONTACT: ("登记回访", "record the call-back"),
    _V.CONFIRM: ("核实属实，开始整改", "find it true and start the repair"),
    _V.APPEAL: ("申诉", "appeal"),
    _V.UPHOLD: ("申诉成立，撤销评价", "uphold the appeal"),
    _V.DISMISS: ("申诉不成立", "dismiss the appeal"),
    _V.ANSWER: ("反馈整改结果", "tell the rater what was done"),
    _V.SATISFY: ("确认满意", "confirm"),
    _V.REOPEN: ("不满意，再次整改", "ask for another repair"),
    _V.ESCALATE: ("仍不满意，上报督办", "hand it to the bureau"),
    _V.LAPSE: ("结束整改（无答复）", "close without an answer"),
    _V.SETTLE: ("督办办结", "settle"),
}
OUTCOMES = {
    _V.SATISFY: Outcome.SATISFIED,
    _V.LAPSE: Outcome.NO_REPLY,
    _V.SETTLE: Outcome.SETTLED,
    _V.UPHOLD: Outcome.REVOKED,
}
OUTCOME_NAMES = {
    Outcome.SATISFIED: ("评价人满意", "The rater is satisfied"),
    Outcome.NO_REPLY: ("评价人没有答复", "The rater did not answer"),
    Outcome.SETTLED: ("督办办结", "Settled by the bureau"),
    Outcome.REVOKED: ("申诉成立", "The appeal was upheld"),
}
KIND_NAMES = {RepairKind.SIMPLE: ("简单问题", "Simple"), RepairKind.COMPLEX: ("复杂问题", "Complex")}
GROUND_NAMES = {
    AppealGround.MISTAKEN: ("误评", "Mistaken"),
    AppealGround.MALICIOUS: ("恶意差评", "Malicious"),
}


class MoveNotPossible(Problem):
    """The rectification's state has no such move; the answer is an explained 409."""

    code = "rating_remedy.not_possible"
    status = 409


def require(state: str, verb: RemedyVerb) -> Move:
    """The row of the table for this verb; raises MoveNotPossible when the state is not its source."""
    row = MOVES[verb]
    if state not in row.sources:
        state_zh, state_en = STATE_NAMES[RemedyState(state)]
        verb_zh, verb_en = VERB_NAMES[verb]
        possible = [VERB_NAMES[other.verb] for other in MOVES.values() if state in other.sources]
        zh = "、".join(names[0] for names in possible) or "无"
        en = ", ".join(names[1] for names in possible) or "nothing"
        raise MoveNotPossible(
            sentence_zh=f"这件差评整改现在是“{state_zh}”，不能{verb_zh}。",
            sentence_en=f"This rectification is now '{state_en}'; it is not possible to {verb_en}.",
            todo_zh=f"可能有人刚刚办理过，请刷新页面。现在可以：{zh}。",
            todo_en=f"Somebody may just have handled it; reload the page. Possible now: {en}.",
            about=verb,
        )
    return row


class WithheldFor(StrEnum):
    """Why words that their rater let be published are not: only for what they say of persons, never for what they say of us."""

    PERSONAL = "personal"
    ABUSE = "abuse"
    UNLAWFUL = "unlawful"


WITHHELD_NAMES = {
    WithheldFor.PERSONAL: ("含有他人或者本人的个人信息", "Says personal things of somebody"),
    WithheldFor.ABUSE: ("含有侮辱、谩骂", "Abuses somebody"),
    WithheldFor.UNLAWFUL: ("含有法律、法规禁止发布的内容", "Contains what the law forbids to publish"),
}
