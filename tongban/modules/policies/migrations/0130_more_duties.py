from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0095_new_keys"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="firmduty",
            name="firm_duty_given",
        ),
        migrations.AddConstraint(
            model_name="firmduty",
            constraint=models.CheckConstraint(
                condition=models.Q(("duty__in", ["manager", "finance", "hr", "policy", "project", "clerk"])),
                name="firm_duty_given",
            ),
        ),
    ]
