"""Supervision (电子监察): cards for cases that are late or nearly, chase orders with their answers, figures of time."""
