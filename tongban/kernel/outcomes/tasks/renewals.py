"""The guard of renewals: noted with the submission, warned of before the expiry, deemed granted after it (article 50)."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Granted, covers
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import states
from tongban.kernel.cases.models import Case
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.outcomes import actions, queries
from tongban.kernel.outcomes.states import RENEWAL_ALERTED

_ASKED = {Permission.CASE_DECIDE, Permission.CASE_HEAD}  # whose word is missing


@subscribe(states.SUBMITTED)
def renewal_noted(event: Event, prepared: None) -> None:
    """Which licence is it about, and did it come in time."""
    actions.note_renewal(case_id=event.subject_id)


@daily
def guard_renewals(day: date) -> None:
    """Warn of what expires soon, and renew what expired in silence. Each in a transaction of its own, safe to repeat."""
    for renewal_id in queries.to_warn_of(day):
        actions.warn(renewal_id=renewal_id)
    for renewal_id in queries.expired(day):
        actions.deem(renewal_id=renewal_id)


@subscribe(RENEWAL_ALERTED)
def office_warned(event: Event, prepared: None) -> None:
    """Tell those who may decide the case, and the heads."""
    case = cases.case(event.subject_id)
    until = event.payload["expires_on"]
    for account_id in _deciders(case):
        notices.notify(
            account_id=account_id,
            title=(f"延续申请须尽快决定：{case.item_name}", f"Renewal to be decided: {case.short_no}"),
            body=(
                f"{case.short_no} 申请延续的证照有效期至 {until}。到期前没有作出决定的，视为准予延续。",
                f"The licence of {case.short_no} expires on {until}. Without a decision by then it is deemed renewed.",
            ),
            about=case,
            effect_key=f"{event.id}:notice:{account_id}",
        )


def _deciders(case: Case) -> list[uuid.UUID]:
    roles = [role.name for role in ROLES.values() if role.permissions & _ASKED]
    return sorted(
        {
            row.account_id
            for row in access.holders(roles, time.today())
            if covers(
                Granted(row.role, row.agency, row.place_path, tuple(row.items)),
                agency=case.agency,
                place_path=case.place_path,
                item=case.item_code,
            )
        }
    )
