"""Systems that rely on our sign-in, consents, sign-ons with their tokens, keys that sign tokens."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.signon.states import Ending, Realm, TokenKind


class RelyingSystem(Record):
    """A department's system: where it may be answered, what it may ask for. Its secret is kept as a keyed digest."""

    client_id = models.CharField(max_length=40, unique=True)
    realm = models.CharField(max_length=10)
    agency = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    purpose_zh = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=300)
    redirect_uris = models.JSONField(default=list)
    logout_uris = models.JSONField(default=list)
    backchannel_uri = models.CharField(max_length=200, blank=True, default="")
    scopes = models.JSONField(default=list)
    sector = models.CharField(max_length=60)  # systems of one sector know a person by the same number
    least_level = models.PositiveSmallIntegerField(default=1)
    secret_digest = models.CharField(max_length=64, blank=True, default="")
    registered_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(realm__in=[r.value for r in Realm]), name="relying_system_realm"
            )
        ]

    class Privacy:
        public = {
            "id",
            "client_id",
            "realm",
            "agency",
            "name_zh",
            "name_en",
            "purpose_zh",
            "purpose_en",
            "scopes",
        }
        internal = {
            "redirect_uris",
            "logout_uris",
            "backchannel_uri",
            "sector",
            "least_level",
            "secret_digest",
            "registered_at",
            "stopped_at",
        }


class SystemConsent(Record):
    """Somebody agreed that a system learns what `scopes` name, as themself or for an organisation (`on_behalf`)."""

    system = models.ForeignKey(RelyingSystem, on_delete=models.PROTECT, related_name="consents")
    account_id = models.UUIDField()
    on_behalf = models.CharField(max_length=36, blank=True, default="")
    scopes = models.JSONField(default=list)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "system", "on_behalf"],
                condition=Q(revoked_at__isnull=True),
                name="system_consent_once",
            )
        ]

    class Privacy:
        internal = {"system", "account_id", "on_behalf", "scopes", "given_at", "revoked_at"}


class SignOn(Record):
    """One person signed on to one system from one browser: the code that stands for it once, then its tokens."""

    system = models.ForeignKey(RelyingSystem, on_delete=models.PROTECT, related_name="sign_ons")
    consent = models.ForeignKey(SystemConsent, on_delete=models.PROTECT, related_name="sign_ons")
    account_id = models.UUIDField()
    browser = models.CharField(max_length=64)  # keyed digest of what the session carries
    on_behalf = models.CharField(max_length=36, blank=True, default="")
    scopes = models.JSONField(default=list)
    level = models.PositiveSmallIntegerField()
    methods = models.JSONField(default=list)  # `amr`
    signed_in_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=500, blank=True, default="")
    redirect_uri = models.CharField(max_length=200)
    challenge = models.CharField(max_length=128)
    code_digest = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    begun_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")
    told_at = models.DateTimeField(null=True)  # the system was told of the end

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-id"], name="sign_on_account"),
            models.Index(fields=["browser"], condition=Q(ended_at__isnull=True), name="sign_on_browser"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False, ended_why__in=[e.value for e in Ending]),
                name="sign_on_ended_why",
            ),
            models.CheckConstraint(condition=~Q(challenge=""), name="sign_on_challenged"),
        ]

    class Privacy:
        internal = {
            "system",
            "consent",
            "account_id",
            "browser",
            "on_behalf",
            "scopes",
            "level",
            "methods",
            "signed_in_at",
            "nonce",
            "redirect_uri",
            "challenge",
            "code_digest",
            "code_until",
            "begun_at",
            "redeemed_at",
            "ends_at",
            "ended_at",
            "ended_why",
            "told_at",
        }


class SignOnToken(Record):
    """A token of a sign-on as a keyed digest. A refresh token that was used stays, to know it when it comes again."""

    sign_on = models.ForeignKey(SignOn, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in TokenKind]), name="sign_on_token_kind"
            )
        ]

    class Privacy:
        internal = {"sign_on", "kind", "digest", "until", "used_at"}


class SigningKey(Record):
    """An RSA key that signs tokens from a moment on; its public half is published until `gone_at`."""

    kid = models.CharField(max_length=43, unique=True)
    public_jwk = models.JSONField()
    private_key = EncryptedTextField()  # PEM, PKCS 8
    signs_from = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Privacy:
        public = {"id", "kid", "public_jwk"}
        internal = {"signs_from", "gone_at"}
        sensitive = {"private_key"}
