"""Persons, organisations, accounts, mandates, facts."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from tongban.kernel.access.states import Permission
from tongban.kernel.parties.states import (
    OF_PERSONS,
    ON_PAPER,
    DisputeState,
    FactState,
    MandateSource,
    OrganisationKind,
    Scope,
    SubjectKind,
)
from tongban.kernel.records.models import (
    BlindIndexField,
    EncryptedJSONField,
    EncryptedTextField,
    GuardedQuerySet,
    Record,
)
from tongban.kernel.records.rules import firms, granted, holding, people

# Whose duty it is to know what enterprises and people are entitled to, need or disputed, wherever they are. Officers of a
# case know those whose case it is.
OFFICERS = holding(
    Permission.CLAIM_ACCEPT,
    Permission.CLAIM_REVIEW,
    Permission.CLAIM_DECIDE,
    Permission.POLICY_DRAFT,
    Permission.FACT_ANSWER,
    Permission.ENTERPRISE_SERVE,
    Permission.TOWN_MANAGE,
    Permission.PROJECT_MANAGE,
    Permission.MATCHING_MANAGE,
)


class Person(Record):
    """A natural person. The number and the phone are encrypted and found through a blind index."""

    name = models.CharField(max_length=60)
    id_type = models.CharField(max_length=3, default="111")  # GA/T 2000.156: 111 resident identity card
    id_no = EncryptedTextField()
    id_no_index = BlindIndexField(source="id_no", unique=True)
    phone = EncryptedTextField(null=True)
    phone_index = BlindIndexField(source="phone", db_index=True)
    place_path = models.CharField(max_length=80, blank=True, default="")
    registered_at = models.DateTimeField()

    class Privacy:
        internal = {"id_type", "place_path", "registered_at", "id_no_index", "phone_index"}
        personal = {"name"}
        sensitive = {"id_no", "phone"}


class Organisation(Record):
    """An enterprise, a sole trader or another organisation with a unified social credit code (public)."""

    name = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18, unique=True)
    kind = models.CharField(max_length=20)
    legal_representative = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    place_path = models.CharField(max_length=80, blank=True, default="")
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in OrganisationKind]), name="organisation_kind"
            )
        ]

    class Privacy:
        public = {"id", "name", "uscc", "kind", "place_path"}
        internal = {"registered_at"}
        personal = {"legal_representative"}


class AccountQuerySet(GuardedQuerySet):
    """Accounts, also by the name that Django's sign-in uses."""

    def get_by_natural_key(self, username: str) -> "Account":
        return self.get(username=username)


class Account(Record, AbstractBaseUser):
    """A way to sign in. Staff accounts name their agency; citizens' accounts name their person."""

    username = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    agency = models.CharField(max_length=60, blank=True, default="")
    display_name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)  # set, changed or removed
    last_login = None  # the log of sign-ins is the event log

    objects = AccountQuerySet.as_manager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Privacy:
        public = {"id"}
        # What stands in `password` is Django's marker for "none" or a salted slow hash, never a password.
        internal = {
            "username",
            "person",
            "agency",
            "level",
            "is_active",
            "opened_at",
            "password",
            "password_changed_at",
        }
        personal = {"display_name"}

    def get_session_auth_hash(self) -> str:
        """What each session of the account holds: it ends all of them when a password is set, changed or removed.

        By when that was and not by the hash itself: a hash that is made anew with other parameters signs nobody out.
        """
        if self.password_changed_at is None:
            return super().get_session_auth_hash()
        text = f"{self.pk}:{self.password_changed_at.timestamp():.6f}"
        return salted_hmac("session of an account", text, algorithm="sha256").hexdigest()


class Mandate(Record):
    """An agent may act for an organisation or for another person: for what, from when to when, on what evidence.

    It holds once the agent has accepted, and ends at once when it is ended. An agent never passes it on.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="mandates"
    )
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="mandates_given")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    items = models.JSONField(default=list)  # item codes; empty means all
    duties = models.JSONField(default=list)  # of the agent in the organisation; empty means everything
    source = models.CharField(max_length=30)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    given_at = models.DateTimeField()
    given_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    file_id = models.UUIDField(null=True)  # the scanned paper: documents lie above, so no foreign key

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, principal__isnull=True)
                | Q(
                    organisation__isnull=True,
                    principal__isnull=False,
                    source__in=sorted(one.value for one in OF_PERSONS),
                ),
                name="mandate_one_principal",
            ),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(principal=models.F("agent")),
                name="mandate_for_another",
            ),
            models.CheckConstraint(
                condition=~Q(source__in=sorted(one.value for one in ON_PAPER)) | Q(file_id__isnull=False),
                name="mandate_on_paper",
            ),
            models.CheckConstraint(
                condition=Q(source__in=[s.value for s in MandateSource]), name="mandate_source"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="mandate_ends_after_start",
            ),
        ]

    class Privacy:
        internal = {
            "organisation",
            "principal",
            "agent",
            "items",
            "duties",
            "source",
            "starts_on",
            "ends_on",
            "given_at",
            "given_by",
            "accepted_at",
            "ended_at",
            "ended_by",
            "file_id",
        }


class Fact(Record):
    """One thing known of a person or an organisation: value, source, as of when, state. One row a name."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=60)
    value = EncryptedJSONField()
    source = models.CharField(max_length=60)
    as_of = models.DateTimeField()
    state = models.CharField(max_length=10, default=FactState.KNOWN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "name"], name="fact_once"),
            models.CheckConstraint(
                condition=Q(subject_kind__in=[k.value for k in SubjectKind]), name="fact_subject_kind"
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in FactState]), name="fact_state"),
        ]

    class Rows:
        seen = [people("subject_id"), firms("subject_id"), OFFICERS]

    class Privacy:
        internal = {"subject_kind", "subject_id", "name", "source", "as_of", "state"}
        sensitive = {"value"}


class FactDispute(Record):
    """The subject says that a fact is wrong, why, and what would be right; the department that it comes from answers."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80, blank=True, default="")
    was = EncryptedJSONField(null=True)
    claimed = EncryptedJSONField(null=True)
    reason = EncryptedTextField()
    file_id = models.UUIDField(
        null=True
    )  # what the subject shows for it: documents lie above, so no foreign key
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    answer = EncryptedTextField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "-id"], name="dispute_desk")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "name"], condition=Q(state=DisputeState.OPEN), name="dispute_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DisputeState]), name="dispute_state"
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, answered_at__isnull=True)
                | ~Q(state=DisputeState.OPEN) & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="dispute_answered",
            ),
        ]

    class Rows:
        seen = [
            people("subject_id"),
            firms("subject_id"),
            granted(Permission.FACT_ANSWER),
        ]

    class Privacy:
        internal = {
            "subject_kind",
            "subject_id",
            "name",
            "agency",
            "place_path",
            "file_id",
            "state",
            "made_by",
            "made_at",
            "answered_by",
            "answered_at",
        }
        sensitive = {"was", "claimed", "reason", "answer"}


class SignInCode(Record):
    """A one-time code for signing in; kept as a keyed digest, usable once, for five minutes, five tries."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    asker = models.CharField(max_length=32, blank=True, default="")  # the browser it was asked from

    class Privacy:
        internal = {"account", "digest", "expires_at", "tries", "used_at", "asker"}


class TryCount(Record):
    """How often a step of signing in was done over one scope in a window; the key is a keyed digest, so it names nobody."""

    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=[s.value for s in Scope]), name="try_count_scope")
        ]

    class Privacy:
        internal = {"scope", "key", "count", "begun_at", "free_at"}
