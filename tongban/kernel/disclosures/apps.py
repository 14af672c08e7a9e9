"""Django's entry for the package."""

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """Tables of tongban.kernel.disclosures."""

    name = "tongban.kernel.disclosures"
    label = "disclosures"
