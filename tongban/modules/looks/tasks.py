"""Forgets looks that were kept long enough."""

from datetime import date

from tongban.kernel.events.states import daily
from tongban.modules.looks import actions


@daily
def every_day(day: date) -> None:
    """Delete what no longer has to be kept, block by block."""
    while actions.forget():
        pass
