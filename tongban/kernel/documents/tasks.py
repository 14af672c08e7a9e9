"""Removes uploads that nobody finished."""

from datetime import date

from tongban.foundation import time
from tongban.kernel.documents import actions
from tongban.kernel.events.states import daily


@daily
def unfinished_uploads(day: date) -> None:
    """Remove uploads whose time is over; until this runs they can already not be gone on with."""
    actions.forget_expired(now=time.now())
