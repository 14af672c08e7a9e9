"""Items and their immutable versions; the rest of the pack; what was loaded when."""

from django.db import models
from django.db.models import Q

from tongban.kernel.catalogue.states import DocumentKind, ItemKind
from tongban.kernel.records.models import Record


class ServiceItem(Record):
    """A service item (实施清单 row). What it says is in its versions; this row is what a case can point at."""

    code = models.CharField(max_length=60, unique=True)
    current = models.ForeignKey("ItemVersion", on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        public = {"id", "code", "current"}


class ItemVersion(Record):
    """One published version: never changed (database trigger, migration 0002); a case keeps the one it was filed under."""

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    valid_from = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="item_version_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ItemKind]), name="item_version_kind"
            ),
        ]

    class Privacy:
        public = {"id", "item", "version", "kind", "definition", "digest", "valid_from", "published_at"}


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
    """One run of `pack load` that changed something. Its identifier is the revision that caches compare."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    changed = models.PositiveIntegerField()
    report = models.JSONField(default=list)
    loaded_at = models.DateTimeField()

    class Privacy:
        internal = {"code", "version", "digest", "changed", "report", "loaded_at"}
