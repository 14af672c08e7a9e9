"""Documents of a stage carry files, and some of them are read or handed in by the enterprise."""

import django.db.models.deletion
import tongban.foundation.ids.uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0092_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectFile",
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
                ("file_id", models.UUIDField(unique=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="projects.projectentry",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="projectentry",
            name="share",
            field=models.CharField(default="offices", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="projectentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share", "offices"),
                    models.Q(("kind", "document"), ("share", "firm")),
                    models.Q(
                        ("kind", "document"),
                        ("share", "by_firm"),
                        models.Q(("about", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="project_entry_share",
            ),
        ),
    ]
