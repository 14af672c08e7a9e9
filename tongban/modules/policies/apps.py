"""Django's entry for the package."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Tables of tongban.modules.policies."""

    name = "tongban.modules.policies"
    label = "policies"
