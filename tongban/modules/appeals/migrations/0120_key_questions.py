"""Questions of key enterprises; their course is refused any change, but its words may be written under another key."""

import django.db.models.deletion
import tongban.foundation.ids.uuids
import tongban.kernel.records.models
import tongban.modules.appeals.states
import tongban.modules.appeals.states.questions
from django.db import migrations, models

from tongban.kernel.records.models import append_only, bears_new_keys


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0091_new_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tongban.foundation.ids.uuids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("source", models.CharField(max_length=10)),
                ("came_from", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField()),
                ("organisation", models.CharField(max_length=120)),
                ("town", models.CharField(max_length=12)),
                ("place_path", models.CharField(max_length=80)),
                ("category", models.CharField(blank=True, default="", max_length=60)),
                ("confidential", models.BooleanField(default=False)),
                ("title", tongban.kernel.records.models.EncryptedTextField()),
                ("words", tongban.kernel.records.models.EncryptedTextField()),
                ("agency", models.CharField(max_length=60)),
                ("leader_id", models.UUIDField(null=True)),
                ("leader_post", models.CharField(max_length=80)),
                ("target_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        default=tongban.modules.appeals.states.questions.Stand["OPEN"], max_length=10
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        blank=True, default=tongban.modules.appeals.states.Owner["OFFICE"], max_length=8
                    ),
                ),
                ("next_on", models.DateField(null=True)),
                ("moved_on", models.DateField()),
                ("opened_by", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "appeal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="appeals.appeal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeyQuestionEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tongban.foundation.ids.uuids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("move", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("words", tongban.kernel.records.models.EncryptedTextField(null=True)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="appeals.keyquestion",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="keyquestion",
            index=models.Index(
                condition=models.Q(("owner", ""), _negated=True),
                fields=["next_on", "id"],
                name="key_question_open",
            ),
        ),
        migrations.AddIndex(
            model_name="keyquestion",
            index=models.Index(fields=["leader_id", "next_on"], name="key_question_leader"),
        ),
        migrations.AddIndex(
            model_name="keyquestion",
            index=models.Index(fields=["agency", "next_on"], name="key_question_office"),
        ),
        migrations.AddIndex(
            model_name="keyquestion",
            index=models.Index(fields=["organisation_id", "-opened_at"], name="key_question_firm"),
        ),
        migrations.AddIndex(
            model_name="keyquestion",
            index=models.Index(
                condition=models.Q(("owner", "")), fields=["-ended_at", "-id"], name="key_question_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="keyquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("appeal__isnull", False),
                        ("source", tongban.modules.appeals.states.questions.Source["APPEAL"]),
                    ),
                    models.Q(
                        ("appeal", None),
                        ("came_from__isnull", False),
                        ("source", tongban.modules.appeals.states.questions.Source["VISIT"]),
                    ),
                    models.Q(
                        ("appeal", None),
                        ("came_from", None),
                        ("source", tongban.modules.appeals.states.questions.Source["HAND"]),
                    ),
                    _connector="OR",
                ),
                name="key_question_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leader_post", ""), _negated=True), models.Q(("agency", ""), _negated=True)
                ),
                name="key_question_answered_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("next_on", None),
                        ("owner", ""),
                        ("state", tongban.modules.appeals.states.questions.Stand["CLOSED"]),
                    ),
                    models.Q(
                        ("ended_at", None),
                        ("next_on__isnull", False),
                        ("owner__in", ["office", "firm"]),
                        ("state__in", ["open", "asked"]),
                    ),
                    _connector="OR",
                ),
                name="key_question_owned",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyquestion",
            constraint=models.UniqueConstraint(fields=("appeal",), name="key_question_of_appeal"),
        ),
        migrations.AddConstraint(
            model_name="keyquestion",
            constraint=models.UniqueConstraint(fields=("came_from",), name="key_question_of_visit"),
        ),
        migrations.AddIndex(
            model_name="keyquestionentry",
            index=models.Index(fields=["question", "id"], name="key_question_course"),
        ),
        migrations.AddConstraint(
            model_name="keyquestionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("move__in", ["open", "assign", "note", "ask", "confirm", "decline", "lapse"])
                ),
                name="key_question_entry_move",
            ),
        ),
        append_only("appeals_keyquestionentry"),
        bears_new_keys("appeals_keyquestionentry", ["id", "question_id", "move", "at", "by"]),
    ]
