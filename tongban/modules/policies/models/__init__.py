"""Tables of policies: published texts, alerts; batches of awards that nobody has to apply for."""

from tongban.modules.policies.models.awards import (
    Award,
    AwardBatch,
    Objection,
    Opinion,
    ProfileSnapshot,
)
from tongban.modules.policies.models.firms import FirmDuty, FirmNotices
from tongban.modules.policies.models.texts import (
    Alert,
    CitySnapshot,
    PolicyDraft,
    PolicyHolding,
    PolicyLoad,
    PolicyText,
)

__all__ = [
    "Alert",
    "Award",
    "AwardBatch",
    "CitySnapshot",
    "FirmDuty",
    "FirmNotices",
    "Objection",
    "Opinion",
    "PolicyDraft",
    "PolicyHolding",
    "PolicyLoad",
    "PolicyText",
    "ProfileSnapshot",
]
