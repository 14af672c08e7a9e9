"""Django's entry for the package: templates and static files, no tables."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages of the portal."""

    name = "tongban.terminals.portal"
    label = "portal"
