"""Copies of a city that can be brought back: made, checked, restored, and tried out (ADR 0053)."""
