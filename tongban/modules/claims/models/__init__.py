"""Tables of claims."""

from tongban.modules.claims.models.claims import Claim, ClaimCheck, ClaimObjection
from tongban.modules.claims.models.parts import ClaimPart
from tongban.modules.claims.models.pools import PoolCut

__all__ = ["Claim", "ClaimCheck", "ClaimObjection", "ClaimPart", "PoolCut"]
