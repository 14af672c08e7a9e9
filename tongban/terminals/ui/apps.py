"""The Django application."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components, layout and preferences."""

    name = "tongban.terminals.ui"
    label = "ui"
