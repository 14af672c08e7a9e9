"""Django's entry for the package."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Tables of tongban.modules.appeals."""

    name = "tongban.modules.appeals"
    label = "appeals"
