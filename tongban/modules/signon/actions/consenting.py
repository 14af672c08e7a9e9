"""What people agree that a system is told, and that they take it back."""

import uuid
from collections.abc import Sequence

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.signon import calc, queries, rules, states
from tongban.modules.signon.actions.signing import end
from tongban.modules.signon.models import RelyingSystem, SystemConsent


@action
def give_consent(*, system: RelyingSystem, on_behalf: str, scopes: Sequence[str], by: Actor) -> SystemConsent:
    """Keep that the actor agrees; asked for less than was agreed to before, nothing is written."""
    before = queries.consent_for(account_id=by.account_id, system=system, on_behalf=on_behalf, scopes=scopes)
    if before is not None:
        return before
    now = time.now()
    SystemConsent.objects.filter(
        account_id=by.account_id, system=system, on_behalf=on_behalf, revoked_at__isnull=True
    ).update(revoked_at=now)
    row = SystemConsent(
        system=system,
        account_id=by.account_id,
        on_behalf=on_behalf,
        scopes=list(calc.described(scopes)),
        given_at=now,
    )
    row.save(force_insert=True)
    payload = {"system": system.client_id, "scopes": row.scopes}
    events.record(name=states.CONSENT_GIVEN, about=row, by=by, payload=payload)
    return row


@action
def revoke_consent(*, consent_id: uuid.UUID, by: Actor) -> None:
    """Take a consent back: its sign-ons end, and the system is told. A second time changes nothing. Raises NoSuchSystem."""
    row = rules.consents(by).filter(pk=consent_id).first()
    if row is None:
        raise rules.no_such()
    mine = SystemConsent.objects.filter(pk=row.pk, revoked_at__isnull=True)
    if not mine.update(revoked_at=time.now()):
        return
    events.record(name=states.CONSENT_REVOKED, about=row, by=by)
    for sign_on in queries.live_sign_ons(time.now()).filter(consent=row).order_by("id"):
        end(sign_on=sign_on, why=states.Ending.REVOKED, by=by)
