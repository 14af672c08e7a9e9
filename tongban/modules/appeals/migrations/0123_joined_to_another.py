from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0122_town_rules"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("main", None), models.Q(("main", models.F("id")), _negated=True), _connector="OR"
                ),
                name="appeal_no_own_lead",
            ),
        ),
    ]
