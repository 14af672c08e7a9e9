"""Exports of other things than cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What an export is of; those made before are of cases."""

    dependencies = [("exports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="source",
            field=models.CharField(default="cases", max_length=40),
        ),
    ]
