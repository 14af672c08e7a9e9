"""Reads of what follows from cases: letters, results on paper, renewals, messages for the province."""

from tongban.kernel.outcomes.queries.cashiers import FAKE, FakeCashier, cashier, cashier_label
from tongban.kernel.outcomes.queries.couriers import courier_label
from tongban.kernel.outcomes.queries.handovers import (
    LISTS,
    NoSuchHandover,
    hall,
    handover_counts,
    handover_for,
    handover_of,
    handovers,
    moving_parcels,
    parcel,
    parcel_ordered_by,
    parcels_of,
    ways_of,
)
from tongban.kernel.outcomes.queries.letters import letter_content, letter_preview
from tongban.kernel.outcomes.queries.messages import exchange_messages
from tongban.kernel.outcomes.queries.payments import (
    payable,
    payment,
    payment_by_number,
    payment_of,
    unpaid,
)
from tongban.kernel.outcomes.queries.register import entries, issuers, proof_items, registered
from tongban.kernel.outcomes.queries.renewals import (
    ask_by,
    expired,
    expiries,
    renewal_of,
    to_renew,
    to_warn_of,
)

__all__ = [
    "FAKE",
    "LISTS",
    "FakeCashier",
    "NoSuchHandover",
    "ask_by",
    "cashier",
    "cashier_label",
    "courier_label",
    "entries",
    "exchange_messages",
    "expired",
    "expiries",
    "hall",
    "handover_counts",
    "handover_for",
    "handover_of",
    "handovers",
    "issuers",
    "letter_content",
    "letter_preview",
    "moving_parcels",
    "parcel",
    "parcel_ordered_by",
    "parcels_of",
    "payable",
    "payment",
    "payment_by_number",
    "payment_of",
    "proof_items",
    "registered",
    "renewal_of",
    "to_renew",
    "to_warn_of",
    "unpaid",
    "ways_of",
]
