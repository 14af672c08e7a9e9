"""Django's entry for the package."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Tables of tongban.modules.dossiers."""

    name = "tongban.modules.dossiers"
    label = "dossiers"
