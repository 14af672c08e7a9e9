"""Writes of grants."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access import states
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.models import Grant
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


class UnknownRole(Problem):
    """The role is not one of `states.ROLES`."""

    code = "grant.unknown_role"
    status = 400


@action
def grant(
    *,
    account_id: uuid.UUID,
    role: str,
    by: Actor,
    agency: str = "",
    place_path: str = "",
    items: tuple[str, ...] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Grant:
    """Give an account a role at an agency and place, for some items or all. Raises UnknownRole."""
    if role not in states.ROLES:
        raise UnknownRole(
            sentence_zh=f"没有“{role}”这个岗位。",
            sentence_en=f"There is no role '{role}'.",
            todo_zh=f"可用岗位：{'、'.join(states.ROLES)}。",
            todo_en=f"Roles: {', '.join(states.ROLES)}.",
        )
    row = Grant(
        account_id=account_id,
        role=role,
        agency=agency,
        place_path=place_path,
        items=list(items),
        starts_on=starts_on or time.today(),
        ends_on=ends_on,
        made_at=time.now(),
        made_by=by.account_id,
    )
    row.save(force_insert=True)
    events.record(
        name=states.GRANT_MADE,
        about=row,
        by=by,
        payload={"role": role, "agency": agency, "place": place_path},
    )
    return row
