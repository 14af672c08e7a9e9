"""Append-only log of what happened, and the jobs that follow from it."""
