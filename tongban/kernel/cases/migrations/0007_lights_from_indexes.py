"""Lights, and the steps that open a case to others, are read from indexes alone."""

import tongban.kernel.cases.states.verbs
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_fast_lists"),
        ("catalogue", "0003_drafts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_lights",
        ),
        migrations.RemoveIndex(
            model_name="casestep",
            name="step_elsewhere",
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
                fields=["agency", "place_path", "paused", "due_on", "yellow_on", "state", "id"],
                name="case_lights",
                opclasses=[
                    "varchar_ops",
                    "varchar_pattern_ops",
                    "bool_ops",
                    "date_ops",
                    "date_ops",
                    "varchar_ops",
                    "uuid_ops",
                ],
            ),
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
                fields=["id", "state", "paused", "due_on", "yellow_on"],
                name="case_light",
            ),
        ),
        migrations.AddIndex(
            model_name="casestep",
            index=models.Index(
                condition=models.Q(("elsewhere", True)),
                fields=["agency", "place_path", "state", "case"],
                name="step_elsewhere",
                opclasses=["varchar_ops", "varchar_pattern_ops", "varchar_ops", "uuid_ops"],
            ),
        ),
    ]
