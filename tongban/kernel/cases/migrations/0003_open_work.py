"""Whose turn it was stood on the case; now every open task is a row. Fills them for the cases there are."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """One task for each case that waits for acceptance or a decision, one for each open step."""
    case_model, step_model = apps.get_model("cases", "Case"), apps.get_model("cases", "CaseStep")
    work_model = apps.get_model("cases", "WorkItem")
    owner = case_model.objects.filter(pk=OuterRef("case_id")).values("agency")[:1]
    step_model.objects.filter(agency="").update(agency=Subquery(owner))
    rows = []
    for case in case_model.objects.filter(state__in=["submitted", "accepted", "in_review"]).iterator():
        steps = list(step_model.objects.filter(case=case))
        common = {
            "case": case,
            "agency": case.agency,
            "item_code": case.item_code,
            "opened_at": case.saved_at,
        }
        if case.state == "submitted":
            rows.append(
                work_model(
                    kind="accept",
                    permission="case.accept",
                    place_path=case.place_path,
                    due_on=case.due_on,
                    **common,
                )
            )
            continue
        rows += [
            work_model(
                kind="step",
                step=step,
                permission=step.permission,
                place_path=step.place_path,
                due_on=step.due_on,
                **common,
            )
            for step in steps
            if step.state == "open"
        ]
        if all(step.state == "done" for step in steps):
            rows.append(
                work_model(
                    kind="decide",
                    permission="case.decide",
                    place_path=case.place_path,
                    due_on=case.due_on,
                    **common,
                )
            )
    work_model.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_the_whole_procedure")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
