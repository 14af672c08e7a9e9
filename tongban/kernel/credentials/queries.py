"""Reads of credentials: the wallet, what is held, the public check."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet

from tongban.kernel.access.calc import Actor, Own, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import CredentialState

POLICY = Policy("credential")
POLICY.allow("view", Own("holder_id", "person_id"), "是持证人", "is the holder")
POLICY.allow("view", Represented("holder_id"), "可以代表持证单位", "may act for the holder")


def visible(actor: Actor) -> QuerySet[Credential]:
    """The credentials in the actor's wallet."""
    return Credential.objects.filter(allowed(POLICY, actor, "view")).select_related("file").order_by("-id")


def held(holders: Sequence[uuid.UUID], today: date) -> dict[str, Credential]:
    """The newest valid credential of each type held by any of the holders on a day."""
    rows = (
        Credential.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            holder_id__in=holders,
            state=CredentialState.VALID,
            valid_from__lte=today,
        )
        .select_related("file")
        .order_by("id")
    )
    return {row.type: row for row in rows}


def by_code(code: str) -> Credential | None:
    """The credential with this verification code, or None."""
    clean = "".join(c for c in code.upper() if c.isalnum())
    return Credential.objects.filter(verify_code=clean).select_related("file").first() if clean else None


def by_digest(sha256: str) -> Credential | None:
    """The credential whose sealed file has this digest, or None."""
    return Credential.objects.filter(file__sha256=sha256).first()


def by_identifier(identifier: str) -> Credential | None:
    """The credential with this national identifier, or None."""
    return Credential.objects.filter(identifier=identifier).first()


def of_case(case_id: uuid.UUID) -> Credential | None:
    """The credential that came out of a case."""
    return Credential.objects.filter(case_id=case_id).select_related("file").order_by("-id").first()


def doubled() -> list[str]:
    """Cases out of which came several credentials that do not replace each other (invariant I2)."""
    rows = Credential.objects.filter(replaces__isnull=True).values("case_id")
    rows = rows.annotate(n=Count("pk")).filter(n__gt=1).order_by("case_id")
    return [f"case {row['case_id']}: {row['n']} credentials" for row in rows]


def state_on(credential: Credential, today: date) -> CredentialState:
    """The state on a day: a valid one past its last day has expired."""
    if (
        credential.state == CredentialState.VALID
        and credential.valid_until
        and credential.valid_until < today
    ):
        return CredentialState.EXPIRED
    return CredentialState(credential.state)


def uses_of(credential: Credential, most: int = 20):
    """The newest uses of a credential (用证台账)."""
    return list(credential.uses.order_by("-id")[:most])
