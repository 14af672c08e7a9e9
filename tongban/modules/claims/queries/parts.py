"""Later instalments: of a claim, of an officer, due on a day, and what stands against paying them."""

import uuid
from datetime import date

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor
from tongban.modules.claims import rules
from tongban.modules.claims.models import Claim, ClaimPart
from tongban.modules.claims.queries.judging import of_claim
from tongban.modules.claims.states import LATER, ClaimState, PartState
from tongban.modules.policies.calc import Role


def parts(actor: Actor, verb: str = "view") -> QuerySet[ClaimPart]:
    """The instalments of claims that this actor may `verb`."""
    rows = ClaimPart.objects.select_related("claim__text")
    return rows.filter(claim__in=rules.claims(actor, verb).values("pk"))


def part_for(actor: Actor, part_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> ClaimPart:
    """One instalment of a claim that the actor may `verb`. Raises NoSuchClaim."""
    rows = parts(actor, verb).filter(pk=part_id)
    return rules.found((rows.select_for_update(of=("self",)) if lock else rows).first())


def parts_of(claim: Claim, *states: PartState) -> QuerySet[ClaimPart]:
    """The later instalments of a claim, in their order; in some states where any are named."""
    rows = ClaimPart.objects.filter(claim=claim).order_by("number")
    return rows.filter(state__in=list(states)) if states else rows


def part_of_payout(payout_id: uuid.UUID) -> ClaimPart | None:
    """The instalment that a payout pays, locked, if it pays one."""
    rows = ClaimPart.objects.select_related("claim__text").filter(payout_id=payout_id)
    return rows.select_for_update(of=("self",)).first()


def due(day: date) -> list[uuid.UUID]:
    """Instalments whose day has come, of claims of which the first part was paid."""
    rows = ClaimPart.objects.filter(state__in=list(LATER), due_on__lte=day, claim__state=ClaimState.PAID)
    return list(rows.order_by("id").values_list("pk", flat=True))


def to_order(actor: Actor) -> QuerySet[ClaimPart]:
    """Instalments that are due and that this officer may put into a payment batch, the oldest first."""
    return parts(actor, "order").filter(state=PartState.DUE).order_by("id")


def barred_by(claim: Claim, *, known: bool = False) -> list[str]:
    """The exclusions of a claim's edition that hold today, in the words of the policy; with those of which nobody knows.

    `known`: only those that are known to hold.
    """
    found = []
    for one in of_claim(claim).match.judged:
        if one.requirement.role is not Role.EXCLUSION or one.verdict is True:
            continue
        if one.verdict is False:
            found.append(one.requirement.text.zh)
        elif not known:
            found.append(f"{one.requirement.text.zh}（缺数据）")
    return found
