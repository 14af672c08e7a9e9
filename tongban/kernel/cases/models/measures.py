"""What interrupts, lengthens or follows the handling of a case: proposals with the head's word, hearings, checks, bans."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.cases.models.case import Case
from tongban.kernel.cases.states import (
    PAUSES,
    PROMISE_PAUSES,
    STATUTORY_PAUSES,
    CheckState,
    ProposalState,
)
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import within

_LIVE = [ProposalState.ASKED, ProposalState.RUNNING]


class Pause(Record):
    """A special procedure (article 45), or a stop of the promised clock alone: proposed, approved, begun, ended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    kind = models.CharField(max_length=20)
    basis = models.CharField(max_length=200)
    reasons = EncryptedTextField()
    planned_days = models.PositiveSmallIntegerField()  # working days; told to the applicant in writing
    state = models.CharField(max_length=8, default=ProposalState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    planned_end = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    result = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=ProposalState.ASKED), name="pause_asked_once"
            ),
            # While the promise alone stands still a special procedure can begin, and end, within it.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=ProposalState.RUNNING, kind__in=[k.value for k in STATUTORY_PAUSES]),
                name="pause_procedure_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=ProposalState.RUNNING, kind__in=[k.value for k in PROMISE_PAUSES]),
                name="pause_promise_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in PAUSES]), name="pause_kind"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ProposalState]), name="pause_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="pause_maker_is_not_checker",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="pause_has_its_basis"),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {
            "case",
            "kind",
            "basis",
            "planned_days",
            "state",
            "asked_at",
            "asked_by",
            "decided_at",
            "decided_by",
            "planned_end",
            "ended_at",
            "ended_by",
        }
        sensitive = {"reasons", "result"}


class Extension(Record):
    """Ten days more, once, with the word of the head of the agency and reasons told to the applicant (article 42)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    value = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)
    basis = models.CharField(max_length=200)
    reasons = EncryptedTextField()
    state = models.CharField(max_length=8, default=ProposalState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    note = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state__in=_LIVE), name="extension_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ProposalState]), name="extension_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_maker_is_not_checker",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {
            "case",
            "value",
            "unit",
            "basis",
            "state",
            "asked_at",
            "asked_by",
            "decided_at",
            "decided_by",
        }
        sensitive = {"reasons", "note"}


class Hearing(Record):
    """A hearing, from the offer to the record (articles 46 to 48). A case has at most one."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="hearing")
    matter = EncryptedTextField()
    offered_at = models.DateTimeField()
    offered_by = models.UUIDField()
    ask_by = models.DateField()
    asked_at = models.DateTimeField(null=True)
    hold_by = models.DateField(null=True)
    scheduled_at = models.DateTimeField(null=True)  # when the notice of day and place was given
    takes_place_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, blank=True, default="")
    chair = models.CharField(max_length=60, blank=True, default="")
    held_at = models.DateTimeField(null=True)
    held_by = models.UUIDField(null=True)
    record = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scheduled_at__isnull=True) | Q(asked_at__isnull=False), name="hearing_asked_first"
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | Q(scheduled_at__isnull=False), name="hearing_set_first"
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {
            "case",
            "offered_at",
            "offered_by",
            "ask_by",
            "asked_at",
            "hold_by",
            "scheduled_at",
            "takes_place_at",
            "place",
            "chair",
            "held_at",
            "held_by",
        }
        sensitive = {"matter", "record"}


class CommitmentCheck(Record):
    """The look, after a decision on somebody's word, whether the word was kept (国办发〔2020〕42号)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="checks")
    commitment = models.CharField(max_length=60)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default=CheckState.PENDING)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    note = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "commitment"], name="check_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in CheckState]), name="check_state"),
            models.CheckConstraint(
                condition=Q(state=CheckState.PENDING, checked_at__isnull=True)
                | ~Q(state=CheckState.PENDING) & Q(checked_at__isnull=False),
                name="check_checked_at",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {"case", "commitment", "due_on", "state", "checked_at", "checked_by"}
        sensitive = {"note"}


class Ban(Record):
    """For how long who gave false papers may not apply for the item again (articles 78 and 79)."""

    subject_id = models.UUIDField()
    item_code = models.CharField(max_length=60)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    basis = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["subject_id", "item_code"], name="ban_subject")]
        constraints = [models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="ban_days")]

    class Privacy:
        internal = {
            "subject_id",
            "item_code",
            "case",
            "basis",
            "starts_on",
            "ends_on",
            "set_at",
            "set_by",
        }
