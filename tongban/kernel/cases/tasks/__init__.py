"""What follows from a case's events, after commit: decisions by rule, letters, credentials, notices, closing."""

from tongban.kernel.cases.tasks import letters, notices, outcomes

__all__ = ["letters", "notices", "outcomes"]
