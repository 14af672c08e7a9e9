"""A file that is fetched byte for byte is a look of its own kind, and takes a purpose."""

import importlib

from django.db import migrations, models

from tongban.kernel.records.models import append_only, bears_new_keys, kept_until

LOOKS = "looks_look"
REST = importlib.import_module("tongban.modules.looks.migrations.0001_initial").REST


def refuse_again(apps, schema_editor):
    """SQLite makes a table anew to give it another constraint, and loses the triggers that refuse changes."""
    if schema_editor.connection.vendor == "sqlite":
        for refusal in (append_only(LOOKS), bears_new_keys(LOOKS, REST), kept_until(LOOKS, "keep_until")):
            refusal.code(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("looks", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="look",
            name="look_kind",
        ),
        migrations.RemoveConstraint(
            model_name="look",
            name="look_reveal_purpose",
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["view", "file", "search", "reveal", "export", "original"])),
                name="look_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["reveal", "original"]), _negated=True),
                    models.Q(("purpose", ""), _negated=True),
                    _connector="OR",
                ),
                name="look_purpose",
            ),
        ),
        migrations.RunPython(refuse_again, migrations.RunPython.noop),
    ]
