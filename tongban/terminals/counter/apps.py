"""Django's entry for the package: templates and static files, no tables."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Pages of the counter."""

    name = "tongban.terminals.counter"
    label = "counter"
