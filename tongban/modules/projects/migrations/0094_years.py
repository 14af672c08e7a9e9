"""What a project is to invest in which year; all years together within its promise."""

import django.db.models.deletion
import tongban.foundation.ids.uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0093_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectYear",
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
                ("year", models.PositiveSmallIntegerField()),
                ("planned_fen", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="project",
            name="planned_fen",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_fen__lte", models.F("promised_fen"))),
                name="project_planned_within_promise",
            ),
        ),
        migrations.AddField(
            model_name="projectyear",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="years", to="projects.project"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectyear",
            constraint=models.UniqueConstraint(fields=("project", "year"), name="project_year_once"),
        ),
        migrations.AddConstraint(
            model_name="projectyear",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_fen__gt", 0)), name="project_year_planned"
            ),
        ),
    ]
