"""What follows from a case's events, after commit: decisions by rule, letters, credentials, notices, closing."""

from tongban.kernel.outcomes.tasks import decisions, handovers, letters, licences, notices, payments, renewals

__all__ = ["decisions", "handovers", "letters", "licences", "notices", "payments", "renewals"]
