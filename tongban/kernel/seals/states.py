"""Names of the seals' events, and the verdicts on a signature."""

from enum import StrEnum

from tongban.kernel.events.states import declare

SEAL_MADE = declare("seal.made", "制作了电子印章密钥", "A seal key was made")
SEAL_USED = declare("seal.used", "使用了电子印章", "A seal was used")

AUTHORITY = "authority"  # the row of the demo certification authority
LOG = "log"  # the row of the key with which heads of the sealed log are signed
NOT_AGENCIES = (AUTHORITY, LOG)


class SealVerdict(StrEnum):
    """What can be said of the seal on a file."""

    VALID = "valid"
    CHANGED = "changed"  # the bytes are not those that were sealed
    UNTRUSTED = "untrusted"  # sealed by somebody who is not one of our agencies
    UNSEALED = "unsealed"
    UNREADABLE = "unreadable"
