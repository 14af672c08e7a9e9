"""Grants: which account holds which role, where, for which items, from when to when; and what two people agree on."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.access.states import GLASS, RECUSED, Origin, Side
from tongban.kernel.records.models import EncryptedTextField, Record


class Grant(Record):
    """A role given to an account. Ended, never deleted: who could do what last year must stay answerable.

    It `waits` until a second person confirms it, where its role is weighty. With a subject it opens that one row; a
    recusal bars it, or the rows about it.
    """

    account_id = models.UUIDField(
        db_index=True
    )  # the account stands above this package: no foreign key upward
    role = models.CharField(max_length=20)
    agency = models.CharField(max_length=60, blank=True, default="")
    place_path = models.CharField(max_length=80, blank=True, default="")
    items = models.JSONField(default=list)
    subject_id = models.UUIDField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    until = models.DateTimeField(null=True)  # the moment, where days are too coarse
    origin = models.CharField(max_length=10, default=Origin.GIVEN)
    origin_id = models.UUIDField(null=True)  # the grant that was delegated
    reason = EncryptedTextField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    waits = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, waits=False),
                name="grant_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("made_by")) & ~Q(confirmed_by=F("account_id")),
                name="grant_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | ~Q(made_by=F("account_id"))
                | Q(origin__in=[Origin.GLASS.value, Origin.RECUSAL.value]),
                name="grant_not_to_oneself",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=[one.value for one in Origin]), name="grant_origin"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[GLASS, RECUSED]) | Q(subject_id__isnull=False), name="grant_of_one"
            ),
            models.CheckConstraint(
                condition=~Q(role=GLASS) | Q(until__isnull=False, reason__isnull=False), name="grant_glass"
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.DELEGATED.value)
                | Q(origin_id__isnull=False, ends_on__isnull=False),
                name="grant_delegated",
            ),
        ]

    class Privacy:
        internal = {
            "account_id",
            "role",
            "agency",
            "place_path",
            "items",
            "subject_id",
            "starts_on",
            "ends_on",
            "until",
            "origin",
            "origin_id",
            "made_at",
            "made_by",
            "waits",
            "confirmed_at",
            "confirmed_by",
            "ended_at",
            "ended_by",
        }
        sensitive = {"reason"}


class Standing(Record):
    """The side on which an account stands: one row for each, locked while it is given a role."""

    account_id = models.UUIDField(unique=True)
    side = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=[one.value for one in Side if one is not Side.NONE]),
                name="standing_side",
            )
        ]

    class Privacy:
        internal = {"account_id", "side"}


class GlassReview(Record):
    """What a second person says of an emergency access, and by when they have to."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="review")
    account_id = models.UUIDField()  # who looked
    due_at = models.DateTimeField()
    justified = models.BooleanField(null=True)
    words = EncryptedTextField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    justified__isnull=True,
                    words__isnull=True,
                    reviewed_at__isnull=True,
                    reviewed_by__isnull=True,
                )
                | Q(
                    justified__isnull=False,
                    words__isnull=False,
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                ),
                name="glass_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("account_id")),
                name="glass_reviewed_by_another",
            ),
        ]

    class Privacy:
        internal = {"grant", "account_id", "due_at", "justified", "reviewed_at", "reviewed_by"}
        sensitive = {"words"}
