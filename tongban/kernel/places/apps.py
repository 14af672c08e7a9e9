"""Django's entry for the package."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Tables of tongban.kernel.places."""

    name = "tongban.kernel.places"
    label = "places"
