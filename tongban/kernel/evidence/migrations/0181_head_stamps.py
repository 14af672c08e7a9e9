"""Time stamps by a third party, which the database refuses to change as it does what they are over."""

import django.db.models.deletion
import tongban.foundation.ids.uuids
from django.db import migrations, models

from tongban.kernel.records.models import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="HeadStamp",
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
                ("authority", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("token", models.BinaryField()),
                (
                    "head",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp",
                        to="evidence.head",
                    ),
                ),
            ],
        ),
        append_only("evidence_headstamp"),
    ]
