"""Django's entry for the package."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """Tables of tongban.modules.ratings."""

    name = "tongban.modules.ratings"
    label = "ratings"
