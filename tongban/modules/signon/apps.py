"""Django's entry for the package."""

from django.apps import AppConfig


class SignonConfig(AppConfig):
    """Tables of tongban.modules.signon."""

    name = "tongban.modules.signon"
    label = "signon"
