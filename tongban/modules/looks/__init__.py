"""Looks: who looked at whose data, when, for which case, through which door; too many without a case are stopped."""
