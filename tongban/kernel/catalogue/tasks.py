"""What the day brings to the catalogue."""

from datetime import date

from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue import actions
from tongban.kernel.events.states import daily


@daily
def every_day(_day: date) -> None:
    """Note scheduled versions whose day has come, so that search finds their words too."""
    actions.bring_into_force(by=SYSTEM)
