"""Django's entry for the package."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """Tables of tongban.modules.correspondence."""

    name = "tongban.modules.correspondence"
    label = "correspondence"
