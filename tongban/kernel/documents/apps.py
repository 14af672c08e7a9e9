"""Django's entry for the package."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Tables of tongban.kernel.documents."""

    name = "tongban.kernel.documents"
    label = "documents"
