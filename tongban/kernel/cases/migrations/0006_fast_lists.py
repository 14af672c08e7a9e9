"""Lists, lights and searches of a million cases read indexes; steps that open a case to others are told apart."""

from typing import Any

from django.db import migrations, models
from django.db.models import F

import tongban.kernel.cases.states.verbs


def tell_apart(apps: Any, schema_editor: Any) -> None:
    """A step within agency and place of its case opens it to nobody else."""
    apps.get_model("cases", "CaseStep").objects.filter(
        agency=F("case__agency"), case__place_path__startswith=F("place_path")
    ).update(elsewhere=False)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_decided_index"),
        ("catalogue", "0003_drafts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="workitem",
            name="work_queue",
        ),
        migrations.AddField(
            model_name="casestep",
            name="elsewhere",
            field=models.BooleanField(default=True),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["agency", "-closed_at", "due_on", "id"], name="case_agency_list"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-closed_at", "due_on", "id"], name="case_list"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            tongban.kernel.cases.states.verbs.CaseState["ACCEPTED"],
                            tongban.kernel.cases.states.verbs.CaseState["IN_REVIEW"],
                            tongban.kernel.cases.states.verbs.CaseState["SUBMITTED"],
                            tongban.kernel.cases.states.verbs.CaseState["SUPPLEMENT_REQUESTED"],
                            tongban.kernel.cases.states.verbs.CaseState["SUSPENDED"],
                        ),
                    )
                ),
                fields=["agency", "place_path", "paused", "due_on", "yellow_on"],
                name="case_lights",
                opclasses=["varchar_ops", "varchar_pattern_ops", "bool_ops", "date_ops", "date_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["applicant_name"], name="case_applicant", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["item_code", "-id"], name="case_item"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["agency", "place_path"],
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                name="case_reach",
            ),
        ),
        migrations.AddIndex(
            model_name="casestep",
            index=models.Index(
                condition=models.Q(("elsewhere", True)), fields=["case", "agency"], name="step_elsewhere"
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                fields=["permission", "agency", "place_path"],
                name="work_queue",
                opclasses=["varchar_ops", "varchar_ops", "varchar_pattern_ops"],
            ),
        ),
    ]
