"""Django's entry for the package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Tables of tongban.kernel.notices."""

    name = "tongban.kernel.notices"
    label = "notices"
