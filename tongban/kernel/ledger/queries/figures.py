"""What was paid, for public totals: without names and accounts. Who makes payouts says what each began with."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q, Sum

from tongban.foundation import time
from tongban.foundation.money import Fen
from tongban.foundation.readers import reading_everything
from tongban.foundation.registries import Registry
from tongban.kernel.ledger.models import Payout, Posting
from tongban.kernel.ledger.states import Outcome, PayoutState, PostingKind


@dataclass(frozen=True, slots=True)
class Paid:
    """A payout that the bank confirmed; `fen` without what was clawed back."""

    id: uuid.UUID
    agency: str
    place_path: str
    payee: str
    fen: Fen
    day: date


@dataclass(frozen=True, slots=True)
class Origin:
    """What a payout began with: a list or an application, on which day, for whom (organisation, person)."""

    began: date
    automatic: bool
    audience: str


# By maker: the origins of its payouts. A module that pays registers here; a payout without an origin counts in sums only.
ORIGINS: Registry[Callable[[], Mapping[uuid.UUID, Origin]]] = Registry("款项的来历")


@reading_everything()  # public sums are of everybody
def paid_out() -> list[Paid]:
    """Everything paid that did not come back, oldest first."""
    confirmed = Q(answers__applied=True, answers__outcome=Outcome.PAID)
    rows = Payout.objects.filter(state=PayoutState.PAID).annotate(at=Min("answers__at", filter=confirmed))
    given = Sum("entries__fen", filter=Q(entries__fen__gt=0))
    back = Posting.objects.filter(kind=PostingKind.CLAW_BACK, reversal__isnull=True, payout__isnull=False)
    clawed = dict(back.values_list("payout").annotate(fen=given).order_by("payout"))
    columns = ("pk", "agency", "place_path", "payee", "fen", "at", "reserved_at")
    return [
        Paid(pk, agency, path, payee, fen - clawed.get(pk, 0), (at or kept).astimezone(time.SHANGHAI).date())
        for pk, agency, path, payee, fen, at, kept in rows.order_by("id").values_list(*columns)
        if fen > clawed.get(pk, 0)
    ]


def newest() -> uuid.UUID | None:
    """The newest posting: while it stays the same, so do all sums."""
    return Posting.objects.order_by("-id").values_list("pk", flat=True).first()


def origins() -> dict[uuid.UUID, Origin]:
    """The origins of all payouts that anybody registered for."""
    makers = ORIGINS.keys()
    return {id: one for key in makers for id, one in ORIGINS.get(key)().items()}
