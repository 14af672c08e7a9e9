import django.db.models.deletion
import tongban.foundation.ids.uuids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0120_key_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppealFile",
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
                ("name", models.CharField(max_length=200)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="appeals.appealentry",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
