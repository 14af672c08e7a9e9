"""Tells the applicant what happened, in their inbox and, through it, on their phone."""

from tongban.kernel.cases import queries, states
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.notices import actions as notices

# event → (title zh, title en, body zh, body en)
TEXTS = {
    states.SUBMITTED: (
        "已收到：{item}",
        "Received: {item}",
        "编号 {no}。五个工作日内会告诉您是否受理，或者一次性告知需要补正的内容。",
        "Number {no}. Within five working days you will hear whether it is accepted, or what to correct, once.",
    ),
    states.SUPPLEMENT_REQUESTED: (
        "请补正：{item}",
        "Please correct: {item}",
        "编号 {no}。需要补正的内容已一次性列出，请打开办件逐项补正。",
        "Number {no}. All points to correct are listed once; open the case and go through them.",
    ),
    states.ACCEPTED: (
        "已受理：{item}",
        "Accepted: {item}",
        "编号 {no}。预计 {due} 前办结，期间不需要您跑动。",
        "Number {no}. It should be finished by {due}; you need not come.",
    ),
    states.REFUSED: (
        "不予受理：{item}",
        "Not accepted: {item}",
        "编号 {no}。理由和救济途径见通知书。",
        "Number {no}. The letter gives the reasons and the remedies.",
    ),
    states.DENIED: (
        "不予许可：{item}",
        "Denied: {item}",
        "编号 {no}。理由和救济途径见决定书。",
        "Number {no}. The decision gives the reasons and the remedies.",
    ),
    states.DELIVERED: (
        "已办好：{item}",
        "Done: {item}",
        "编号 {no}。结果已送达，可以在办件和“我的证照”中查看。欢迎评价。",
        "Number {no}. The result is in your case and your wallet. Please rate the service.",
    ),
}


def _follow(name: str) -> None:
    def told(event: Event, prepared: None) -> None:
        case = queries.case(event.subject_id)
        words = {"item": case.item_name, "no": case.short_no, "due": case.due_on or ""}
        title_zh, title_en, body_zh, body_en = (text.format(**words) for text in TEXTS[name])
        notices.notify(
            account_id=case.account_id,
            title=(title_zh, title_en),
            body=(body_zh, body_en),
            about=case,
            effect_key=f"{event.id}:notice",
        )

    told.__qualname__ = "told_" + name.rsplit(".", 1)[-1]
    subscribe(name)(told)


for _name in TEXTS:
    _follow(_name)
