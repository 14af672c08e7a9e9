"""Django's entry for the package."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Tables of tongban.kernel.ledger."""

    name = "tongban.kernel.ledger"
    label = "ledger"
