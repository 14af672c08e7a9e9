"""Exports: an officer's selection of cases, or of what else is registered, as a table file, written in the background and kept for a few days."""
