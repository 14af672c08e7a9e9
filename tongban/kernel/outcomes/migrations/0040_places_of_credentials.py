"""Credentials learn from their cases whose office looks after them; before, nobody had to."""

from django.db import migrations

FORWARD = """
UPDATE credentials_credential SET
  place_path = (SELECT c.place_path FROM cases_case c WHERE c.id = credentials_credential.case_id),
  item_code = (SELECT c.item_code FROM cases_case c WHERE c.id = credentials_credential.case_id)
WHERE place_path = '' AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id = credentials_credential.case_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0004_payments"),
        ("cases", "0010_work_in_order"),
        ("credentials", "0040_lives_of_credentials"),
    ]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
