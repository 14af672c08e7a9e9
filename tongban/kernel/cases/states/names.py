"""The events of a case."""

from enum import StrEnum

from tongban.kernel.events.states import declare

CASE_OPENED = declare("case.opened", "开始填写申请", "An application was begun")
CASE_DELETED = declare("case.draft_deleted", "删除了草稿", "A draft was deleted")
CASE_SAVED = declare("case.saved", "保存了填写内容", "Answers were saved")
MATERIAL_ADDED = declare("case.material_added", "上传了材料", "A material was added")
MATERIAL_REUSED = declare(
    "case.material_reused", "复用了以前提交的材料", "A material of an earlier case was used again"
)
MATERIAL_CHECKED = declare(
    "case.material_checked", "窗口核对了材料原件", "A material was compared with its original"
)
MATERIAL_REMOVED = declare("case.material_removed", "移除了材料", "A material was removed")
SUBMITTED = declare("case.submitted", "提交了申请", "The application was submitted")
SUPPLEMENT_REQUESTED = declare("case.supplement_requested", "一次性告知补正", "A supplement was asked for")
RESUBMITTED = declare("case.resubmitted", "补正后重新提交", "The supplement was handed in")
LAPSED = declare("case.lapsed", "逾期未补正，退件", "Returned: no supplement came in time")
ACCEPTED = declare("case.accepted", "受理", "Accepted")
DEEMED_ACCEPTED = declare(
    "case.deemed_accepted", "逾期未告知，自收件之日起视为受理", "Deemed accepted from the day of receipt"
)
REFUSED = declare("case.refused", "不予受理", "Acceptance was refused")
SUPPLIED = declare("case.supplied", "补交了容缺材料", "A deferred material was supplied")
STEP_COMPLETED = declare("case.step_completed", "完成了一个环节", "A step was completed")
STEP_LAPSED = declare("case.step_lapsed", "逾期未答复，视为同意", "No answer in time: taken as agreement")
WORK_CLAIMED = declare("case.work_claimed", "领取了待办", "A task was claimed")
WORK_TRANSFERRED = declare("case.work_transferred", "转交了待办", "A task was passed on")
PAUSE_PROPOSED = declare("case.pause_proposed", "提请特别程序", "A special procedure was proposed")
EXTENSION_PROPOSED = declare("case.extension_proposed", "提请延长办理期限", "An extension was proposed")
PROPOSAL_REJECTED = declare("case.proposal_rejected", "负责人不同意提请", "The head did not agree")
SUSPENDED = declare(
    "case.suspended", "进入特别程序，停止计时", "A special procedure began; the clocks stand still"
)
RESUMED = declare("case.resumed", "特别程序结束，恢复计时", "The special procedure ended; the clocks go on")
PROMISE_STOPPED = declare("case.promise_stopped", "承诺时限停表", "The promised clock stands still")
PROMISE_RESUMED = declare("case.promise_resumed", "承诺时限恢复计时", "The promised clock goes on")
EXTENDED = declare("case.extended", "批准延长办理期限", "The limit was extended")
HEARING_OFFERED = declare("case.hearing_offered", "告知听证权利", "A hearing was offered")
HEARING_ASKED = declare("case.hearing_asked", "申请人要求听证", "The applicant asked for a hearing")
HEARING_SCHEDULED = declare("case.hearing_scheduled", "通知听证时间地点", "The hearing was set")
HEARING_HELD = declare("case.hearing_held", "听证结束，制作笔录", "The hearing was held and recorded")
GRANTED = declare("case.granted", "作出准予决定", "Granted")
DENIED = declare("case.denied", "作出不予决定", "Denied")
DEEMED_RENEWED = declare(
    "case.deemed_renewed",
    "到期前未作决定，视为准予延续",
    "Deemed renewed: nothing was decided before the expiry",
)
DELIVERED = declare("case.delivered", "送达", "Delivered")
CLOSED = declare("case.closed", "办结", "Closed")
WITHDRAWN = declare("case.withdrawn", "申请人撤回", "Withdrawn by the applicant")
TERMINATED = declare("case.terminated", "终止办理", "Terminated")
CHILD_STEP_OPENED = declare(
    "case.child_step_opened", "轮到所含的办件", "The turn of a case within this one has come"
)
CHILD_DECIDED = declare(
    "case.child_decided", "所含办件有了结果", "A case that belongs to another one has its result"
)
COMMITMENT_CHECKED = declare("case.commitment_checked", "核查了承诺", "A commitment was checked")
BANNED = declare("case.applicant_banned", "限制一定期限内再次申请", "A ban on applying again was set")
MIGRATED = declare("case.migrated", "按新的事项版本继续办理", "Goes on under a new version of the item")
DUE_CHANGED = declare(
    "case.due_changed", "工作日历更新，到期日改变", "The calendar changed, and with it the due date"
)
OPENED_IN_EMERGENCY = declare(
    "case.opened_in_emergency",
    "没有权限的工作人员紧急查阅了办件",
    "An officer without a right opened the case in an emergency",
)
ABSENCE_SET = declare("absence.set", "登记了外出代理", "An absence with a stand-in was noted")
CASES_REDATED = declare(
    "cases.redated", "按新的工作日历重算了一批办件的日期", "The dates of a batch of cases were recomputed"
)


class Grade(StrEnum):
    """How far a material can be trusted (国办函〔2016〕108号)."""

    ISSUED = "A"  # by the authority itself: used as it is
    CHECKED = "B"  # a window compared it with the original once
    UPLOADED = "C"  # by the applicant; the original has to be seen
    PROMISED = "D"  # made by the applicant, who answers for it


GRADE_NAMES = {
    Grade.ISSUED: ("A 机关签发", "A issued by an authority"),
    Grade.CHECKED: ("B 窗口核对过原件", "B compared with the original"),
    Grade.UPLOADED: ("C 申请人上传", "C uploaded by the applicant"),
    Grade.PROMISED: ("D 申请人承诺", "D promised by the applicant"),
}
