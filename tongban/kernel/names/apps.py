"""Django's entry for the package."""

from django.apps import AppConfig


class NamesConfig(AppConfig):
    """Tables of tongban.kernel.names."""

    name = "tongban.kernel.names"
    label = "names"
