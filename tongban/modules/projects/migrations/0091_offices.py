"""Projects in which an office has a part are found by it; checks of contracts by their day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0090_meetings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["check_on", "id"], name="project_to_check"
            ),
        ),
        migrations.AddIndex(
            model_name="projectentry",
            index=models.Index(
                condition=models.Q(("office", ""), _negated=True),
                fields=["office", "project"],
                name="project_entry_office",
            ),
        ),
        migrations.AddIndex(
            model_name="projectstage",
            index=models.Index(fields=["office", "project"], name="project_stage_office"),
        ),
    ]
