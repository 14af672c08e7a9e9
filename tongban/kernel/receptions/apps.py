"""Django's entry for the package."""

from django.apps import AppConfig


class ReceptionsConfig(AppConfig):
    """Tables of tongban.kernel.receptions."""

    name = "tongban.kernel.receptions"
    label = "receptions"
