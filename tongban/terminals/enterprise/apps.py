"""Django's entry for the package: templates and static files, no tables."""

from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    """Pages about policies."""

    name = "tongban.terminals.enterprise"
    label = "enterprise"
