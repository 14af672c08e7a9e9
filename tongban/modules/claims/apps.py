"""Django's entry for the package."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Tables of tongban.modules.claims."""

    name = "tongban.modules.claims"
    label = "claims"
