"""Django's entry for the package."""

from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    """Tables of tongban.kernel.signatures."""

    name = "tongban.kernel.signatures"
    label = "signatures"
