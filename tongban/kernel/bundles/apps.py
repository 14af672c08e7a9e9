"""Django's entry for the package."""

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    """Tables of tongban.kernel.bundles."""

    name = "tongban.kernel.bundles"
    label = "bundles"
