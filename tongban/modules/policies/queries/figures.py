"""What was paid by policies, for everybody: the ledger's payouts, with what awards say of the beginning of theirs."""

import threading
import uuid
from collections.abc import Mapping

from tongban.foundation import time
from tongban.foundation.readers import reading_everything
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger.queries import ORIGINS, Origin, newest, origins, paid_out
from tongban.kernel.places import queries as places
from tongban.modules.policies.calc.figures import Figures, Payment, figures
from tongban.modules.policies.models import Award

MINUTES = 5  # at most so old: a payment that was written before another and committed after it
_lock = threading.Lock()
_held: dict[int, tuple[tuple[object, int], Figures | None]] = {}


@ORIGINS.register("awards", label="免申即享")
@reading_everything()  # public sums are of everybody
def award_origins() -> Mapping[uuid.UUID, Origin]:
    """Awards began on the day on which somebody had their list made."""
    rows = Award.objects.filter(payout_id__isnull=False)
    columns = ("payout_id", "batch__made_at", "batch__audience")
    return {
        payout: Origin(made.astimezone(time.SHANGHAI).date(), automatic=True, audience=audience)
        for payout, made, audience in rows.values_list(*columns)
    }


def public_figures(least: int) -> Figures | None:
    """What may be published of all that was paid; None where fewer than `least` were paid at all.

    Added up anew after each posting, and every few minutes; in between a process answers from what it holds.
    """
    key = newest(), int(time.now().timestamp()) // (MINUTES * 60)
    held = _held.get(least)
    if held is None or held[0] != key:
        with _lock:
            held = _held.get(least)
            if held is None or held[0] != key:
                held = _held[least] = key, _add_up(least)
    return held[1]


def _add_up(least: int) -> Figures | None:
    begun, calendar = origins(), deadlines.calendar()
    payments = []
    for one in paid_out():
        origin, town = begun.get(one.id), places.town_of(one.place_path)
        payments.append(
            Payment(
                fen=one.fen,
                payee=one.payee,
                audience=origin.audience if origin else "",
                year=f"{one.day.year}",
                town=town.code if town else "",
                agency=one.agency,
                days=calendar.position(one.day) - calendar.position(origin.began) if origin else None,
                automatic=origin.automatic if origin else None,
            )
        )
    return figures(payments, least)
