import tongban.foundation.ids.uuids
import tongban.modules.appeals.states.townrules
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0121_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="subcategory",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.CreateModel(
            name="TownRuleText",
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
                ("town", models.CharField(max_length=12)),
                ("place_path", models.CharField(max_length=80)),
                ("city_desk", models.CharField(max_length=60)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        default=tongban.modules.appeals.states.townrules.Edition["DRAFT"], max_length=10
                    ),
                ),
                ("drafted_by", models.UUIDField()),
                ("drafted_at", models.DateTimeField()),
                ("published_by", models.UUIDField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["town", "-published_at", "-id"], name="town_rules_history")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at", None),
                                ("published_by", None),
                                ("state", tongban.modules.appeals.states.townrules.Edition["DRAFT"]),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                (
                                    "state__in",
                                    [
                                        tongban.modules.appeals.states.townrules.Edition["LIVE"],
                                        tongban.modules.appeals.states.townrules.Edition["PAST"],
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="town_rules_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_by", None),
                            models.Q(("published_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="town_rules_second",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", tongban.modules.appeals.states.townrules.Edition["PAST"]), _negated=True
                        ),
                        fields=("town", "state"),
                        name="town_rules_one_of_each",
                    ),
                ],
            },
        ),
    ]
