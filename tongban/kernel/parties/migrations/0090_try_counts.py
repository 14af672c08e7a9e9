import tongban.foundation.ids.uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0061_dispute_with_a_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="signincode",
            name="asker",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.CreateModel(
            name="TryCount",
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
                ("scope", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("begun_at", models.DateTimeField(db_index=True)),
                ("free_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scope__in",
                                [
                                    "ask.account",
                                    "ask.place",
                                    "ask.address",
                                    "ask.device",
                                    "try.account",
                                    "try.place",
                                    "try.address",
                                    "try.device",
                                ],
                            )
                        ),
                        name="try_count_scope",
                    )
                ],
            },
        ),
    ]
