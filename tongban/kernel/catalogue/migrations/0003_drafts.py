"""Drafts of items, and versions that come into force on a day."""

import django.db.models.deletion
import tongban.foundation.ids.uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_search_and_immutability"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemversion",
            name="published_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="serviceitem",
            name="scheduled",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.itemversion",
            ),
        ),
        migrations.CreateModel(
            name="ItemDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tongban.foundation.ids.uuids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("item_code", models.CharField(max_length=60)),
                ("agency", models.CharField(max_length=60)),
                ("place_path", models.CharField(max_length=80)),
                ("base_version", models.PositiveIntegerField(null=True)),
                ("definition", models.JSONField()),
                ("text", models.TextField(blank=True, default="")),
                ("state", models.CharField(default="editing", max_length=12)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("author_id", models.UUIDField()),
                ("hands", models.JSONField(default=list)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("publisher_id", models.UUIDField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("valid_from", models.DateField(null=True)),
                (
                    "published",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.itemversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "agency"], name="catalogue_i_state_12be54_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["editing", "proposed", "returned", "published", "discarded"])
                        ),
                        name="item_draft_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["editing", "returned", "proposed"])),
                        fields=("item_code",),
                        name="item_draft_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("publisher_id__isnull", True),
                            models.Q(("publisher_id", models.F("author_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="item_draft_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published__isnull", False),
                                ("publisher_id__isnull", False),
                                ("state", "published"),
                                ("text", ""),
                                ("valid_from__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "published"), _negated=True), ("published__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="item_draft_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="item_draft_why_returned",
                    ),
                ],
            },
        ),
    ]
