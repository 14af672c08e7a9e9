"""Tells the other side that a message came: the account that filed, or the officers who wrote on the case before."""

from typing import Any

from tongban.kernel.cases import queries as cases
from tongban.kernel.events.states import subscribe
from tongban.kernel.notices import actions as notices
from tongban.modules.correspondence import queries, states
from tongban.modules.correspondence.states import Side


@subscribe(states.MESSAGE_SENT)
def tell_the_other_side(event: Any, prepared: None) -> None:
    """Put a notice into the inbox of whoever has the answer to expect; the words stay on the case."""
    message = queries.message(event.subject_id)
    case = cases.case(message.case_id)
    office = message.side == Side.OFFICE
    told = [case.account_id] if office else queries.writers(case.pk, Side.OFFICE)
    for account_id in told:
        notices.notify(
            account_id=account_id,
            title=(f"新消息：{case.item_name[:100]}", f"New message: {case.item_name[:100]}"),
            body=(
                f"编号 {case.short_no}。请打开办件查看。消息不影响办理期限。",
                f"Number {case.short_no}. Open the case to read it. Messages do not change any limit.",
            ),
            about=case,
            effect_key=f"{event.id}:message:{account_id}",
        )
