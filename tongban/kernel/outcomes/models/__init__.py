"""The rows of what follows from a case."""

from tongban.kernel.outcomes.models.handovers import Handover, Parcel
from tongban.kernel.outcomes.models.payments import Payment
from tongban.kernel.outcomes.models.renewals import Renewal

__all__ = ["Handover", "Parcel", "Payment", "Renewal"]
