"""Snapshots are still refused any change, but their words may be written under another key."""

from django.db import migrations

from tongban.kernel.records.models import bears_new_keys

REST = ["id", "subject_id", "as_of", "digest", "taken_at"]


class Migration(migrations.Migration):
    dependencies = [("policies", "0072_who_is_told")]
    operations = [bears_new_keys("policies_profilesnapshot", REST)]
