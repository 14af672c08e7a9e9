"""What a lending or a code is worth at a moment; what a receiver sees. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tongban.foundation.ids import mask_id
from tongban.kernel.credentials.calc import masked
from tongban.kernel.disclosures.states import CodeVerdict, LendingState, Scope, Standing


def verdict(expires_at: datetime | None, used_at: datetime | None, now: datetime) -> CodeVerdict:
    """What a code is worth: once, and until its moment."""
    if expires_at is None:
        return CodeVerdict.UNKNOWN
    if used_at is not None:
        return CodeVerdict.USED
    return CodeVerdict.GOOD if now < expires_at else CodeVerdict.OLD


def standing(
    state: str, starts_on: date | None, ends_on: date | None, answer_by: date | None, today: date
) -> Standing:
    """What a lending is worth on a day, both ends included."""
    match state:
        case LendingState.REFUSED:
            return Standing.REFUSED
        case LendingState.WITHDRAWN:
            return Standing.WITHDRAWN
        case LendingState.ASKED:
            return Standing.UNANSWERED if answer_by is not None and today > answer_by else Standing.WAITING
    if starts_on is not None and today < starts_on:
        return Standing.NOT_YET
    if ends_on is not None and today > ends_on:
        return Standing.OVER
    return Standing.USABLE


def disclosed(fields: Sequence[Mapping[str, Any]], scope: str) -> list[dict[str, Any]]:
    """The fields as a receiver sees them: as a stranger does, or whole with the sensitive ones in part."""
    if scope != Scope.WHOLE:
        return masked(fields)
    return [
        {**field, "value": mask_id(str(field["value"]))} if field["privacy"] == "sensitive" else dict(field)
        for field in fields
    ]
