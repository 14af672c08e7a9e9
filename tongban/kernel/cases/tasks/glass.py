"""An emergency access is told to those who watch over it: audit administrators, and the supervisors who review it."""

from typing import Any

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.models import Grant
from tongban.kernel.access.states import GLASS_BROKEN, ROLES, Permission
from tongban.kernel.events.states import subscribe
from tongban.kernel.notices import actions as notices

_TEXTS = (
    "有人紧急查阅了一个办件",
    "An emergency access to a case",
    "请在规定时间内复核：理由是否成立。紧急查阅到期自动结束。",
    "Please review in time whether its reason holds. The access ends by itself.",
)


@subscribe(GLASS_BROKEN)
def tell_who_watches(event: Any, prepared: None) -> None:
    """A notice to every audit administrator and supervisor, and to nobody who is the one who looked."""
    wanted = {Permission.AUDIT_VIEW, Permission.SUPERVISE}
    roles = [name for name, role in ROLES.items() if role.permissions & wanted]
    rows = access.holders(roles, time.today()).order_by("account_id").values_list("account_id", flat=True)
    for account_id in dict.fromkeys(rows):
        if account_id != event.actor_id:
            notices.tell(
                _TEXTS,
                account_id=account_id,
                about=Grant(id=event.subject_id),
                effect_key=f"glass:{event.subject_id}:{account_id}",
            )
