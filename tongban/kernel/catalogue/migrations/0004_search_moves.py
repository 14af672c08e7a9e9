"""The search index has a package of its own (kernel.search); the old table goes. `pack load` fills the new one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_drafts")]
    operations = [migrations.RunSQL("DROP TABLE catalogue_search", migrations.RunSQL.noop)]
