"""Django's entry for the package."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Tables of tongban.kernel.exchange."""

    name = "tongban.kernel.exchange"
    label = "exchange"
