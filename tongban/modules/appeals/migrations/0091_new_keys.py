"""The course of an appeal is still refused any change, but its words may be written under another key."""

from django.db import migrations

from tongban.kernel.records.models import bears_new_keys

REST = ["id", "appeal_id", "cycle", "verb", "at", "by", "agency", "value"]


class Migration(migrations.Migration):
    dependencies = [("appeals", "0090_supervised_and_proposed")]
    operations = [bears_new_keys("appeals_appealentry", REST)]
