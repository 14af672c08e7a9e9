"""Removes what was counted when people signed in."""

from datetime import date

from tongban.foundation import time
from tongban.kernel.events.states import daily
from tongban.kernel.parties import actions


@daily
def old_counts(day: date) -> None:
    """Remove counts whose window is over; they limit nothing any more."""
    actions.forget_counts(now=time.now())


@daily
def old_codes(day: date) -> None:
    """Remove one-time codes that ran out."""
    actions.forget_codes(now=time.now())
