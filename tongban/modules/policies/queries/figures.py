"""What was paid by policies, for everybody: the ledger's payouts, with what awards say of the beginning of theirs."""

import uuid
from collections.abc import Mapping

from tongban.foundation import time
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.ledger.queries import ORIGINS, Origin, origins, paid_out
from tongban.kernel.places import queries as places
from tongban.modules.policies.calc.figures import Figures, Payment, figures
from tongban.modules.policies.models import Award
from tongban.modules.policies.states import AwardState


@ORIGINS.register("awards", label="免申即享")
def award_origins() -> Mapping[uuid.UUID, Origin]:
    """Awards began on the day on which somebody had their list made."""
    rows = Award.objects.filter(state__in=[AwardState.PAID, AwardState.CLAWED], payout_id__isnull=False)
    columns = ("payout_id", "batch__made_at", "batch__audience")
    return {
        payout: Origin(made.astimezone(time.SHANGHAI).date(), automatic=True, audience=audience)
        for payout, made, audience in rows.values_list(*columns)
    }


def public_figures(least: int) -> Figures | None:
    """What may be published of all that was paid; None where fewer than `least` were paid at all."""
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
