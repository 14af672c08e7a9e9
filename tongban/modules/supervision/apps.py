"""Django's entry for the package."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Tables of tongban.modules.supervision."""

    name = "tongban.modules.supervision"
    label = "supervision"
