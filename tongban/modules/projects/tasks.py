"""What the worker's clock runs every day."""

from datetime import date

from tongban.kernel.events.states import daily
from tongban.modules.projects import actions


@daily
def follow_cases(day: date) -> None:
    """What was handed in belongs to the project that waits for it; what was decided moves its project."""
    actions.follow_cases(day=day)
