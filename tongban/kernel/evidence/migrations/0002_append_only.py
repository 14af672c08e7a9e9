"""What was numbered and signed is refused any change by the database itself (house rule 17)."""

from django.db import migrations

from tongban.kernel.records.models import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [append_only("evidence_leaf"), append_only("evidence_subtree"), append_only("evidence_head")]
