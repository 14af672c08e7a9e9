"""Dossiers: all that the platform holds of somebody, as one file for themself: for people to read, and for programs."""
