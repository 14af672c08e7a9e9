"""How long a project has not moved, and how much of a promise is kept. Pure."""

from datetime import date, timedelta

from tongban.modules.projects.calc.kinds import Settings
from tongban.modules.projects.states import Light


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last day of the month where that has no such day."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    first_of_next = date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def light_of(moved_on: date, today: date, settings: Settings) -> Light:
    """Yellow and red from the day on which the months are full; to be taken out after more than so many."""
    if moved_on < months_before(today, settings.out):
        return Light.OUT
    if moved_on <= months_before(today, settings.red):
        return Light.RED
    if moved_on <= months_before(today, settings.yellow):
        return Light.YELLOW
    return Light.GREEN


def percent(done: int, promised: int) -> int:
    """The share of a promise that is kept, cut to whole percent; 0 where nothing was promised."""
    return done * 100 // promised if promised > 0 else 0
