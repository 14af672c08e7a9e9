"""A run of an item: states, steps, decisions, clocks attached."""
