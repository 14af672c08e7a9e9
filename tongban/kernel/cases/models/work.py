"""The work inside a case: the steps of its procedure, what they found, and whose turn it is."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.cases.models.case import Case
from tongban.kernel.cases.states import StepState, StepType, Verdict, WorkKind
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import within


class CaseStep(Record):
    """One step of the item's procedure in this case, with its own limit."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=20)
    permission = models.CharField(max_length=20)
    agency = models.CharField(max_length=60, default="")  # who does it: the case's agency or another
    place_path = models.CharField(max_length=80)
    elsewhere = models.BooleanField(
        default=True
    )  # not within agency and place of the case: opens it to others
    after = models.JSONField(default=list)
    state = models.CharField(max_length=8, default=StepState.WAITING)
    opened_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    done_with = models.UUIDField(null=True)  # the second officer of a check on site (article 34)
    verdict = models.CharField(max_length=8, blank=True, default="")
    opinion = EncryptedTextField(null=True)
    findings = EncryptedJSONField(null=True)  # {name: text} of the check list, for checks and reviews

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="step_open", condition=Q(state=StepState.OPEN)),
            # All columns that the policy asks for, so that it reads the index alone.
            models.Index(
                fields=["agency", "place_path", "state", "case"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "varchar_ops", "uuid_ops"],
                condition=Q(elsewhere=True),
                name="step_elsewhere",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "step"], name="step_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in StepState]), name="step_state"),
            models.CheckConstraint(condition=Q(type__in=[t.value for t in StepType]), name="step_type"),
            models.CheckConstraint(
                condition=Q(verdict__in=["", *(v.value for v in Verdict)]), name="step_verdict"
            ),
            # Two or more officers look at a place (article 34): one person is never enough.
            models.CheckConstraint(
                condition=~Q(type=StepType.SITE_CHECK, state=StepState.DONE)
                | Q(verdict="")  # done before this rule was kept here
                | Q(done_with__isnull=False) & ~Q(done_with=F("done_by")),
                name="step_two_officers",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at__isnull=True),
                name="step_done_at",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {
            "case",
            "step",
            "order",
            "type",
            "permission",
            "agency",
            "place_path",
            "elsewhere",
            "after",
            "state",
            "opened_at",
            "due_on",
            "done_at",
            "done_by",
            "done_with",
            "verdict",
        }
        sensitive = {"opinion", "findings"}


class StepFile(Record):
    """A photo or a paper that an officer attached to a step: what was seen on site, the opinion of experts."""

    step = models.ForeignKey(CaseStep, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    class Privacy:
        internal = {"step", "file", "added_by", "added_at"}


class WorkItem(Record):
    """Somebody's turn (待办): what waits for whom. Rows exist while the work is open, so the queues read few rows."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="work")
    step = models.ForeignKey(CaseStep, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=10)
    permission = models.CharField(max_length=20)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    item_code = models.CharField(max_length=60)
    due_on = models.DateField(null=True)
    # What the light of the case follows, none once it has been decided: kept here, so that a queue is read from its
    # few rows in the order in which it is shown.
    case_due_on = models.DateField(null=True)
    case_yellow_on = models.DateField(null=True)
    case_paused = models.BooleanField(default=False)
    assignee = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["permission", "agency", "place_path"],
                opclasses=["varchar_ops", "varchar_ops", "varchar_pattern_ops"],
                name="work_queue",
            ),
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
            models.Index(fields=["assignee"], name="work_assignee", condition=Q(assignee__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(step__isnull=True), name="work_once_per_case"
            ),
            models.UniqueConstraint(
                fields=["step"], condition=Q(step__isnull=False), name="work_once_per_step"
            ),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in WorkKind]), name="work_kind"),
        ]

    class Privacy:
        internal = {
            "case",
            "step",
            "kind",
            "permission",
            "agency",
            "place_path",
            "item_code",
            "due_on",
            "case_due_on",
            "case_yellow_on",
            "case_paused",
            "assignee",
            "opened_at",
        }


class SleepingClaim(Record):
    """Who had claimed a task when its case came to a standstill: it is theirs again when the case goes on."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sleeping_claims")
    step = models.ForeignKey(CaseStep, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=10)
    assignee = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(step__isnull=True), name="sleeping_once_per_case"
            ),
            models.UniqueConstraint(
                fields=["step"], condition=Q(step__isnull=False), name="sleeping_once_per_step"
            ),
        ]

    class Privacy:
        internal = {"case", "step", "kind", "assignee"}


class Absence(Record):
    """An officer is away and somebody else, who has the right themselves, sees what was assigned to them."""

    account_id = models.UUIDField(db_index=True)
    stand_in = models.UUIDField(db_index=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="absence_days"),
            models.CheckConstraint(condition=~Q(account_id=F("stand_in")), name="absence_other_person"),
        ]

    class Privacy:
        internal = {"account_id", "stand_in", "starts_on", "ends_on", "set_at"}
