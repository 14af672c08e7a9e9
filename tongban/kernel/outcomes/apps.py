"""Django's entry for the package."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """Tables of tongban.kernel.outcomes."""

    name = "tongban.kernel.outcomes"
    label = "outcomes"
