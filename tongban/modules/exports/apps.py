"""Django's entry for the package."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Tables of tongban.modules.exports."""

    name = "tongban.modules.exports"
    label = "exports"
