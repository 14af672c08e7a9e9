"""The log refuses changes in the database itself (house rule 17)."""

from django.db import migrations

from tongban.kernel.records.models import append_only


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [append_only("events_event")]
