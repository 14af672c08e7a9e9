"""The tree over the log. Nothing here is ever changed: database triggers refuse it (migration 0002), but for the log's size."""

from django.db import models

from tongban.kernel.records.models import Record


class Leaf(Record):
    """The place of one event in the tree, and its hash as RFC 9162 makes it (hexadecimal)."""

    number = models.BigIntegerField(unique=True)  # from 0, without gaps
    event_id = models.UUIDField(unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=0), name="leaf_from_zero")]

    class Privacy:
        internal = {"number", "event_id", "hash"}


class Subtree(Record):
    """The hash over WIDTH**level entries that are all there: number `index` of its level."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="subtree_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1), name="subtree_of_many"),
        ]

    class Privacy:
        internal = {"level", "index", "hash"}


class Head(Record):
    """What the log was at a moment: how many entries, the root over them, signed with the log's key (r and s, hexadecimal)."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Privacy:
        public = {"id", "size", "root", "at", "signature"}


class HeadStamp(Record):
    """A third party's word that a head was there at a moment: an RFC 3161 token over the digest of what was signed."""

    head = models.OneToOneField(Head, on_delete=models.PROTECT, related_name="stamp")
    authority = models.CharField(max_length=200)
    at = models.DateTimeField()
    token = models.BinaryField()

    class Privacy:
        public = {"id", "head", "authority", "at", "token"}


class Log(Record):
    """One row: how many entries are numbered. Who numbers holds its lock."""

    only = models.BooleanField(default=True, unique=True)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True, size__gte=0), name="log_is_one"),
        ]

    class Privacy:
        internal = {"only", "size"}
