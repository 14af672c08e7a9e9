"""Exports: an officer's selection of cases as a table file, written in the background and kept for a few days."""
