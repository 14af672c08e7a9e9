"""Background doors: systems are told of ended sign-ons, keys are renewed in time, what is old goes."""

import uuid
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.states import daily, subscribe
from tongban.kernel.identities.states import SESSION_ENDED
from tongban.modules.signon import actions, calc, queries
from tongban.modules.signon.queries import wire
from tongban.modules.signon.states import SIGN_ON_ENDED, Ending


def tell_the_system(event: Any) -> uuid.UUID | None:
    """Tell the system, outside any transaction: of which sign-on; None where it need not or cannot be told. Raises NotTold."""
    row = queries.sign_on(event.subject_id)
    known = row.redeemed_at is not None and row.ended_why != Ending.SYSTEM_SIGNED_OUT
    if not known or not row.system.backchannel_uri or row.system.stopped_at:
        return None
    claims = calc.logout_claims(queries.named(row), jti=uuid.uuid4().hex, now=time.now())
    wire.tell(row.system.backchannel_uri, actions.sign(claims, kind="logout+jwt"))
    return row.pk


@subscribe(SIGN_ON_ENDED, prepare=tell_the_system)
def sign_on_ended(event: Any, told: uuid.UUID | None) -> None:
    """A sign-on ended: the system has been told."""
    if told is not None:
        actions.note_told(sign_on_id=told)


@subscribe(SESSION_ENDED)
def session_ended(event: Any, prepared: None) -> None:
    """A session ended, from wherever: so do the sign-ons that began in it."""
    actions.end_browser(browser=queries.browser(str(event.subject_id)), by=SYSTEM)


@daily
def every_day(day: date) -> None:
    """Renew the key that is about to have signed for long enough; forget what nobody needs any more."""
    actions.renew_key_in_time(by=SYSTEM)
    actions.forget_old(now=time.now())
