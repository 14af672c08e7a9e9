"""Pools: items whose claims of a window share one sum, what they come to so far, and whether it can be shared."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from tongban.foundation.money import Fen
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.ledger import queries as ledger
from tongban.modules.claims import rules
from tongban.modules.claims.models import Claim, PoolCut
from tongban.modules.claims.states import ClaimState
from tongban.modules.policies.calc import Offer
from tongban.modules.policies.calc.amounts import Pool
from tongban.modules.policies.calc.definition import Span
from tongban.modules.policies.queries import awards


def offer_of(claim: Claim) -> Offer:
    """The offer of a claim's own edition."""
    matcher, _policies = awards.rule_of(claim.text, claim.item, claim.audience, claim.as_of)
    return next(one for one in matcher.terms.offers if one.code == claim.item)


def window_of(offer: Offer) -> Span | None:
    """The window whose claims share one pool; None where each is decided by itself."""
    window = offer.edition.window
    pooled = isinstance(offer.amount.operator, Pool)
    return window if pooled and window is not None and window.ends is not None else None


def cut_of(claim: Claim) -> PoolCut | None:
    """How the pool of a claim's edition was shared, if it was."""
    return PoolCut.objects.filter(item=claim.item, edition=claim.edition).first()


@dataclass(frozen=True)
class Waiting:
    """A pool that waits to be shared: claims approved and still open, what they come to, what its fund has, in fen."""

    item: str
    edition: str
    until: date
    approved: int
    open: int
    fen: Fen
    free: Fen

    @property
    def permille(self) -> int:
        """What each would get today of a thousand parts, cut."""
        return min(1000, 1000 * self.free // self.fen) if self.fen else 1000


def waiting(actor: Actor) -> list[Waiting]:
    """The pools whose claims this actor decides, by item; as many questions for many claims as for one."""
    rows = rules.claims(actor, "decide").filter(state__in=[ClaimState.POOLED, ClaimState.OPEN])
    found = (
        rows.values("item", "edition")
        .order_by("item", "edition")
        .annotate(
            approved=Count("pk", filter=Q(state=ClaimState.POOLED)),
            still=Count("pk", filter=Q(state=ClaimState.OPEN)),
            fen=Sum("fen", filter=Q(state=ClaimState.POOLED)),
        )
        .filter(approved__gt=0)
    )
    shown = []
    for row in found:
        one = rows.filter(item=row["item"], edition=row["edition"], state=ClaimState.POOLED)
        claim = one.select_related("text").order_by("id")[0]
        offer = offer_of(claim)
        window = window_of(offer)
        if window is not None and window.ends is not None:
            free = _free(offer.edition.fund, claim.as_of.year)
            shown.append(
                Waiting(
                    row["item"],
                    row["edition"],
                    window.ends,
                    row["approved"],
                    row["still"],
                    row["fen"] or 0,
                    free,
                )
            )
    return shown


def _free(fund: str, year: int) -> Fen:
    return sum(line.available_fen for line in ledger.lines_of(fund, year, SYSTEM))
