"""Django's entry for the package."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Tables of tongban.modules.visits."""

    name = "tongban.modules.visits"
    label = "visits"
