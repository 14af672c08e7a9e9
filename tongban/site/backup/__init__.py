"""Copies of a city that can be brought back: made, checked, restored, and tried out (ADR 0053)."""

# Older ones are faults: the newest backup (a night and two hours), the last drill (a week and a day).
MOST_HOURS, MOST_DRILL_DAYS = 26, 8
