"""Django's entry for the package."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Tables of tongban.kernel.evidence."""

    name = "tongban.kernel.evidence"
    label = "evidence"
