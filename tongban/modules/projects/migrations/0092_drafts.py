"""A permit of a project knows the application that was begun for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0091_offices"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectitem",
            name="draft_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="projectitem",
            constraint=models.UniqueConstraint(fields=("draft_id",), name="project_item_draft"),
        ),
    ]
