"""Reads of signing on: systems, consents, sign-ons and tokens by what is presented, keys, claims."""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.modules.signon import calc, rules
from tongban.modules.signon.models import RelyingSystem, SigningKey, SignOn, SignOnToken, SystemConsent
from tongban.modules.signon.states import Realm, TokenKind


def digest(kind: str, *parts: str) -> str:
    """A keyed digest of something presented. Its key comes from the ring and is never exchanged."""
    return calc.keyed_digest(settings.KEY_RING.digest("signon", kind), *parts)


def issuer(realm: str) -> str:
    """The name under which tokens of a realm are made."""
    return f"{settings.PUBLIC_URL}/oidc/{realm}"


def systems(actor: Actor) -> QuerySet[RelyingSystem]:
    """All systems for those who look after them. Raises NotAllowed."""
    rules.require_registrar(actor)
    return RelyingSystem.objects.order_by("realm", "client_id")


def system(actor: Actor, system_id: uuid.UUID) -> RelyingSystem:
    """One system for those who look after them. Raises NotAllowed, NoSuchSystem."""
    found = systems(actor).filter(pk=system_id).first()
    if found is None:
        raise rules.no_such()
    return found


def live_system(realm: str, client_id: str) -> RelyingSystem | None:
    """The system of that name in a realm, unless it was stopped."""
    if "\x00" in client_id:  # PostgreSQL has no NUL in text and says so with an error
        return None
    return RelyingSystem.objects.filter(realm=realm, client_id=client_id, stopped_at__isnull=True).first()


def is_secret(row: RelyingSystem, secret: str) -> bool:
    """Whether this is the secret of a system; one without a secret lets nobody in."""
    return bool(row.secret_digest) and hmac.compare_digest(
        row.secret_digest, digest("secret", row.client_id, secret)
    )


def system_by_client_id(client_id: str) -> RelyingSystem | None:
    """The system of that name, stopped or not."""
    return RelyingSystem.objects.filter(client_id=client_id).first()


def consent_for(
    *, account_id: uuid.UUID, system: RelyingSystem, on_behalf: str, scopes: Sequence[str]
) -> SystemConsent | None:
    """The consent that covers what is asked for, when it was given and not taken back."""
    found = SystemConsent.objects.filter(
        account_id=account_id, system=system, on_behalf=on_behalf, revoked_at__isnull=True
    ).first()
    return found if found and set(scopes) <= set(found.scopes) else None


def consents(actor: Actor) -> list[SystemConsent]:
    """The live consents of the actor with their systems, newest first, and when each was last used (`last_used`)."""
    rows = rules.consents(actor).filter(revoked_at__isnull=True).select_related("system")
    return list(rows.annotate(last_used=Max("sign_ons__begun_at")).order_by("-id"))


def live_sign_ons(now: datetime) -> QuerySet[SignOn]:
    """Sign-ons that nothing has ended, with their systems."""
    return SignOn.objects.filter(
        ended_at__isnull=True, ends_at__gt=now, system__stopped_at__isnull=True
    ).select_related("system")


def live_count(actor: Actor) -> int:
    """At how many systems the actor is signed on now."""
    return live_sign_ons(time.now()).filter(account_id=actor.account_id).count()


def browser(session_row: str) -> str:
    """By what sign-ons of one session are known; empty where the session has no row."""
    return digest("browser", session_row) if session_row else ""


def sign_ons_of_browser(browser: str) -> list[SignOn]:
    """The live sign-ons that began in one browser session."""
    return list(live_sign_ons(time.now()).filter(browser=browser).order_by("id")) if browser else []


def sign_on(sign_on_id: uuid.UUID) -> SignOn:
    """One sign-on with its system; raises SignOn.DoesNotExist."""
    return SignOn.objects.select_related("system").get(pk=sign_on_id)


def own_sign_on(sid: str, browser: str) -> SignOn | None:
    """The live sign-on of that number, when it began in this browser session."""
    return next((row for row in sign_ons_of_browser(browser) if row.pk.hex == sid), None)


def sign_on_by_code(code: str) -> SignOn | None:
    """The sign-on for which a code stands, whatever has become of it."""
    return SignOn.objects.filter(code_digest=digest("code", code)).select_related("system").first()


def token(kind: str, value: str) -> SignOnToken | None:
    """A token of a live sign-on whose account is still open, used or not, by its value."""
    now = time.now()
    row = (
        SignOnToken.objects.filter(kind=kind, digest=digest("token", value), until__gt=now)
        .filter(sign_on__in=live_sign_ons(now))
        .select_related("sign_on__system")
        .first()
    )
    return row if row and parties.account(row.sign_on.account_id) else None


def any_token(value: str) -> SignOnToken | None:
    """The token of that value, of whatever kind."""
    return token(TokenKind.REFRESH, value) or token(TokenKind.ACCESS, value)


def published_keys() -> list[SigningKey]:
    """The keys whose public halves systems have to know, in the order in which they were made."""
    return list(
        SigningKey.objects.filter(Q(gone_at__isnull=True) | Q(gone_at__gt=time.now())).order_by(
            "signs_from", "id"
        )
    )


def signing_key() -> SigningKey | None:
    """The key that signs now: of those that may, the newest."""
    return SigningKey.objects.filter(signs_from__lte=time.now()).order_by("-signs_from", "-id").first()


def keys_of(actor: Actor) -> list[SigningKey]:
    """All published keys for those who look after them. Raises NotAllowed."""
    rules.require_registrar(actor)
    return published_keys()


def subject(row: RelyingSystem, account: Any) -> str:
    """The number by which systems of one sector know a person; those of two cannot tell that it is the same."""
    who = account.person_id or account.pk
    return digest("sub", row.realm, row.sector, str(who))


def mandate_holds(row: SignOn) -> bool:
    """Whether the person may still act for the organisation for which they signed on."""
    return not row.on_behalf or _acting(row) is not None


def _acting(row: SignOn) -> uuid.UUID | None:
    account = parties.account(row.account_id)
    if account is None:
        return None
    return parties.actor_for(account, time.today(), uuid.UUID(row.on_behalf)).organisation_id


def named(row: SignOn) -> calc.Asserted:
    """By what names a system knows a sign-on; without the number of the person when the account is closed."""
    account = parties.account(row.account_id)
    return calc.Asserted(
        issuer=issuer(row.system.realm),
        client_id=row.system.client_id,
        sub=subject(row.system, account) if account else "",
        sid=row.pk.hex,
        acr=settings.ACR_NAMES.get(row.level, "0"),
        methods=tuple(row.methods),
        signed_in_at=row.signed_in_at,
        nonce=row.nonce,
        scopes=tuple(row.scopes),
    )


def asserted(row: SignOn) -> calc.Asserted:
    """What may be said of a sign-on now: names as they are now, the organisation only while the mandate holds.

    Raises NoSuchSystem when the account was closed.
    """
    account = parties.account(row.account_id)
    if account is None:
        raise rules.no_such()
    acting: dict[str, str] = {}
    if row.on_behalf and (organisation_id := _acting(row)):
        found = parties.organisation(organisation_id)
        acting = {"name": found.name, "uscc": found.uscc}
    staff = row.system.realm == Realm.STAFF
    return replace(
        named(row),
        name=account.display_name if staff or not account.person_id else account.person.name,
        agency=account.agency if staff else "",
        acting_for=acting,
    )
