"""Items and their immutable versions; the rest of the pack; what was loaded when."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.catalogue.states import OPEN_DRAFTS, DocumentKind, DraftState, ItemKind
from tongban.kernel.records.models import Record


class ServiceItem(Record):
    """A service item (实施清单 row). What it says is in its versions; this row is what a case can point at."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey("ItemVersion", on_delete=models.PROTECT, null=True, related_name="+")
    # Replaces `current` on its day, which readers see for themselves: no job has to run for it.
    scheduled = models.ForeignKey("ItemVersion", on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        public = {"id", "code", "current", "scheduled"}


class ItemVersion(Record):
    """One published version: never changed (database trigger, migration 0002); a case keeps the one it was filed under."""

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    valid_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)  # the account in the console; none where a pack brought it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="item_version_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ItemKind]), name="item_version_kind"
            ),
        ]

    class Privacy:
        public = {"id", "item", "version", "kind", "definition", "digest", "valid_from", "published_at"}
        internal = {"published_by"}


class ItemDraft(Record):
    """A change of an item on its way to be published by another person. What was typed is kept, right or wrong."""

    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)  # the whole city: a grant for one town does not reach items
    base_version = models.PositiveIntegerField(null=True)  # none for an item that is new
    definition = models.JSONField()
    text = models.TextField(blank=True, default="")  # what the expert view could not read as an item
    state = models.CharField(max_length=12, default=DraftState.EDITING.value)
    revision = models.PositiveIntegerField(default=0)
    author_id = models.UUIDField()
    hands = models.JSONField(default=list)  # everybody who changed it: none of them may publish it
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    publisher_id = models.UUIDField(null=True)
    note = models.TextField(blank=True, default="")
    valid_from = models.DateField(null=True)
    published = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "agency"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DraftState]), name="item_draft_state"
            ),
            models.UniqueConstraint(
                fields=["item_code"],
                condition=Q(state__in=[s.value for s in OPEN_DRAFTS]),
                name="item_draft_one_open",
            ),
            models.CheckConstraint(
                condition=Q(publisher_id__isnull=True) | ~Q(publisher_id=F("author_id")),
                name="item_draft_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=DraftState.PUBLISHED.value,
                    published__isnull=False,
                    publisher_id__isnull=False,
                    valid_from__isnull=False,
                    text="",
                )
                | (~Q(state=DraftState.PUBLISHED.value) & Q(published__isnull=True)),
                name="item_draft_published",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.RETURNED.value) | ~Q(note=""), name="item_draft_why_returned"
            ),
        ]

    class Privacy:
        internal = {
            "item_code",
            "agency",
            "place_path",
            "base_version",
            "definition",
            "text",
            "state",
            "revision",
            "author_id",
            "hands",
            "opened_at",
            "changed_at",
            "proposed_at",
            "decided_at",
            "publisher_id",
            "note",
            "valid_from",
            "published",
        }


class PackDocument(Record):
    """One document of the pack that is no item: the pack itself, an agency, a fact, a credential type, a letter."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    order = models.PositiveIntegerField(default=0)
    data = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="pack_document_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in DocumentKind]), name="pack_document_kind"
            ),
        ]

    class Privacy:
        public = {"id", "kind", "code", "order", "data", "digest"}


class PackLoad(Record):
    """One change of the catalogue: a run of `pack load`, or a publication in the console. Caches compare its identifier."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    changed = models.PositiveIntegerField()
    report = models.JSONField(default=list)
    loaded_at = models.DateTimeField()

    class Privacy:
        internal = {"code", "version", "digest", "changed", "report", "loaded_at"}
