"""Django's entry for the package."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Tables of tongban.kernel.cases."""

    name = "tongban.kernel.cases"
    label = "cases"
