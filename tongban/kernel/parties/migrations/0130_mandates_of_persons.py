import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0090_try_counts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mandate",
            name="mandate_source",
        ),
        migrations.AddField(
            model_name="mandate",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="duties",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="mandate",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="ended_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="file_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="given_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="principal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates_given",
                to="parties.person",
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to="parties.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("principal__isnull", True)),
                    models.Q(
                        ("organisation__isnull", True),
                        ("principal__isnull", False),
                        ("source__in", ["family", "guardian", "online", "window"]),
                    ),
                    _connector="OR",
                ),
                name="mandate_one_principal",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("principal__isnull", True),
                    models.Q(("principal", models.F("agent")), _negated=True),
                    _connector="OR",
                ),
                name="mandate_for_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source__in", ["guardian", "window"]), _negated=True),
                    ("file_id__isnull", False),
                    _connector="OR",
                ),
                name="mandate_on_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        ["legal_representative", "appointed", "online", "family", "guardian", "window"],
                    )
                ),
                name="mandate_source",
            ),
        ),
    ]
