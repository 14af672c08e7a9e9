"""Django's entry for the package."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Tables of tongban.kernel.events."""

    name = "tongban.kernel.events"
    label = "events"
