"""Who wrote a post does not look at it either, now that a colleague may hand it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="post",
            name="post_decided_by_another",
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(
                        models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                        models.Q(("decided_by", models.F("made_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="post_decided_by_another",
            ),
        ),
    ]
