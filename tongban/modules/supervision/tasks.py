"""What the worker's clock runs every day."""

from datetime import date

from tongban.kernel.events.states import daily
from tongban.modules.supervision import actions


@daily
def every_day(day: date) -> None:
    """Scan for cards. Run again on the same day, it raises and closes only what has changed since."""
    actions.scan(day=day)
