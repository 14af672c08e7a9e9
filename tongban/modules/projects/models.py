"""Projects, their stages, the items they need, and everything that was written down about them."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.projects.states import FOLLOWED, EntryKind, ProjectState, Role, Share


class ProjectSerial(Record):
    """The last number that was given to a project in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Privacy:
        internal = {"year", "last"}


class Project(Record):
    """An investment project of one enterprise. Stages, permits and needs are those of its kind on the day it was opened."""

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    stage = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=ProjectState.OPEN)
    officer_id = models.UUIDField(null=True)  # none yet where the enterprise itself asked
    promised_fen = models.PositiveBigIntegerField()
    planned_fen = models.PositiveBigIntegerField(default=0)  # the sum of the plans of its years
    done_fen = models.PositiveBigIntegerField(default=0)  # the sum of what was noted as invested
    answers = models.JSONField(default=dict)
    undecided = models.JSONField(default=list)  # permits that the diagnosis could not decide
    moved_on = models.DateField()  # the last day with progress: by it the light is reckoned
    check_on = models.DateField(null=True)  # when the contract is to be checked next
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_because = EncryptedTextField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place_path", "moved_on", "id"],
                opclasses=["varchar_pattern_ops", "date_ops", "uuid_ops"],
                condition=Q(state=ProjectState.OPEN),
                name="project_open",
            ),
            models.Index(
                fields=["moved_on", "id"], condition=Q(state=ProjectState.OPEN), name="project_stalled"
            ),
            models.Index(fields=["organisation_id", "-id"], name="project_firm"),
            models.Index(fields=["officer_id"], name="project_officer"),
            models.Index(
                fields=["check_on", "id"], condition=Q(state=ProjectState.OPEN), name="project_to_check"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ProjectState]), name="project_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ProjectState.OPEN, ended_on__isnull=True)
                | ~Q(state=ProjectState.OPEN) & Q(ended_on__isnull=False),
                name="project_ended_on",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ProjectState.OPEN, ProjectState.DONE])
                | Q(ended_because__isnull=False),
                name="project_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(planned_fen__lte=F("promised_fen")), name="project_planned_within_promise"
            ),
        ]

    class Privacy:
        internal = {
            "number",
            "kind",
            "name",
            "organisation_id",
            "organisation_name",
            "agency",
            "place_path",
            "stage",
            "state",
            "officer_id",
            "promised_fen",
            "planned_fen",
            "done_fen",
            "answers",
            "undecided",
            "moved_on",
            "check_on",
            "opened_by",
            "opened_at",
            "ended_on",
        }
        sensitive = {"ended_because"}


class ProjectYear(Record):
    """What a project is to invest in a calendar year; without a row, nothing was planned for it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    planned_fen = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="project_year_once"),
            models.CheckConstraint(condition=Q(planned_fen__gt=0), name="project_year_planned"),
        ]

    class Privacy:
        internal = {"project", "year", "planned_fen"}


class ProjectStage(Record):
    """A stage of a project: the office that owns it, when it was meant to begin, when it began."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    office = models.CharField(max_length=60)
    planned_on = models.DateField()
    actual_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["office", "project"], name="project_stage_office")]
        constraints = [
            models.UniqueConstraint(fields=["project", "stage"], name="project_stage_once"),
            models.UniqueConstraint(fields=["project", "order"], name="project_stage_order"),
        ]

    class Privacy:
        internal = {"project", "stage", "order", "office", "planned_on", "actual_on"}


