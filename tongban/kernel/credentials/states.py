"""States of credentials and the names of their events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

CREDENTIAL_ISSUED = declare("credential.issued", "签发了电子证照", "A credential was issued")
CREDENTIAL_VERIFIED = declare("credential.verified", "有人核验了电子证照", "A credential was verified")
CREDENTIAL_REVOKED = declare("credential.revoked", "撤销了电子证照", "A credential was revoked")


class CredentialState(StrEnum):
    """States of the ministry interface (domain.md 3)."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STATE_CODES = {
    CredentialState.VALID: "01",
    CredentialState.SUSPENDED: "02",
    CredentialState.REVOKED: "03",
    CredentialState.CANCELLED: "04",
    CredentialState.EXPIRED: "05",
}

HOLDER_CODE_TYPES = {"organisation": "001", "person": "111"}
