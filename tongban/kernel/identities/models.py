"""Factors, recovery codes, sessions, devices that were used, pairings, what people say of themselves and how it was verified."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.identities.states import DocumentType, FactorKind, PairingState
from tongban.kernel.parties.models import Account
from tongban.kernel.records.models import BlindIndexField, EncryptedTextField, Record
from tongban.kernel.records.rules import account as owned_by


class Factor(Record):
    """An authenticator's secret, or the public key of a passkey; removed when its owner removes it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40)
    secret = EncryptedTextField()  # base 32 of a secret; base64url of attested credential data
    credential_id = models.CharField(
        max_length=1400, null=True, unique=True
    )  # base64url; WebAuthn: 1023 bytes
    sign_count = models.PositiveBigIntegerField(default=0)
    last_step = models.BigIntegerField(null=True)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=FactorKind.TOTP, credential_id__isnull=True)
                | Q(kind=FactorKind.PASSKEY, credential_id__isnull=False),
                name="factor_kind",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(kind=FactorKind.TOTP), name="factor_one_authenticator"
            ),
        ]

    class Privacy:
        internal = {"account", "kind", "credential_id", "sign_count", "last_step", "added_at", "used_at"}
        personal = {"name"}
        sensitive = {"secret"}


class RecoveryCode(Record):
    """A code for the day on which the telephone is gone; kept as a keyed digest, usable once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    class Privacy:
        internal = {"account", "digest", "used_at"}


class SignIn(Record):
    """A session: where it was begun, how, when it was last seen, why it is over."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    session_key = models.CharField(max_length=40, db_index=True)
    ways = models.JSONField()
    device = models.CharField(max_length=60)
    address = models.CharField(max_length=60)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="sign_in_own")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="") | Q(ended_at__isnull=False) & ~Q(ended=""),
                name="sign_in_ended",
            )
        ]

    class Privacy:
        internal = {"account", "session_key", "ways", "begun_at", "seen_at", "ended_at", "ended"}
        personal = {"device", "address"}


class KnownDevice(Record):
    """A browser that has signed in to an account: a keyed digest of its random name, and what kind of browser it is.

    Forgotten, its row goes too; the last one of an account stays as a trace without digest and label, so that whoever
    comes next is not taken for the first.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, null=True)
    label = models.CharField(max_length=60)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="known_device_once"),
            models.CheckConstraint(
                condition=Q(digest__isnull=False) | Q(label=""), name="known_device_trace_says_nothing"
            ),
        ]

    class Rows:
        seen = [owned_by("account_id")]

    class Privacy:
        internal = {"account", "digest", "first_seen_at", "last_seen_at"}
        personal = {"label"}


class Pairing(Record):
    """A code on a screen that asks a telephone to let this one browser in."""

    digest = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)  # keyed digest of what only the browser's own session holds
    check_number = models.CharField(max_length=2)
    device = models.CharField(max_length=60)
    address = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=PairingState.ASKED)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True)
    asked_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in PairingState]), name="pairing_state"
            ),
            models.CheckConstraint(
                condition=Q(state=PairingState.ASKED) | Q(account__isnull=False), name="pairing_answered_by"
            ),
        ]

    class Privacy:
        internal = {"digest", "browser", "check_number", "state", "account", "asked_at", "expires_at"}
        personal = {"device", "address"}


class GivenIdentity(Record):
    """What the owner of an account says of themself, until a verifier has matched it with a person."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    id_type = models.CharField(max_length=3)
    id_no = EncryptedTextField()
    id_no_index = BlindIndexField(source="id_no", db_index=True)
    phone = EncryptedTextField()
    phone_index = BlindIndexField(source="phone", db_index=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id_type__in=[one.value for one in DocumentType]), name="given_identity_type"
            )
        ]

    class Privacy:
        internal = {"account", "id_type", "id_no_index", "phone_index", "given_at"}
        personal = {"name"}
        sensitive = {"id_no", "phone"}


class Verification(Record):
    """One try to raise a level: by which verifier, with which consent, with which answer. No picture, no number."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    verifier = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    matched = models.BooleanField()
    consent_at = models.DateTimeField(null=True)
    consent_text = models.CharField(max_length=40, blank=True, default="")  # which words were agreed to
    withdrawn_at = models.DateTimeField(null=True)
    trace = models.CharField(max_length=60)  # by which the verifier finds its own record
    officer = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(consent_at__isnull=False, trace=""),
                name="verification_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(verifier="counter", officer__isnull=False) & ~Q(officer=F("account"))
                | ~Q(verifier="counter") & Q(officer__isnull=True),
                name="verification_by_another",
            ),
        ]

    class Privacy:
        internal = {
            "account",
            "verifier",
            "level",
            "matched",
            "consent_at",
            "consent_text",
            "withdrawn_at",
            "trace",
            "officer",
            "at",
        }


class FactorReset(Record):
    """An officer has lost what they sign in with: one administrator asks that it be forgotten, another agrees or refuses."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    reason = EncryptedTextField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    done = models.BooleanField(null=True)  # agreed or refused; None while nobody has answered
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(done__isnull=True), name="factor_reset_one_open"
            ),
            models.CheckConstraint(
                condition=Q(done__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(done__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="factor_reset_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="factor_reset_two_people",
            ),
        ]

    class Privacy:
        internal = {"account", "asked_at", "asked_by", "done", "answered_at", "answered_by"}
        sensitive = {"reason"}


class CounterCode(Record):
    """A code by which a window finds the account of whoever stands there; kept as a keyed digest, usable once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(used_at__isnull=True), name="counter_code_one"
            )
        ]

    class Privacy:
        internal = {"account", "digest", "asked_at", "expires_at", "used_at"}
