"""Django's entry for the package."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Tables of tongban.kernel.credentials."""

    name = "tongban.kernel.credentials"
    label = "credentials"
