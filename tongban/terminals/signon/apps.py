"""Django's entry for the package."""

from django.apps import AppConfig


class SignonTerminalConfig(AppConfig):
    """Templates of tongban.terminals.signon."""

    name = "tongban.terminals.signon"
    label = "signon_terminal"
