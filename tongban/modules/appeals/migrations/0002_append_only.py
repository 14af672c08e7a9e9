from django.db import migrations

from tongban.kernel.records.models import append_only


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_initial")]

    operations = [append_only("appeals_appealentry")]
