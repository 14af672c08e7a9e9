"""Django's entry for the package."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Tables of tongban.kernel.parties."""

    name = "tongban.kernel.parties"
    label = "parties"
