"""Django's entry for the package."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Tables of tongban.kernel.search."""

    name = "tongban.kernel.search"
    label = "search"
