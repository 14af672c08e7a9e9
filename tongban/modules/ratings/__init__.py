"""Ratings of handled cases, five levels of which 1 is best."""
