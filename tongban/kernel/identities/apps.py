"""Django's entry for the package."""

from django.apps import AppConfig


class IdentitiesConfig(AppConfig):
    """Tables of tongban.kernel.identities."""

    name = "tongban.kernel.identities"
    label = "identities"
