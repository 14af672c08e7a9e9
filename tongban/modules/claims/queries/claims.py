"""Claims by case, by officer, by subject, in public notice and on their way to the bank."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from tongban.foundation import time
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger.queries import ORIGINS, Origin
from tongban.modules.claims import rules
from tongban.modules.claims.models import Claim, ClaimCheck, ClaimObjection, ClaimPart
from tongban.modules.claims.states import HELD, UNDER_WAY, ClaimState
from tongban.modules.policies.models import PolicyText
from tongban.modules.policies.queries import awards


def claim_of(case_id: uuid.UUID, *, lock: bool = False) -> Claim | None:
    """The claim of a case."""
    rows = Claim.objects.select_related("text").filter(case_id=case_id)
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def claim_for(actor: Actor, claim_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> Claim:
    """One claim that an officer may `verb`. Raises NoSuchClaim."""
    rows = rules.claims(actor, verb).select_related("text").filter(pk=claim_id)
    return rules.found((rows.select_for_update(of=("self",)) if lock else rows).first())


def claim_of_payout(payout_id: uuid.UUID) -> Claim | None:
    """The claim that a payout pays, locked, if it pays one."""
    rows = Claim.objects.select_related("text").filter(payout_id=payout_id)
    return rows.select_for_update(of=("self",)).first()


def given(item: str, period: str, subjects: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the subjects who have claimed the item for the period, and not in vain."""
    rows = Claim.objects.filter(item=item, period=period, subject_id__in=list(subjects))
    once = rows.filter(repeatable=False, state__in=[s.value for s in HELD])
    again = rows.filter(repeatable=True, state__in=[s.value for s in UNDER_WAY])
    return set(once.values_list("subject_id", flat=True)) | set(again.values_list("subject_id", flat=True))


def listed(actor: Actor, state: str = "") -> QuerySet[Claim]:
    """The claims that an officer may see, newest first."""
    rows = rules.claims(actor).order_by("-id")
    return rows.filter(state=state) if state else rows


def awaiting_order(actor: Actor) -> QuerySet[Claim]:
    """Granted claims that this officer may put into a payment batch, the oldest first."""
    return rules.claims(actor, "order").filter(state=ClaimState.GRANTED).order_by("id")


def checks_of(claim: Claim) -> list[ClaimCheck]:
    """What was found at each point, newest first."""
    return list(ClaimCheck.objects.filter(claim=claim).order_by("-id").defer("values"))


def objections_of(claim: Claim) -> list[ClaimObjection]:
    """The objections to a claim, open ones first."""
    return list(ClaimObjection.objects.filter(claim=claim).order_by("answer", "id"))


def open_objections(claim: Claim) -> int:
    """How many objections are not answered."""
    return ClaimObjection.objects.filter(claim=claim, answer="").count()


def in_notice(day: date) -> list[uuid.UUID]:
    """Open claims whose notice runs on a day."""
    rows = Claim.objects.filter(state=ClaimState.OPEN, notice_from__lte=day, notice_until__gte=day)
    return list(rows.order_by("id").values_list("pk", flat=True))


def noticed() -> QuerySet[Claim]:
    """What is or was in public notice, newest first: also what was taken off, with the reason."""
    return Claim.objects.filter(notice_until__isnull=False).order_by("-notice_until", "-id")


def public_claim(claim_id: uuid.UUID, *, lock: bool = False) -> Claim:
    """One claim that is or was in public notice. Raises NoSuchClaim."""
    rows = noticed().select_related("text").filter(pk=claim_id)
    return rules.found((rows.select_for_update(of=("self",)) if lock else rows).first())


def own_claim(actor: Actor, claim_id: uuid.UUID, *, lock: bool = False) -> Claim:
    """One's own claim, or that of an enterprise acted for. Raises NoSuchClaim."""
    return claim_for(actor, claim_id, "own", lock=lock)


def own_claims(actor: Actor, subject: uuid.UUID) -> list[Claim]:
    """The subject's claims, newest first."""
    return list(rules.claims(actor, "own").filter(subject_id=subject).order_by("-id")[:50])


def own_objection(actor: Actor, objection_id: uuid.UUID) -> ClaimObjection:
    """An objection of the actor's own. Raises NoSuchClaim."""
    return rules.found(ClaimObjection.objects.filter(pk=objection_id, made_by=actor.account_id).first())


@ORIGINS.register("claims", label="政策兑现申报")
@reading_everything()  # public sums are of everybody
def claim_origins() -> Mapping[uuid.UUID, Origin]:
    """A claim began on the day on which it was handed in."""
    rows = Claim.objects.filter(payout_id__isnull=False).values_list("payout_id", "made_at", "audience")
    later = ClaimPart.objects.values_list("payout_id", "claim__made_at", "claim__audience")
    return {
        payout: Origin(made.astimezone(time.SHANGHAI).date(), automatic=False, audience=audience)
        for payout, made, audience in (*rows, *later)
    }


def text_in_force(policy: str) -> PolicyText:
    """The text of a policy that is in force."""
    return awards.text_of(policy)


def workday(day: date, days: int) -> date:
    """The working day so many after a day."""
    return deadlines.calendar().add_workdays(day, days).date
