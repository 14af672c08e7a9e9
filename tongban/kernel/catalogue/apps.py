"""Django's entry for the package."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Tables of tongban.kernel.catalogue."""

    name = "tongban.kernel.catalogue"
    label = "catalogue"
