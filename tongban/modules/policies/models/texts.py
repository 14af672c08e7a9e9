"""Published texts of policies, which never change, drafts on their way there, snapshots of the city, and alerts."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import Record
from tongban.modules.policies.states import OPEN_DRAFTS, DraftState, TextKind


class PolicyText(Record):
    """What a pack said of a policy, a set of exclusions, a fund or a route, at one time.

    What it says is never changed (database trigger, migration 0001): a change is a new row, and the old one is in
    force no more. What was decided by it points at it for ever.
    """

    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=60)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in TextKind]), name="policy_text_kind"
            ),
        ]
        indexes = [models.Index(fields=["kind", "code"], name="policy_text_of")]

    class Privacy:
        public = {"id", "kind", "code", "data", "digest", "published_at"}


class PolicyHolding(Record):
    """Which text of a code is in force. No row: the code is in force no more."""

    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=60)
    order = models.PositiveIntegerField()
    text = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="policy_holding_once")]

    class Privacy:
        public = {"id", "kind", "code", "order", "text"}


class PolicyLoad(Record):
    """One change of what is in force. Caches compare its identifier."""

    digest = models.CharField(max_length=64)
    changed = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    class Privacy:
        internal = {"digest", "changed", "loaded_at"}


class Alert(Record):
    """Somebody wants to be told when a subject can have an item. It opens nothing and is told once."""

    account_id = models.UUIDField()
    subject_id = models.UUIDField()  # the person or the organisation that the item would be for
    item = models.CharField(max_length=60)
    saved_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "subject_id", "item"],
                condition=Q(told_at__isnull=True),
                name="policy_alert_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["subject_id"], condition=Q(told_at__isnull=True), name="policy_alert_waiting"
            )
        ]

    class Privacy:
        internal = {"account_id", "subject_id", "item", "saved_at", "told_at"}


class PolicyDraft(Record):
    """A policy as it may be published next: the whole of it, begun with a text in force. Another person publishes it."""

    policy = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(
        max_length=80
    )  # the whole city: a grant for one town does not reach its policies
    data = models.JSONField()
    based_on = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=DraftState.DRAFTING.value)
    revision = models.PositiveIntegerField(default=0)
    drafted_by = models.UUIDField()
    hands = models.JSONField(default=list)  # everybody who changed it: none of them may publish it
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")  # why it was returned
    published = models.ForeignKey(PolicyText, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "agency"], name="policy_draft_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DraftState]), name="policy_draft_state"
            ),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state__in=[s.value for s in OPEN_DRAFTS]),
                name="policy_draft_one_open",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                name="policy_draft_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="policy_draft_checked",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=DraftState.PUBLISHED.value, published__isnull=False, checked_by__isnull=False
                )
                | (~Q(state=DraftState.PUBLISHED.value) & Q(published__isnull=True)),
                name="policy_draft_published",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.RETURNED.value) | ~Q(note=""), name="policy_draft_why_returned"
            ),
        ]

    class Privacy:
        internal = {
            "policy",
            "agency",
            "place_path",
            "data",
            "based_on",
            "state",
            "revision",
            "drafted_by",
            "hands",
            "drafted_at",
            "changed_at",
            "submitted_at",
            "checked_by",
            "checked_at",
            "note",
            "published",
        }


class CitySnapshot(Record):
    """All market entities of a day in columns, as files; rows of it are numbers, never names.

    A sample stands for a city of `stands_for` entities. `made_at` is empty while it is being made.
    """

    rows = models.PositiveIntegerField()
    stands_for = models.PositiveIntegerField()
    as_of = models.DateField()
    synthetic = models.BooleanField()
    digest = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, digest="") | (Q(made_at__isnull=False) & ~Q(digest="")),
                name="policy_city_made",
            ),
            models.CheckConstraint(
                condition=Q(rows__gt=0) & Q(stands_for__gte=F("rows")), name="policy_city_sample"
            ),
        ]

    class Privacy:
        internal = {"rows", "stands_for", "as_of", "synthetic", "digest", "asked_at", "made_at"}
