"""Reads of credentials: the wallet, what is held, the public check."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet

from tongban.foundation.errors import Problem
from tongban.foundation.readers import reading_everything
from tongban.kernel.access.calc import Actor, ByGrant, Own, Policy, Recused, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Area, Permission
from tongban.kernel.credentials.models import Credential, CredentialAct, CredentialUse
from tongban.kernel.credentials.states import Act, ActState, CredentialState
from tongban.kernel.records.queries import Kept

POLICY = Policy("credential")
POLICY.allow("view", Own("holder_id", "person_id"), "是持证人", "is the holder")
POLICY.allow("view", Represented("holder_id", Area.CASES), "可以代表持证单位", "may act for the holder")
POLICY.allow(
    "manage",
    ByGrant(Permission.CREDENTIAL_MANAGE, agency="issuer"),
    "在发证机关负责证照管理",
    "manages the issuer's credentials",
)
POLICY.deny(Recused(("holder_id",)), "已经登记回避", "is recused")
POLICY.allow("agree", ByGrant(Permission.CASE_HEAD, agency="issuer"), "是发证机关负责人", "heads the issuer")


class NoSuchCredential(Problem):
    """There is no such credential, or not for this actor."""

    code = "credential.unknown"
    status = 404


def no_such() -> NoSuchCredential:
    """The error for a credential that does not exist for whoever asks."""
    return NoSuchCredential(
        sentence_zh="没有这份证照。",
        sentence_en="There is no such credential.",
        todo_zh="请核对网址，或者回到列表查找。",
        todo_en="Check the address, or look it up in the list.",
    )


def visible(actor: Actor) -> QuerySet[Credential]:
    """The credentials in the actor's wallet."""
    return Credential.objects.filter(allowed(POLICY, actor, "view")).select_related("file").order_by("-id")


_HELD: Kept[Credential] = Kept(
    lambda holders, today: (
        Credential.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            holder_id__in=holders,
            state=CredentialState.VALID,
            valid_from__lte=today,
        )
        .select_related("file")
        .order_by("id")
    )
)
_OF_CASE: Kept[Credential] = Kept(
    lambda case_id: Credential.objects.filter(case_id=case_id).select_related("file").order_by("-id")[:1]
)


def held(holders: Sequence[uuid.UUID], today: date) -> dict[str, Credential]:
    """The newest valid credential of each type held by any of the holders on a day."""
    return {row.type: row for row in _HELD.all(list(holders), today)} if holders else {}


def expiring(actor: Actor, holder: uuid.UUID, today: date, until: date) -> list[Credential]:
    """The valid credentials of one holder that the actor may see and that end by a day, the first first."""
    rows = visible(actor).filter(
        holder_id=holder, state=CredentialState.VALID, valid_until__gte=today, valid_until__lte=until
    )
    return list(rows.order_by("valid_until", "id"))


def valid_of(holders: Sequence[uuid.UUID], type: str, today: date) -> list[Credential]:
    """The valid credentials of one type held by any of the holders, the one that expires first before the others."""
    rows = Credential.objects.filter(
        type=type, holder_id__in=holders, state=CredentialState.VALID, valid_until__gte=today
    )
    return list(rows.order_by("valid_until", "id"))


@reading_everything()  # says only whether
def replaced(credential: Credential) -> bool:
    """Whether a newer version of it was issued."""
    return Credential.objects.filter(replaces=credential).exists()


@reading_everything()  # whoever has the code may check it
def by_code(code: str) -> Credential | None:
    """The credential with this verification code, or None."""
    clean = "".join(c for c in code.upper() if c.isalnum())
    return Credential.objects.filter(verify_code=clean).select_related("file").first() if clean else None


@reading_everything()  # whoever has the paper may check it
def by_digest(sha256: str) -> Credential | None:
    """The credential whose sealed file has this digest, or None."""
    return Credential.objects.filter(file__sha256=sha256).first()


@reading_everything()  # whoever has the paper may check it
def by_identifier(identifier: str) -> Credential | None:
    """The credential with this national identifier, or None."""
    return Credential.objects.filter(identifier=identifier).first()


