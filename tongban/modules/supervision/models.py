"""Cards, chase orders with what was said, and the scans that were run."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.supervision.states import (
    ENDED_CARDS,
    CardState,
    Colour,
    OrderState,
    OrderVerb,
    Trigger,
)


class Card(Record):
    """A yellow or red card of a case, or of one of its steps. One for each limit that ran out, however often it is scanned."""

    case_id = models.UUIDField()
    step_id = models.UUIDField(null=True)
    short_no = models.CharField(max_length=24)
    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    trigger = models.CharField(max_length=30)
    colour = models.CharField(max_length=8)
    due_on = models.DateField(null=True)  # the limit that ran out; none for what a person noticed
    raised_on = models.DateField()
    raised_by = models.UUIDField(null=True)  # none: by the scan
    words = EncryptedTextField(null=True)  # what a person noticed
    state = models.CharField(max_length=10, default=CardState.RAISED)
    closed_on = models.DateField(null=True)
    answer = EncryptedTextField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    objection = EncryptedTextField(null=True)
    contested_by = models.UUIDField(null=True)
    contested_at = models.DateTimeField(null=True)
    ruling = EncryptedTextField(null=True)
    ruled_by = models.UUIDField(null=True)
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["colour", "-raised_on", "-id"], name="card_board"),
            models.Index(fields=["case_id"], name="card_case"),
            models.Index(fields=["trigger"], condition=Q(closed_on__isnull=True), name="card_open"),
            models.Index(
                fields=["colour", "agency", "place_path", "closed_on", "id"],
                opclasses=["varchar_ops", "varchar_ops", "varchar_pattern_ops", "date_ops", "uuid_ops"],
                condition=Q(closed_on__isnull=True),
                name="card_standing",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "trigger", "colour", "due_on"],
                condition=Q(step_id__isnull=True, due_on__isnull=False),
                name="card_once_for_case",
            ),
            models.UniqueConstraint(
                fields=["step_id", "trigger", "colour", "due_on"],
                condition=Q(step_id__isnull=False),
                name="card_once_for_step",
            ),
            models.CheckConstraint(condition=Q(trigger__in=[t.value for t in Trigger]), name="card_trigger"),
            models.CheckConstraint(condition=Q(colour__in=[c.value for c in Colour]), name="card_colour"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in CardState]), name="card_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[s.value for s in ENDED_CARDS]) | Q(closed_on__isnull=False),
                name="card_ended_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="card_answered_pair",
            ),
            models.CheckConstraint(
                condition=Q(contested_at__isnull=True, contested_by__isnull=True)
                | Q(contested_at__isnull=False, contested_by__isnull=False),
                name="card_contested_pair",
            ),
            models.CheckConstraint(
                condition=Q(ruled_at__isnull=True, ruled_by__isnull=True)
                | Q(ruled_at__isnull=False, ruled_by__isnull=False, contested_at__isnull=False),
                name="card_ruled_pair",
            ),
            # Maker is never checker: who contests a card does not rule on it.
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=models.F("contested_by")),
                name="card_ruled_by_another",
            ),
        ]

    class Privacy:
        internal = {
            "case_id",
            "step_id",
            "short_no",
            "item_code",
            "agency",
            "place_path",
            "trigger",
            "colour",
            "due_on",
            "raised_on",
            "raised_by",
            "state",
            "closed_on",
            "answered_by",
            "answered_at",
            "contested_by",
            "contested_at",
            "ruled_by",
            "ruled_at",
        }
        sensitive = {"words", "answer", "objection", "ruling"}


class ChaseOrder(Record):
    """A chase order (督办单): the agency is to say by a day what it does about a case."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, related_name="orders")
    case_id = models.UUIDField()
    short_no = models.CharField(max_length=24)
    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    state = models.CharField(max_length=10)
    due_on = models.DateField()
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], name="order_case"),
            models.Index(fields=["due_on"], condition=Q(closed_at__isnull=True), name="order_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in OrderState]), name="order_state"),
            models.CheckConstraint(
                condition=Q(state=OrderState.CLOSED, closed_at__isnull=False)
                | ~Q(state=OrderState.CLOSED) & Q(closed_at__isnull=True),
                name="order_closed_at",
            ),
        ]

    class Privacy:
        internal = {
            "card",
            "case_id",
            "short_no",
            "item_code",
            "agency",
            "place_path",
            "state",
            "due_on",
            "issued_by",
            "issued_at",
            "closed_at",
        }


class ChaseEntry(Record):
    """One turn of the talk about a chase order."""

    order = models.ForeignKey(ChaseOrder, on_delete=models.CASCADE, related_name="entries")
    verb = models.CharField(max_length=10)
    words = EncryptedTextField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=[v.value for v in OrderVerb]), name="entry_verb")
        ]

    class Privacy:
        internal = {"order", "verb", "by", "at"}
        sensitive = {"words"}


class Scan(Record):
    """The scan of one day: when it was last run and how many cards it raised and closed in all."""

    day = models.DateField(unique=True)
    run_at = models.DateTimeField()
    raised = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Privacy:
        internal = {"day", "run_at", "raised", "closed"}
