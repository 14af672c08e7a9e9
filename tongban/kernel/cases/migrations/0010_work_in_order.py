"""Open work keeps the light of its case, so that a queue is read in its order from an index of its own."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

OPEN = ["submitted", "supplement_requested", "accepted", "in_review", "suspended"]


def fill(apps: Any, schema_editor: Any) -> None:
    """What each case shows now, on the tasks of the open ones."""
    cases, work = apps.get_model("cases", "Case"), apps.get_model("cases", "WorkItem")

    def shown(column: str) -> Subquery:
        return Subquery(cases.objects.filter(pk=OuterRef("case_id")).values(column)[:1])

    work.objects.filter(case__state__in=OPEN).update(
        case_due_on=shown("due_on"), case_yellow_on=shown("yellow_on"), case_paused=shown("paused")
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_sleeping_claims")]
    operations = [
        migrations.AddField("workitem", "case_due_on", models.DateField(null=True)),
        migrations.AddField("workitem", "case_yellow_on", models.DateField(null=True)),
        migrations.AddField("workitem", "case_paused", models.BooleanField(default=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "workitem",
            models.Index(
                fields=[
                    "agency",
                    "case_due_on",
                    "case",
                    "permission",
                    "place_path",
                    "assignee",
                    "case_yellow_on",
                    "case_paused",
                    "item_code",
                ],
                name="work_in_order",
            ),
        ),
    ]
