"""One-time codes by which a credential is shown, lendings, annotated copies."""

from django.db import models
from django.db.models import Q

from tongban.kernel.credentials.models import Credential
from tongban.kernel.disclosures.states import LendingState, Scope
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import behind, firms, within


class Presentation(Record):
    """A code by which somebody may look at a credential once (亮证). Only its keyed digest is kept."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="presentations")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="presentation_expires_later"
            )
        ]

    class Privacy:
        internal = {"credential", "digest", "made_by", "made_at", "expires_at", "used_at"}


class Lending(Record):
    """One credential lent to one organisation for one purpose, from a day to a day; asked for, or given unasked (用证授权).

    A request that matches no credential is kept without one, so that asking tells nobody who holds what.
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="lendings", null=True)
    receiver_id = models.UUIDField(db_index=True)  # an organisation
    receiver_name = models.CharField(max_length=120)
    asked_type = models.CharField(max_length=60)
    asked_number = models.CharField(max_length=60, blank=True, default="")
    purpose = models.CharField(max_length=80)
    reason = EncryptedTextField()
    business_no = models.CharField(
        max_length=80, blank=True, default=""
    )  # the receiver's own number of the matter
    scope = models.CharField(max_length=8)
    state = models.CharField(max_length=10)
    standing = models.BooleanField(default=False)  # given by the holder unasked
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in LendingState]), name="lending_state"
            ),
            models.CheckConstraint(condition=Q(scope__in=[s.value for s in Scope]), name="lending_scope"),
            models.CheckConstraint(
                condition=~Q(state=LendingState.GIVEN)
                | Q(
                    credential__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    decided_at__isnull=False,
                ),
                name="lending_given_with_dates",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="lending_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state=LendingState.WITHDRAWN, withdrawn_at__isnull=False)
                | ~Q(state=LendingState.WITHDRAWN) & Q(withdrawn_at__isnull=True),
                name="lending_withdrawn_at",
            ),
        ]

    class Rows:
        seen = [firms("receiver_id"), within("credential_id", "credentials_credential")]
        opens = {Credential: [behind("disclosures_lending", "credential_id", firms("receiver_id"))]}

    class Privacy:
        internal = {
            "credential",
            "receiver_id",
            "receiver_name",
            "asked_type",
            "asked_number",
            "purpose",
            "business_no",
            "scope",
            "state",
            "standing",
            "asked_by",
            "asked_at",
            "answer_by",
            "starts_on",
            "ends_on",
            "decided_by",
            "decided_at",
            "withdrawn_by",
            "withdrawn_at",
        }
        sensitive = {"reason"}


class AnnotatedCopy(Record):
    """A copy of a credential's paper with purpose, receiver and last day stamped on each page, sealed again (加注件)."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="copies")
    lending = models.ForeignKey(Lending, on_delete=models.PROTECT, related_name="copies", null=True)
    purpose = models.CharField(max_length=80)
    receiver_name = models.CharField(max_length=120)
    expires_on = models.DateField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    verify_code = models.CharField(max_length=24, unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["credential"], name="copies_of_credential")]

    class Privacy:
        internal = {
            "credential",
            "lending",
            "purpose",
            "receiver_name",
            "expires_on",
            "file",
            "verify_code",
            "made_by",
            "made_at",
        }
