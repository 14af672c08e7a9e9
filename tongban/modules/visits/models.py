"""Lists of enterprises, service officers, visits, promises, duty."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.visits.states import VisitState


class ListRun(Record):
    """A run over all enterprises that renews the lists filled by rules: how far it is and what it changed."""

    day = models.DateField(unique=True)
    last_id = models.UUIDField(null=True)
    judged = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Privacy:
        internal = {"day", "last_id", "judged", "changed", "ended_at"}


class ServiceEntry(Record):
    """An enterprise on a list, from a day to a day; by hand, or by the list's rule."""

    code = models.CharField(max_length=60)
    organisation_id = models.UUIDField()
    name = models.CharField(max_length=120)
    place_path = models.CharField(max_length=80)
    by_hand = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place_path", "name", "id"],
                opclasses=["varchar_pattern_ops", "varchar_ops", "uuid_ops"],
                condition=Q(until__isnull=True),
                name="service_entry_town",
            ),
            models.Index(
                fields=["code", "name", "id"], condition=Q(until__isnull=True), name="service_entry_list"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "code"], condition=Q(until__isnull=True), name="service_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="service_entry_from_to"
            ),
        ]

    class Privacy:
        internal = {"code", "organisation_id", "name", "place_path", "by_hand", "since", "until"}


class ServiceOfficer(Record):
    """Somebody who serves enterprises of a place, with the office telephone that these call."""

    account_id = models.UUIDField()
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=40)
    place_path = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(until__isnull=True), name="service_officer_once"
            ),
            models.CheckConstraint(condition=~Q(phone=""), name="service_officer_has_a_phone"),
        ]

    class Privacy:
        internal = {"account_id", "phone", "place_path", "since", "until"}
        personal = {"name"}


class Assignment(Record):
    """The officer of an enterprise and the deputy who stands in."""

    organisation_id = models.UUIDField()
    name = models.CharField(max_length=120)
    place_path = models.CharField(max_length=80)
    officer_id = models.UUIDField()
    deputy_id = models.UUIDField(null=True)
    since = models.DateField()
    until = models.DateField(null=True)
    visited_on = models.DateField(null=True)
    next_on = models.DateField()  # by when the enterprise is to be visited

    class Meta:
        indexes = [
            models.Index(fields=["officer_id"], condition=Q(until__isnull=True), name="assignment_officer"),
            models.Index(fields=["deputy_id"], condition=Q(until__isnull=True), name="assignment_deputy"),
            models.Index(
                fields=["place_path", "next_on"],
                opclasses=["varchar_pattern_ops", "date_ops"],
                condition=Q(until__isnull=True),
                name="assignment_town",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"], condition=Q(until__isnull=True), name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(deputy_id__isnull=True) | ~Q(deputy_id=F("officer_id")),
                name="assignment_deputy_is_another",
            ),
        ]

    class Privacy:
        internal = {
            "organisation_id",
            "name",
            "place_path",
            "officer_id",
            "deputy_id",
            "since",
            "until",
            "visited_on",
            "next_on",
        }


class Visit(Record):
    """A visit to an enterprise: planned, then recorded with what was said."""

    organisation_id = models.UUIDField()
    name = models.CharField(max_length=120)
    place_path = models.CharField(max_length=80)
    officer_id = models.UUIDField()
    deputy_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=VisitState.PLANNED)
    planned_on = models.DateField()
    done_on = models.DateField(null=True)
    met = EncryptedTextField(null=True)  # whom the officer spoke with
    words = EncryptedTextField(null=True)
    appeal_no = models.CharField(max_length=40, blank=True, default="")
    planned_by = models.UUIDField()
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-planned_on"], name="visit_firm"),
            models.Index(fields=["officer_id", "planned_on"], name="visit_officer"),
            models.Index(
                fields=["place_path", "planned_on"],
                opclasses=["varchar_pattern_ops", "date_ops"],
                name="visit_town",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in VisitState]), name="visit_state"),
            models.CheckConstraint(
                condition=Q(
                    state=VisitState.DONE,
                    done_on__isnull=False,
                    words__isnull=False,
                    recorded_by__isnull=False,
                    recorded_at__isnull=False,
                )
                | ~Q(state=VisitState.DONE) & Q(done_on__isnull=True),
                name="visit_recorded",
            ),
        ]

    class Privacy:
        internal = {
            "organisation_id",
            "name",
            "place_path",
            "officer_id",
            "deputy_id",
            "purpose",
            "state",
            "planned_on",
            "done_on",
            "appeal_no",
            "planned_by",
            "recorded_by",
            "recorded_at",
        }
        sensitive = {"met", "words"}


class Promise(Record):
    """Something that was promised to an enterprise on a visit, by a day."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="promises")
    organisation_id = models.UUIDField()
    name = models.CharField(max_length=120)
    place_path = models.CharField(max_length=80)
    officer_id = models.UUIDField()
    deputy_id = models.UUIDField(null=True)
    words = EncryptedTextField()
    due_on = models.DateField()
    kept_on = models.DateField(null=True)
    kept_words = EncryptedTextField(null=True)
    kept_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "due_on"], name="promise_firm"),
            models.Index(
                fields=["officer_id", "due_on"], condition=Q(kept_on__isnull=True), name="promise_officer"
            ),
            models.Index(
                fields=["place_path", "due_on"],
                opclasses=["varchar_pattern_ops", "date_ops"],
                condition=Q(kept_on__isnull=True),
                name="promise_town",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_on__isnull=True, kept_by__isnull=True, kept_words__isnull=True)
                | Q(kept_on__isnull=False, kept_by__isnull=False, kept_words__isnull=False),
                name="promise_kept",
            )
        ]

    class Privacy:
        internal = {
            "visit",
            "organisation_id",
            "name",
            "place_path",
            "officer_id",
            "deputy_id",
            "due_on",
            "kept_on",
            "kept_by",
        }
        sensitive = {"words", "kept_words"}


class Duty(Record):
    """Who of a town answers enterprises on a day."""

    place_path = models.CharField(max_length=80)
    day = models.DateField()
    account_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_path", "day"], name="duty_once")]

    class Privacy:
        internal = {"place_path", "day", "account_id"}
