"""How people want to be told: preferences, refusals, devices for push; the kind of each notice."""

import tongban.foundation.ids.uuids
import tongban.kernel.records.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
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
                ("account_id", models.UUIDField(db_index=True)),
                ("name", models.CharField(max_length=80)),
                ("endpoint", tongban.kernel.records.models.EncryptedTextField()),
                (
                    "endpoint_index",
                    tongban.kernel.records.models.BlindIndexField(
                        blank=True, default="", editable=False, max_length=64, source="endpoint", unique=True
                    ),
                ),
                ("keys", tongban.kernel.records.models.EncryptedJSONField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Preference",
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
                ("account_id", models.UUIDField(unique=True)),
                ("language", models.CharField(max_length=10)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_to", models.TimeField(null=True)),
                ("mail", tongban.kernel.records.models.EncryptedTextField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
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
                ("account_id", models.UUIDField()),
                ("channel", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=10)),
            ],
        ),
        migrations.AddField(
            model_name="notice",
            name="kind",
            field=models.CharField(default="progress", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["letter", "progress", "request", "licence", "policy"])),
                name="notice_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ("zh-hans", "en"))), name="preference_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_to__isnull", True)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_to__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_to")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="preference_quiet_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(fields=("account_id", "channel", "kind"), name="refusal_once"),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["sms", "mail", "push"]),
                    ("kind__in", ["letter", "progress", "request", "licence", "policy"]),
                ),
                name="refusal_known",
            ),
        ),
    ]
