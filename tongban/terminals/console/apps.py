"""Django's entry for the package: templates and static files, no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages of the console."""

    name = "tongban.terminals.console"
    label = "console"
