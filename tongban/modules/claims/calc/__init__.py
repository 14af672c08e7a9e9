"""Claims as values: the service item that an edition becomes, and what a rule says of one claim. Pure."""

from tongban.modules.claims.calc.making import BASE, Setting, editions_of, in_words, item_of
from tongban.modules.claims.calc.parts import Instalment, in_parts, instalments
from tongban.modules.claims.calc.reports import Fault, Kind, Loan, kinds_of, read_table
from tongban.modules.claims.calc.steps import order_days, steps_of

__all__ = [
    "BASE",
    "Fault",
    "Instalment",
    "Kind",
    "Loan",
    "Setting",
    "editions_of",
    "in_parts",
    "in_words",
    "instalments",
    "item_of",
    "kinds_of",
    "order_days",
    "read_table",
    "steps_of",
]
