"""Django's entry for the package: templates and static files, no tables."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages of the desk."""

    name = "tongban.terminals.desk"
    label = "desk"
