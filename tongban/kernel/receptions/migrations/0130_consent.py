import tongban.kernel.receptions.states
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0041_materials_reused"),
        ("receptions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reception",
            name="consent",
            field=models.CharField(blank=True, default="", max_length=6),
        ),
        migrations.AddField(
            model_name="reception",
            name="consent_file_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="reception",
            name="consented_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reception",
            name="help_ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="reception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("consent", ""), ("consent_file_id__isnull", True), ("consented_at__isnull", True)
                    ),
                    models.Q(
                        ("consent", tongban.kernel.receptions.states.Consent["CODE"]),
                        ("consent_file_id__isnull", True),
                        ("consented_at__isnull", False),
                    ),
                    models.Q(
                        ("consent", tongban.kernel.receptions.states.Consent["PAPER"]),
                        ("consent_file_id__isnull", False),
                        ("consented_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="reception_consent",
            ),
        ),
    ]
