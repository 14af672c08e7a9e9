"""Checks are still refused any change, but their words may be written under another key."""

from django.db import migrations

from tongban.kernel.records.models import bears_new_keys

REST = [
    "id",
    "claim_id",
    "stage",
    "verdict",
    "fen",
    "fails",
    "missing",
    "said",
    "digest",
    "as_of",
    "taken_at",
    "taken_by",
]


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_banks_report_interest")]
    operations = [bears_new_keys("claims_claimcheck", REST)]
