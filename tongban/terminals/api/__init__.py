"""JSON for other programs: the same actions, no pages."""
