"""Django's entry for the package."""

from django.apps import AppConfig


class SealsConfig(AppConfig):
    """Tables of tongban.kernel.seals."""

    name = "tongban.kernel.seals"
    label = "seals"
