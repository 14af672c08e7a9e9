"""Tables of claims."""

from tongban.modules.claims.models.claims import Claim, ClaimCheck, ClaimObjection

__all__ = ["Claim", "ClaimCheck", "ClaimObjection"]