class ProjectItem(Record):
    """A permit or a subsidy of a project, and the case in which it is applied for once there is one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="items")
    role = models.CharField(max_length=10)
    permit = models.CharField(max_length=40, blank=True, default="")  # its name within the kind
    item = models.CharField(max_length=60)
    stage = models.CharField(max_length=40, blank=True, default="")
    after = models.JSONField(default=list)
    days = models.PositiveSmallIntegerField(default=0)  # natural days, as the item promised on that day
    draft_id = models.UUIDField(null=True)  # the application that was begun for this very project
    case_id = models.UUIDField(null=True)
    short_no = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["item"], condition=Q(case_id__isnull=True), name="project_item_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="project_item_role"),
            models.UniqueConstraint(fields=["project", "role", "item"], name="project_item_once"),
            # A case belongs to one project: what it shows counts once.
            models.UniqueConstraint(fields=["case_id"], name="project_item_case"),
            models.UniqueConstraint(fields=["draft_id"], name="project_item_draft"),
            models.CheckConstraint(
                condition=Q(case_id__isnull=True, short_no="") | Q(case_id__isnull=False) & ~Q(short_no=""),
                name="project_item_case_number",
            ),
        ]

    class Privacy:
        internal = {
            "project",
            "role",
            "permit",
            "item",
            "stage",
            "after",
            "days",
            "draft_id",
            "case_id",
            "short_no",
        }


class ProjectMeeting(Record):
    """A meeting about a project: its day, the chair's post, the offices that were there. Its decisions are entries."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="meetings")
    day = models.DateField()
    chair = models.CharField(max_length=60)
    offices = models.JSONField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["project", "-day", "-id"], name="project_meeting_page")]
        constraints = [models.CheckConstraint(condition=~Q(chair=""), name="project_meeting_chair")]

    class Privacy:
        internal = {"project", "day", "chair", "offices", "by", "at"}


class ProjectEntry(Record):
    """Something that was written down about a project. What an office has to settle carries its day and its end."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10)
    stage = models.CharField(max_length=40)
    day = models.DateField()
    words = EncryptedTextField()
    about = models.CharField(max_length=40, blank=True, default="")  # the document or the need, by its name
    number = models.CharField(max_length=60, blank=True, default="")  # of a document, or of an appeal
    meeting = models.ForeignKey(ProjectMeeting, on_delete=models.CASCADE, null=True, related_name="decisions")
    fen = models.PositiveBigIntegerField(null=True)
    good = models.BooleanField(null=True)  # whether the contract is kept
    share = models.CharField(max_length=10, default=Share.OFFICES)
    office = models.CharField(max_length=60, blank=True, default="")
    due_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    settled_words = EncryptedTextField(null=True)
    settled_by = models.UUIDField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["project", "-day", "-id"], name="project_entry_page"),
            models.Index(fields=["due_on"], condition=Q(settled_on__isnull=True), name="project_entry_due"),
            models.Index(fields=["office", "project"], condition=~Q(office=""), name="project_entry_office"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in EntryKind]), name="project_entry_kind"
            ),
            # What is followed up has an office and a day: nothing is left to nobody.
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in FOLLOWED], due_on__isnull=False) & ~Q(office="")
                | ~Q(kind__in=[k.value for k in FOLLOWED])
                & Q(office="", due_on__isnull=True, settled_on__isnull=True),
                name="project_entry_followed",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.MONEY, fen__gt=0) | ~Q(kind=EntryKind.MONEY) & Q(fen__isnull=True),
                name="project_entry_money",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CHECK, good__isnull=False)
                | ~Q(kind=EntryKind.CHECK) & Q(good__isnull=True),
                name="project_entry_check",
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True) | Q(kind=EntryKind.DECISION), name="project_entry_meeting"
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, settled_by__isnull=True)
                | Q(settled_on__gte=F("day"), settled_by__isnull=False),
                name="project_entry_settled",
            ),
            # Nothing but a document leaves the offices, and what the enterprise handed in says which one it is.
            models.CheckConstraint(
                condition=Q(share=Share.OFFICES)
                | Q(share=Share.FIRM, kind=EntryKind.DOCUMENT)
                | Q(share=Share.BY_FIRM, kind=EntryKind.DOCUMENT) & ~Q(about=""),
                name="project_entry_share",
            ),
        ]

    class Privacy:
        internal = {
            "project",
            "kind",
            "stage",
            "day",
            "about",
            "number",
            "meeting",
            "fen",
            "good",
            "share",
            "office",
            "due_on",
            "settled_on",
            "settled_by",
            "by",
            "at",
        }
        sensitive = {"words", "settled_words"}


class ProjectFile(Record):
    """A clean stored file of a document: who may read that line of the book may read it."""

    entry = models.ForeignKey(ProjectEntry, on_delete=models.CASCADE, related_name="files")
    file_id = models.UUIDField(unique=True)  # of the store, which knows its name, size and verdict

    class Privacy:
        internal = {"entry", "file_id"}
