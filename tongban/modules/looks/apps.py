"""Django's entry for the package."""

from django.apps import AppConfig


class LooksConfig(AppConfig):
    """Tables of tongban.modules.looks."""

    name = "tongban.modules.looks"
    label = "looks"
