"""Reads of identities: factors, sessions, devices, and how many recovery codes are left."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.identities import rules
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.models import (
    Factor,
    FactorReset,
    GivenIdentity,
    KnownDevice,
    RecoveryCode,
    SignIn,
    Verification,
)
from tongban.kernel.identities.states import KEPT_DAYS, FactorKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Account, Person
from tongban.kernel.parties.states import AssuranceLevel
from tongban.kernel.records.models import blind_indexes

RECENT = 20


def kinds(account_id: uuid.UUID) -> set[str]:
    """Which kinds of factors an account has."""
    return set(Factor.objects.filter(account_id=account_id).order_by("id").values_list("kind", flat=True))


def factors(actor: Actor) -> list[Factor]:
    """The actor's own factors, the oldest first."""
    return list(rules.factors(actor).order_by("id"))


def consents(actor: Actor) -> QuerySet[Verification]:
    """The actor's consents to comparisons of faces, newest first, with when they were given and taken back."""
    return rules.consents(actor).order_by("-id")


def live_consents(actor: Actor) -> QuerySet[Verification]:
    """Those of them that were not taken back."""
    return rules.consents(actor).filter(withdrawn_at__isnull=True).order_by("id")


def long_over(now: datetime) -> QuerySet[SignIn]:
    """Sign-ins that ended long enough ago to be forgotten."""
    return SignIn.objects.filter(ended_at__lte=now - timedelta(days=KEPT_DAYS)).order_by("id")


def credentials(account_id: uuid.UUID) -> list[str]:
    """The credentials of the passkeys of an account."""
    rows = Factor.objects.filter(account_id=account_id, kind=FactorKind.PASSKEY).order_by("id")
    return [one for one in rows.values_list("credential_id", flat=True) if one]


def number_now(account_id: uuid.UUID) -> str:
    """The number that the account's authenticator shows now; for demonstrations, which put it on the page."""
    row = Factor.objects.filter(account_id=account_id, kind=FactorKind.TOTP).first()
    return totp.number(row.secret, totp.step_at(time.wall_clock().timestamp())) if row else ""


def recovery_codes_left(account_id: uuid.UUID) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()


def sign_ins(actor: Actor) -> tuple[list[SignIn], list[SignIn]]:
    """The actor's sessions that are open, and the latest that are over; the newest first."""
    rows = rules.sign_ins(actor).order_by("-id")
    return list(rows.filter(ended_at__isnull=True)[:RECENT]), list(
        rows.filter(ended_at__isnull=False)[:RECENT]
    )


def known_devices(actor: Actor) -> list[KnownDevice]:
    """The devices on which the actor's account was used lately, the last used first."""
    rows = rules.known_devices(actor).filter(last_seen_at__gt=unused_since(time.now()))
    return list(rows.order_by("-last_seen_at", "-id"))


def unused_since(now: datetime) -> datetime:
    """A device that was last used then or earlier is not known any more."""
    return now - timedelta(days=settings.KNOWN_DEVICE_DAYS)


def account_named(text: str) -> Account | None:
    """The active account of that name, or the only one whose owner has that telephone; else None."""
    found = parties.account_by_username(text)
    if found is not None or not text.removeprefix("+").isdigit():
        return found
    rows = Account.objects.filter(
        Q(person__phone_index__in=blind_indexes(Person, "phone", text))
        | Q(givenidentity__phone_index__in=blind_indexes(GivenIdentity, "phone", text)),
        is_active=True,
        level__gte=AssuranceLevel.SELF_GIVEN,  # else anybody could put somebody's number beside a name of their own
    ).order_by("id")
    few = list(rows.distinct()[:2])
    return few[0] if len(few) == 1 else None


def phone_of(account: Account) -> str:
    """The telephone to which an account's codes go; empty where none is known."""
    if account.person_id:
        return account.person.phone or ""
    given = given_identity(account.pk)
    return given.phone if given else ""


def given_identity(account_id: uuid.UUID) -> GivenIdentity | None:
    """What the owner of an account has said of themself, or None."""
    return GivenIdentity.objects.filter(account_id=account_id).first()


def resets() -> list[FactorReset]:
    """The resets of second factors that wait for a second administrator, the oldest first."""
    return list(FactorReset.objects.filter(done__isnull=True).select_related("account").order_by("id"))


def reset_of(account_id: uuid.UUID) -> FactorReset | None:
    """The reset of an account that waits for an answer, or None."""
    return FactorReset.objects.filter(account_id=account_id, done__isnull=True).first()


def is_open(sign_in_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Whether this session of the account has not ended."""
    return SignIn.objects.filter(pk=sign_in_id, account_id=account_id, ended_at__isnull=True).exists()


def open_sessions(account_id: uuid.UUID) -> int:
    """How many sessions of an account are open: all that an administrator is told of them."""
    return SignIn.objects.filter(account_id=account_id, ended_at__isnull=True).count()
