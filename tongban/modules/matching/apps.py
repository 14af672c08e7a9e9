"""Django's entry for the package."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Tables of tongban.modules.matching."""

    name = "tongban.modules.matching"
    label = "matching"
