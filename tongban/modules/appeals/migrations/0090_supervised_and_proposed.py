"""Supervision and its office, sums of causes, proposals to change a policy; indexes of what has ended by who may see it."""

import tongban.foundation.ids.uuids
import tongban.kernel.records.models
import tongban.modules.appeals.states
from django.db import migrations, models
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from tongban.foundation.time import SHANGHAI
from tongban.kernel.records.models import append_only


def sum_causes(apps, schema_editor):
    """What was closed before has its cause in the sums too."""
    rows = apps.get_model("appeals", "Appeal").objects.filter(state="closed").exclude(cause="")
    month = TruncMonth("ended_at", tzinfo=SHANGHAI)
    rows = rows.order_by().annotate(month=month)
    model = apps.get_model("appeals", "AppealCause")
    for by in (("town",), ()):
        sums = rows.values("month", "agency", "category", "cause", *by).annotate(count=Count("pk"))
        made = [
            model(**{"town": "", **one, "month": one["month"].date()})
            for one in sums.order_by("month")
            if by != ("town",) or one["town"]
        ]
        model.objects.bulk_create(made, batch_size=500)


def sum_towns(apps, schema_editor):
    """The sums of all towns; what was counted for no town is part of them."""
    model = apps.get_model("appeals", "AppealTally")
    sums = model.objects.order_by("month").values("month", "agency", "measure").annotate(count=Sum("count"))
    made = [model(town="", **one) for one in sums]
    model.objects.filter(town="").delete()
    model.objects.bulk_create(made, batch_size=500)


def refuse_again(apps, schema_editor):
    """SQLite makes a table anew to give it another constraint, and loses the triggers that refuse changes."""
    if schema_editor.connection.vendor == "sqlite":
        append_only("appeals_appealentry").code(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppealCause",
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
                ("month", models.DateField()),
                ("agency", models.CharField(max_length=60)),
                ("town", models.CharField(max_length=12)),
                ("category", models.CharField(max_length=60)),
                ("cause", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="AppealProposal",
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
                ("cause", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=60)),
                ("since", models.DateField()),
                ("appeals", models.PositiveIntegerField()),
                ("firms", models.PositiveIntegerField()),
                ("desk", models.CharField(max_length=60)),
                ("desk_path", models.CharField(blank=True, default="", max_length=80)),
                ("agency", models.CharField(max_length=60)),
                ("place_path", models.CharField(max_length=80)),
                ("words", tongban.kernel.records.models.EncryptedTextField()),
                (
                    "state",
                    models.CharField(
                        default=tongban.modules.appeals.states.ProposalState["OPEN"], max_length=10
                    ),
                ),
                ("due_on", models.DateField()),
                ("opened_by", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("answer", tongban.kernel.records.models.EncryptedTextField(null=True)),
                ("changes_on", models.DateField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="appealentry",
            name="appeal_entry_verb",
        ),
        migrations.RemoveConstraint(
            model_name="appealtally",
            name="appeal_tally_once",
        ),
        migrations.RemoveIndex(
            model_name="appeal",
            name="appeal_office",
        ),
        migrations.RemoveIndex(
            model_name="appeal",
            name="appeal_desk",
        ),
        migrations.RemoveIndex(
            model_name="appeal",
            name="appeal_town",
        ),
        migrations.RemoveIndex(
            model_name="appeal",
            name="appeal_cause",
        ),
        migrations.AddField(
            model_name="appeal",
            name="above",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(models.Q(("owner", ""), _negated=True), ("above", "")),
                fields=["supervise_on", "id"],
                name="appeal_due",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("cause", ""), _negated=True),
                fields=["cause", "category", "ended_at"],
                name="appeal_cause",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")),
                fields=["state", "-ended_at", "-id"],
                name="appeal_ended_so",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")),
                fields=["agency", "-ended_at", "-id"],
                name="appeal_ended_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")),
                fields=["desk", "-ended_at", "-id"],
                name="appeal_ended_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")),
                fields=["desk", "state", "-ended_at", "-id"],
                name="appeal_ended_desk_so",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")),
                fields=["town_agency", "-ended_at", "-id"],
                name="appeal_ended_town",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("owner", "")), fields=["town", "-ended_at", "-id"], name="appeal_ended_in"
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(fields=["above", "-ended_at", "-id"], name="appeal_above"),
        ),
        migrations.AddConstraint(
            model_name="appealentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "file",
                            "route",
                            "refuse",
                            "merge",
                            "dispute",
                            "rule",
                            "contact",
                            "reply",
                            "ask",
                            "supply",
                            "lapse",
                            "propose",
                            "consent",
                            "decline",
                            "invite",
                            "finish",
                            "answer",
                            "approve",
                            "send_back",
                            "rate",
                            "reopen",
                            "raise",
                            "follow",
                            "expire",
                            "deliver",
                            "chase",
                            "supervise",
                            "withdraw",
                        ],
                    )
                ),
                name="appeal_entry_verb",
            ),
        ),
        migrations.AddConstraint(
            model_name="appealtally",
            constraint=models.UniqueConstraint(
                fields=("town", "month", "agency", "measure"), name="appeal_tally_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="appealcause",
            constraint=models.UniqueConstraint(
                fields=("town", "month", "agency", "category", "cause"), name="appeal_cause_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="appealcause",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause", ""), _negated=True), name="appeal_cause_named"
            ),
        ),
        migrations.AddIndex(
            model_name="appealproposal",
            index=models.Index(fields=["agency", "-opened_at", "-id"], name="appeal_proposed_to"),
        ),
        migrations.AddIndex(
            model_name="appealproposal",
            index=models.Index(fields=["-opened_at", "-id"], name="appeal_proposals"),
        ),
        migrations.AddConstraint(
            model_name="appealproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at", None),
                        ("answered_by", None),
                        ("changes_on", None),
                        ("state", tongban.modules.appeals.states.ProposalState["OPEN"]),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("changes_on__isnull", False),
                        ("state", tongban.modules.appeals.states.ProposalState["ACCEPTED"]),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("changes_on", None),
                        ("state", tongban.modules.appeals.states.ProposalState["DECLINED"]),
                    ),
                    _connector="OR",
                ),
                name="appeal_proposal_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="appealproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeals__gte", 1), ("firms__gte", 1)), name="appeal_proposal_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="appealproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", tongban.modules.appeals.states.ProposalState["OPEN"])),
                fields=("cause", "category", "agency", "desk"),
                name="appeal_proposal_once",
            ),
        ),
        migrations.RunPython(refuse_again, migrations.RunPython.noop),
        migrations.RunPython(sum_towns, migrations.RunPython.noop),
        migrations.RunPython(sum_causes, migrations.RunPython.noop),
    ]
