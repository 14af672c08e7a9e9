"""What time and calendars do to cases. What follows from their events is in tongban.kernel.outcomes."""

from tongban.kernel.cases.tasks import calendars, days, glass

__all__ = ["calendars", "days", "glass"]
