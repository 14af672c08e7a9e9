"""What a pack says of policies, what an alert waits for, how a draft stands, and the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

POLICIES_LOADED = declare("policies.loaded", "载入了惠企利民政策", "Policies were loaded")
ALERT_SAVED = declare("policy_alert.saved", "设置了政策提醒", "An alert for a policy was set")
ALERT_ENDED = declare("policy_alert.ended", "取消了政策提醒", "An alert for a policy was taken back")
ALERT_TOLD = declare(
    "policy_alert.told", "提醒了可以享受的政策", "Somebody was told of a policy they can have now"
)
CITY_ASKED = declare("policy_city.asked", "要求生成全市主体快照", "A snapshot of the city was asked for")
CITY_MADE = declare("policy_city.made", "生成了全市主体快照", "A snapshot of the city was made")
DRAFT_STARTED = declare("policy_draft.started", "开始起草政策", "A draft of a policy was started")
DRAFT_SET = declare("policy_draft.set", "修改了政策草稿", "A draft of a policy was changed")
DRAFT_SUBMITTED = declare(
    "policy_draft.submitted", "政策草稿送审", "A draft of a policy was sent to be checked"
)
DRAFT_RETURNED = declare("policy_draft.returned", "退回了政策草稿", "A draft of a policy was sent back")
DRAFT_PUBLISHED = declare("policy_draft.published", "发布了政策草稿", "A draft of a policy was published")
DRAFT_DISCARDED = declare("policy_draft.discarded", "放弃了政策草稿", "A draft of a policy was given up")

MOST_ALERTS = 50  # open ones of one subject


class TextKind(StrEnum):
    """A document, or what documents refer to."""

    POLICY = "policy"
    EXCLUSIONS = "exclusions"
    FUND = "fund"
    ROUTE = "route"


BATCH_STARTED = declare("award_batch.started", "开始比对名单", "A list is being made from data")
BATCH_ADVANCED = declare("award_batch.advanced", "比对了一部分", "A part was compared")
BATCH_MADE = declare("award_batch.made", "形成了免申即享名单", "A list was made from data")
BATCH_SAMPLED = declare("award_batch.sampled", "抽查了名单", "The list was sampled")
BATCH_CONSULTED = declare("award_batch.consulted", "各部门意见已齐", "All opinions are in")
BATCH_IN_NOTICE = declare("award_batch.in_notice", "名单开始公示", "The list was put in public notice")
BATCH_APPROVED = declare("award_batch.approved", "名单已审定", "The list was approved")
MONEY_SET_ASIDE = declare("award_batch.money_set_aside", "预留了一部分资金", "Money of a part was set aside")
BATCH_CONFIRMING = declare(
    "award_batch.confirming", "请企业（本人）确认", "Those on the list were asked to confirm"
)
BATCH_ORDERED = declare("award_batch.ordered", "已通知拨付", "The order to pay was given")
BATCH_RECONCILED = declare("award_batch.reconciled", "已对账", "Everything paid was reconciled")
BATCH_GIVEN_UP = declare("award_batch.given_up", "终止了这一批", "The batch was given up")
AWARD_LOOKED_AT = declare("award.looked_at", "抽查了一户", "An award was looked at")
AWARD_REMOVED = declare("award.removed", "移出了名单", "An award was taken off the list")
AWARD_ASKED = declare("award.asked", "请确认免申即享", "Somebody was asked to confirm an award")
AWARD_REMINDED = declare("award.reminded", "提醒确认", "Somebody was reminded to confirm")
AWARD_CONFIRMED = declare("award.confirmed", "确认了意愿和账户", "Will and account were confirmed")
AWARD_DECLINED = declare("award.declined", "放弃了奖补", "An award was declined")
AWARD_DEFERRED = declare("award.deferred", "到期未确认，转下一批", "Unanswered, moved to the next batch")
AWARD_ORDERED = declare("award.ordered", "列入拨付", "An award was put into an order")
AWARD_PAID = declare("award.paid", "奖补已到账", "An award was paid")
AWARD_CLAWED_BACK = declare("award.clawed_back", "追回了奖补资金", "Money of an award was clawed back")
OPINION_ASKED = declare("award_opinion.asked", "征求部门意见", "A department was asked for its opinion")
OPINION_GIVEN = declare("award_opinion.given", "部门回复了意见", "A department gave its opinion")
OPINION_SILENT = declare("award_opinion.silent", "到期未回复，视为无异议", "A department was silent")
OBJECTION_MADE = declare("award_objection.made", "对公示提出了异议", "An objection was made")
OBJECTION_ANSWERED = declare("award_objection.answered", "答复了异议", "An objection was answered")

PART = 200  # subjects compared by one job: a fraction of a lease
SAMPLE_PERCENT, SAMPLE_LEAST = 10, 3  # where a route says nothing else


class BatchState(StrEnum):
    """How far a batch of awards is."""

    RUNNING = "running"
    MADE = "made"
    SAMPLED = "sampled"
    CONSULTED = "consulted"
    IN_NOTICE = "in_notice"
    APPROVED = "approved"
    CONFIRMING = "confirming"
    ORDERED = "ordered"
    RECONCILED = "reconciled"
    GIVEN_UP = "given_up"


ENDED = [BatchState.RECONCILED, BatchState.GIVEN_UP]


class AwardState(StrEnum):
    """How far one award is."""

    LISTED = "listed"
    NEEDS_DATA = "needs_data"
    REMOVED = "removed"
    WAITING = "waiting"  # for the subject's word
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    DEFERRED = "deferred"  # no answer: free for the next batch
    ORDERED = "ordered"
    PAID = "paid"
    CLAWED = "clawed"  # the whole of it was clawed back


# While an award is one of these, no other batch may give the same.
HELD = (
    AwardState.LISTED,
    AwardState.WAITING,
    AwardState.CONFIRMED,
    AwardState.DECLINED,
    AwardState.ORDERED,
    AwardState.PAID,
    AwardState.CLAWED,
)


class Removal(StrEnum):
    """Why an award is on the list no more."""

    SAMPLE = "sample"
    OPINION = "opinion"
    OBJECTION = "objection"
    RECHECK = "recheck"  # the rule does not hold any more, or an exclusion does
    EXCLUDED = "excluded"  # from the beginning: the conditions hold, and so does an exclusion
    MONEY = "money"  # first come, first served, and the fund is empty


REMOVED_FOR = tuple(Removal)


class OpinionState(StrEnum):
    """What a department has said."""

    OPEN = "open"
    CLEAR = "clear"
    AGAINST = "against"
    SILENT = "silent"


class Answer(StrEnum):
    """What is answered to an objection."""

    UPHELD = "upheld"
    REJECTED = "rejected"


BATCH_NAMES: dict[BatchState, tuple[str, str]] = {
    BatchState.RUNNING: ("比对中", "comparing"),
    BatchState.MADE: ("待抽查", "to be sampled"),
    BatchState.SAMPLED: ("征求意见中", "opinions asked"),
    BatchState.CONSULTED: ("待公示", "to be published"),
    BatchState.IN_NOTICE: ("公示中", "in public notice"),
    BatchState.APPROVED: ("已审定，预留资金", "approved, money set aside"),
    BatchState.CONFIRMING: ("待确认、拨付", "to be confirmed and paid"),
    BatchState.ORDERED: ("已拨付，待对账", "ordered, to be reconciled"),
    BatchState.RECONCILED: ("已办结", "ended"),
    BatchState.GIVEN_UP: ("已终止", "given up"),
}
AWARD_NAMES: dict[AwardState, tuple[str, str]] = {
    AwardState.LISTED: ("在名单上", "on the list"),
    AwardState.NEEDS_DATA: ("缺数据", "data needed"),
    AwardState.REMOVED: ("已移出", "taken off"),
    AwardState.WAITING: ("待确认", "to be confirmed"),
    AwardState.CONFIRMED: ("已确认", "confirmed"),
    AwardState.DECLINED: ("已放弃", "declined"),
    AwardState.DEFERRED: ("转下一批", "next batch"),
    AwardState.ORDERED: ("拨付中", "being paid"),
    AwardState.PAID: ("已到账", "paid"),
    AwardState.CLAWED: ("已追回", "clawed back"),
}
REMOVAL_NAMES: dict[Removal, tuple[str, str]] = {
    Removal.SAMPLE: ("核对后移出", "taken off after a look"),
    Removal.OPINION: ("部门意见", "a department's opinion"),
    Removal.OBJECTION: ("异议成立", "an objection was upheld"),
    Removal.RECHECK: ("复核不再符合", "the conditions hold no more"),
    Removal.EXCLUDED: ("有不予兑现的情形", "barred by an exclusion"),
    Removal.MONEY: ("资金已用完", "the fund is empty"),
}
OPINION_NAMES: dict[OpinionState, tuple[str, str]] = {
    OpinionState.OPEN: ("待回复", "open"),
    OpinionState.CLEAR: ("无异议", "no objection"),
    OpinionState.AGAINST: ("有异议", "against some"),
    OpinionState.SILENT: ("到期未回复，视为无异议", "silent: no objection"),
}


class DraftState(StrEnum):
    """How a draft of a policy stands."""

    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    DISCARDED = "discarded"


EDITABLE = (DraftState.DRAFTING, DraftState.RETURNED)
OPEN_DRAFTS = (*EDITABLE, DraftState.SUBMITTED)

FIRM_SET = declare("policy_firm.set", "设置了企业内部分工", "Who in an enterprise is told of what was set")
FIRM_TOLD = declare(
    "policy_firm.told", "推送了新匹配的政策", "An enterprise was told of what it can newly have"
)


class Topic(StrEnum):
    """Of what an enterprise is told."""

    MATCHES = "matches"  # what it can have now
    CONFIRMATIONS = "confirmations"  # what waits for its word or a correction
    PAYMENTS = "payments"  # what was paid, and what was taken back


TOPIC_NAMES: dict[Topic, tuple[str, str]] = {
    Topic.MATCHES: ("新匹配的政策和到期提醒", "new matches and alerts"),
    Topic.CONFIRMATIONS: ("待确认、待更正", "what waits for a word or a correction"),
    Topic.PAYMENTS: ("到账和追回", "payments and claw-backs"),
}