def of_case(case_id: uuid.UUID) -> Credential | None:
    """The credential that came out of a case."""
    return _OF_CASE.first(case_id)


def doubled() -> list[str]:
    """Cases out of which came several credentials that do not replace each other (invariant I2)."""
    rows = Credential.objects.filter(replaces__isnull=True, case_id__isnull=False).values("case_id")
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


def uses_of(credential: Credential, most: int = 20) -> list[CredentialUse]:
    """The newest uses of a credential (用证台账)."""
    return list(credential.uses.order_by("-id")[:most])


def uses_count(credential: Credential) -> int:
    """How many uses the ledger has."""
    return credential.uses.count()


def managed(actor: Actor) -> QuerySet[Credential]:
    """The credentials that an officer of the issuer looks after, or agrees to acts on; newest first."""
    condition = allowed(POLICY, actor, "manage") | allowed(POLICY, actor, "agree")
    return Credential.objects.filter(condition).select_related("file").order_by("-id")


def managed_by(actor: Actor, credential_id: uuid.UUID, verb: str, *, lock: bool = False) -> Credential:
    """One credential under `verb` (manage, agree); raises NoSuchCredential."""
    rows = Credential.objects.filter(allowed(POLICY, actor, verb), pk=credential_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("file")).first()
    if found is None:
        raise no_such()
    return found


def may(actor: Actor, credential: Credential, verb: str) -> bool:
    """Whether the actor may do that with this credential."""
    return Credential.objects.filter(allowed(POLICY, actor, verb), pk=credential.pk).exists()


def found_by(actor: Actor, text: str) -> QuerySet[Credential]:
    """Of the credentials an officer looks after: those of this number, identifier, or holder's name."""
    rows, text = managed(actor), text.strip()
    if not text:
        return rows
    return rows.filter(Q(number=text) | Q(identifier=text) | Q(holder_name=text))


def acts_on(credential: Credential) -> list[CredentialAct]:
    """What happened to a credential since it was issued, newest first."""
    return list(credential.acts.order_by("-id"))


def act(act_id: uuid.UUID) -> CredentialAct:
    """One act with its credential; raises CredentialAct.DoesNotExist."""
    return CredentialAct.objects.select_related("credential").get(pk=act_id)


def proposal_of(credential: Credential) -> CredentialAct | None:
    """The act that waits for the head."""
    return credential.acts.filter(state=ActState.PROPOSED).first()


def proposals(actor: Actor) -> list[CredentialAct]:
    """The acts that wait for this head."""
    rows = CredentialAct.objects.filter(
        state=ActState.PROPOSED,
        credential__in=Credential.objects.filter(allowed(POLICY, actor, "agree")),
    )
    return list(rows.select_related("credential").order_by("id"))


def suspensions_over(day: date) -> list[tuple[Credential, CredentialAct]]:
    """Suspended credentials whose newest suspension ended before a day."""
    found = []
    rows = Credential.objects.filter(
        state=CredentialState.SUSPENDED, acts__act=Act.SUSPEND, acts__until__lt=day
    )
    for credential in rows.distinct().order_by("id"):
        newest = credential.acts.filter(act=Act.SUSPEND, state=ActState.DONE).order_by("-id").first()
        if newest is not None and newest.until is not None and newest.until < day:
            found.append((credential, newest))
    return found


def unsigned(most: int, without: set[str]) -> list[Credential]:
    """Credentials whose QR code cannot be verified without a network yet; none of the issuers in `without`."""
    return list(Credential.objects.filter(signed="").exclude(issuer__in=without).order_by("id")[:most])


def by_number(type: str, number: str) -> Credential | None:
    """The newest version of the credential with this number."""
    return Credential.objects.filter(type=type, number=number).order_by("-version").first()


def replaced_by(credential: Credential) -> Credential | None:
    """The version that replaced it."""
    return Credential.objects.filter(replaces=credential).order_by("-id").first()
