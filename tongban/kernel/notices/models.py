"""The inbox, and what was sent outside."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.notices.states import LANGUAGES, Channel, NoticeKind
from tongban.kernel.records.models import BlindIndexField, EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import account

_KINDS = [kind.value for kind in NoticeKind]


class Notice(Record):
    """A notice in somebody's inbox. `effect_key` says what it follows from: the same effect never notifies twice."""

    account_id = models.UUIDField()  # whose inbox
    kind = models.CharField(max_length=10, default=NoticeKind.PROGRESS)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    body_zh = models.CharField(max_length=500)
    body_en = models.CharField(max_length=800)
    about_kind = models.CharField(max_length=30)
    about_id = models.UUIDField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    effect_key = models.CharField(max_length=200, unique=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-id"])]
        constraints = [models.CheckConstraint(condition=Q(kind__in=_KINDS), name="notice_kind")]

    class Rows:
        seen = [account("account_id")]

    class Privacy:
        internal = {"account_id", "kind", "about_kind", "about_id", "created_at", "read_at", "effect_key"}
        personal = {"title_zh", "title_en", "body_zh", "body_en"}


class Preference(Record):
    """How somebody wants to be told; an account without a row has the defaults of `calc.Wishes`."""

    account_id = models.UUIDField(unique=True)
    language = models.CharField(max_length=10)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    mail = EncryptedTextField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="preference_language"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to")),
                name="preference_quiet_hours",
            ),
        ]

    class Rows:
        seen = [account("account_id")]

    class Privacy:
        internal = {"account_id", "language", "quiet_from", "quiet_to", "changed_at"}
        sensitive = {"mail"}


class Refusal(Record):
    """A kind of notices that somebody does not want by a channel. The inbox is no channel: it is always there."""

    account_id = models.UUIDField()
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "channel", "kind"], name="refusal_once"),
            models.CheckConstraint(
                condition=Q(channel__in=[one.value for one in Channel], kind__in=_KINDS), name="refusal_known"
            ),
        ]

    class Privacy:
        internal = {"account_id", "channel", "kind"}


class Device(Record):
    """A browser that takes pushes for an account: where to send them, and the keys that only it can open them with."""

    account_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=80)
    endpoint = EncryptedTextField()
    endpoint_index = BlindIndexField(source="endpoint", unique=True)
    keys = EncryptedJSONField()
    added_at = models.DateTimeField()

    class Rows:
        seen = [account("account_id")]

    class Privacy:
        internal = {"account_id", "endpoint_index", "added_at"}
        personal = {"name"}
        sensitive = {"endpoint", "keys"}
