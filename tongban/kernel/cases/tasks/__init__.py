"""What follows from a case's events, after commit: decisions by rule, letters, credentials, notices, closing."""

from tongban.kernel.cases.tasks import calendars, days, letters, notices, outcomes

__all__ = ["calendars", "days", "letters", "notices", "outcomes"]
