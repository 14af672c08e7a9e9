"""The inbox, and what was sent outside."""

from django.db import models

from tongban.kernel.records.models import Record


class Notice(Record):
    """A notice in somebody's inbox. `effect_key` says what it follows from: the same effect never notifies twice."""

    account_id = models.UUIDField()  # whose inbox
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

    class Privacy:
        internal = {"account_id", "about_kind", "about_id", "created_at", "read_at", "effect_key"}
        personal = {"title_zh", "title_en", "body_zh", "body_en"}
