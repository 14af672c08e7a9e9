"""Tells the rater what becomes of a bad rating: the call-back, the repair, what was decided on an appeal."""

from typing import TYPE_CHECKING

from tongban.kernel.cases import queries as cases
from tongban.kernel.events.states import last_part, subscribe
from tongban.kernel.notices import actions as notices
from tongban.modules.ratings import queries, states

if TYPE_CHECKING:
    from tongban.kernel.events.models import Event

# event → (title zh, title en, body zh, body en)
TEXTS = {
    states.CONTACTED: (
        "已回访您的评价：{item}",
        "Your rating was followed up: {item}",
        "编号 {no}。我们已就您的评价与您联系，核实后会告诉您整改结果。",
        "Number {no}. We contacted you about your rating; you will hear what is put right.",
    ),
    states.ANSWERED: (
        "整改结果：{item}",
        "What was put right: {item}",
        "编号 {no}。请打开办件查看整改结果，并告诉我们是否满意；不满意可以再次整改。",
        "Number {no}. Open the case to read what was put right and tell us whether it satisfies you.",
    ),
    states.UPHELD: (
        "您的评价不再公开：{item}",
        "Your rating is no longer public: {item}",
        "编号 {no}。经审定，申诉成立，您的评价不计入公开统计。理由见办件；不同意的，可以拨打 12345 反映。",
        "Number {no}. The agency's appeal was upheld: your rating leaves the public figures. The case says why.",
    ),
    states.DISMISSED: (
        "您的评价有效：{item}",
        "Your rating stands: {item}",
        "编号 {no}。办理机关对您的评价提出的申诉不成立，将继续整改。",
        "Number {no}. The agency's appeal against your rating was dismissed; it will put things right.",
    ),
    states.SETTLED: (
        "督办结果：{item}",
        "Settled by the bureau: {item}",
        "编号 {no}。主管部门已就您的评价督办，结果见办件。",
        "Number {no}. The bureau followed your rating up; the case says how it ended.",
    ),
}


def _follow(name: str) -> None:
    def told(event: "Event", prepared: None) -> None:
        rating = queries.rating_of_remedy(event.subject_id)
        case = cases.case(rating.case_id)
        notices.tell(
            TEXTS[name],
            account_id=rating.given_by,
            about=case,
            effect_key=f"{event.id}:notice",
            item=case.item_name,
            no=case.short_no,
        )

    subscribe(name, name=f"told_{last_part(name)}")(told)


for _name in TEXTS:
    _follow(_name)
