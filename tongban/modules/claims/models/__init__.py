"""Tables of claims."""

from tongban.modules.claims.models.claims import Claim, ClaimCheck, ClaimObjection
from tongban.modules.claims.models.parts import ClaimPart
from tongban.modules.claims.models.pools import PoolCut
from tongban.modules.claims.models.reports import BankLoan, BankReport

__all__ = ["BankLoan", "BankReport", "Claim", "ClaimCheck", "ClaimObjection", "ClaimPart", "PoolCut"]
