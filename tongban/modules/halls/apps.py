"""Django's entry for the package."""

from django.apps import AppConfig


class HallsConfig(AppConfig):
    """Tables of tongban.modules.halls."""

    name = "tongban.modules.halls"
    label = "halls"
