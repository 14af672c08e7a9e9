"""Facts of clocks are appended, never changed."""

from django.db import migrations

from tongban.kernel.records.models import append_only


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial")]
    operations = [append_only("deadlines_clockentry")]
