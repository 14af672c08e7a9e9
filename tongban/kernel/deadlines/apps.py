"""Django's entry for the package."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Tables of tongban.kernel.deadlines."""

    name = "tongban.kernel.deadlines"
    label = "deadlines"
