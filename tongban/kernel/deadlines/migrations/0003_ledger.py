"""The ledger shows planned ends and the due date after each entry; settings of the lights; more that the tables refuse."""

import tongban.foundation.ids.uuids
from django.db import migrations, models

from tongban.kernel.records.models import append_only


def refuse_again(apps, schema_editor):
    """SQLite makes a table anew to give it constraints, and loses the triggers that refuse changes."""
    if schema_editor.connection.vendor == "sqlite":
        append_only("deadlines_clockentry").code(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="LightRule",
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
                ("yellow_share", models.CharField(max_length=20)),
                ("yellow_left", models.PositiveSmallIntegerField()),
                ("loaded_at", models.DateTimeField()),
                ("only", models.PositiveSmallIntegerField(default=1, unique=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="clockentry",
            name="clock_entry_kind",
        ),
        migrations.AddField(
            model_name="clockentry",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="clockentry",
            name="planned_until",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(condition=models.Q(("stopped", False)), fields=["id"], name="clock_running"),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped", False),
                    models.Q(("paused", False), ("yellow_on__isnull", True)),
                    _connector="OR",
                ),
                name="clock_stopped",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["started", "paused", "resumed", "extended", "stopped", "recomputed"])
                ),
                name="clock_entry_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_until__isnull", True),
                    models.Q(("kind", "paused"), ("planned_until__gte", models.F("day"))),
                    _connector="OR",
                ),
                name="clock_entry_planned",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "extended"), _negated=True),
                    models.Q(("value__gt", 0), ("value__isnull", False)),
                    _connector="OR",
                ),
                name="clock_entry_value",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["paused", "resumed"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="clock_entry_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lightrule",
            constraint=models.CheckConstraint(condition=models.Q(("only", 1)), name="light_rule_once"),
        ),
        migrations.RunPython(refuse_again, migrations.RunPython.noop),
    ]
