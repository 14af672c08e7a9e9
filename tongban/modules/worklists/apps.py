"""Django's entry for the package."""

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """Tables of tongban.modules.worklists."""

    name = "tongban.modules.worklists"
    label = "worklists"
