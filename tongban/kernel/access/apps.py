"""Django's entry for the package."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tables of tongban.kernel.access."""

    name = "tongban.kernel.access"
    label = "access"
