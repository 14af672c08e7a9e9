"""The keys that sign tokens: made ahead of their use, published beyond it, so that no system meets an unknown one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.signon import calc, queries, rules, states
from tongban.modules.signon.models import SigningKey


def sign(claims: Mapping[str, Any], *, kind: str = "JWT") -> str:
    """The claims as a token signed by the key in use; the first one of an installation makes that key."""
    key = queries.signing_key() or _make(by=SYSTEM)
    return calc.signed_token(claims, kid=key.kid, private_pem=key.private_key, kind=kind)


def signing_keys() -> list[SigningKey]:
    """The published keys; there always is one."""
    return queries.published_keys() or [_make(by=SYSTEM)]


@action
def _make(*, by: Actor, lead: timedelta = timedelta()) -> SigningKey:
    fresh = calc.new_key()
    row = SigningKey(
        kid=fresh.kid,
        public_jwk=fresh.public_jwk,
        private_key=fresh.private_pem,
        signs_from=time.now() + lead,
    )
    row.save(force_insert=True)
    events.record(name=states.KEY_MADE, about=row, by=by, payload={"kid": row.kid})
    return row


@action
def renew_key(*, by: Actor, at_once: bool = False) -> SigningKey:
    """Make the next key. Raises NotAllowed.

    It signs a day from now and the older ones stay published a day longer. `at_once`, for a key that somebody may have
    copied: the new one signs now, the older ones are gone, and tokens that they signed are worth nothing.
    """
    if by is not SYSTEM:
        rules.require_registrar(by)
    lead = timedelta(hours=0 if at_once else states.KEY_LEAD_HOURS)
    overlap = timedelta(hours=0 if at_once else states.KEY_OVERLAP_HOURS)
    fresh = _make(by=by, lead=lead)
    older = SigningKey.objects.exclude(pk=fresh.pk)
    if not at_once:
        older = older.filter(gone_at__isnull=True)
    older.update(gone_at=fresh.signs_from + overlap)
    return fresh


@action
def renew_key_in_time(*, by: Actor) -> bool:
    """Make the next key when the newest has signed for long enough; returns whether it was time."""
    newest = SigningKey.objects.order_by("-signs_from", "-id").first()
    if newest is None or newest.signs_from > time.now() - timedelta(days=states.KEY_DAYS):
        return False
    renew_key(by=by)
    return True
