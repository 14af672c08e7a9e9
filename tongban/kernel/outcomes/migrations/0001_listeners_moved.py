"""Jobs that wait while the listeners move here from `cases` keep finding them (ADR 0013)."""

from django.db import migrations

MOVED = {
    "kernel.cases.tasks.letters.": "kernel.outcomes.tasks.letters.",
    "kernel.cases.tasks.notices.": "kernel.outcomes.tasks.notices.",
    "kernel.cases.tasks.outcomes.": "kernel.outcomes.tasks.decisions.",
}


def rename(apps, schema_editor):
    """Give open and given-up jobs the new names of their listeners; what is done stays as it was."""
    job = apps.get_model("events", "Job")
    for old, new in MOVED.items():
        for name in set(
            job.objects.filter(done_at__isnull=True, handler__startswith=old).values_list(
                "handler", flat=True
            )
        ):
            job.objects.filter(done_at__isnull=True, handler=name).update(
                handler=new + name.removeprefix(old)
            )


class Migration(migrations.Migration):
    dependencies = [("events", "0003_daily_runs"), ("cases", "0007_lights_from_indexes")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
