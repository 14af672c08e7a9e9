"""Appeals, tasks of assisting offices, the append-only course, monthly sums, daily scans, proposals made of common causes."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import within
from tongban.modules.appeals.models.files import AppealFile
from tongban.modules.appeals.models.questions import KeyQuestion, KeyQuestionEntry
from tongban.modules.appeals.models.scans import AppealScan
from tongban.modules.appeals.models.seen import SEEN
from tongban.modules.appeals.models.townrules import TownRuleText
from tongban.modules.appeals.states import (
    ENDED,
    OWNERS,
    Channel,
    Measure,
    Outcome,
    Owner,
    ProposalState,
    State,
    TaskState,
    Verb,
)

__all__ = [
    "Appeal",
    "AppealCause",
    "AppealEntry",
    "AppealFile",
    "AppealProposal",
    "AppealScan",
    "AppealTally",
    "AppealTask",
    "KeyQuestion",
    "KeyQuestionEntry",
    "TownRuleText",
]


class Appeal(Record):
    """What a firm asks for. Its dates follow from its entries and the working calendar."""

    number = models.CharField(max_length=20, unique=True)
    organisation_id = models.UUIDField()
    organisation = models.CharField(max_length=120)
    size = models.CharField(max_length=12, blank=True, default="")
    key_firm = models.BooleanField(default=False)
    town = models.CharField(max_length=12)
    place_path = models.CharField(max_length=80)
    category = models.CharField(max_length=60)
    subcategory = models.CharField(max_length=60, blank=True, default="")  # the town's own, beneath it
    channel = models.CharField(max_length=10)
    urgent = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    title = EncryptedTextField()
    words = EncryptedTextField()
    wanted = EncryptedTextField(null=True)
    answers = EncryptedJSONField(null=True)
    contact = EncryptedTextField()
    filed_by = models.UUIDField(null=True)
    filed_at = models.DateTimeField()
    came_from = models.UUIDField(null=True)  # what it came out of, as a visit
    reference = models.CharField(
        max_length=60, blank=True, default=""
    )  # the sender's own: filed once for each
    town_agency = models.CharField(max_length=60, blank=True, default="")
    desk = models.CharField(max_length=60)
    city_desk = models.CharField(max_length=60)  # the same, except where a town coordinates its own
    agency = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=10)
    owner = models.CharField(max_length=8, blank=True, default="")
    next_on = models.DateField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveSmallIntegerField(default=1)
    promise = models.JSONField()  # the four clocks as they were when the cycle began: what was promised stays
    contact_by = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    dispute_by = models.DateField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply_on = models.DateField(null=True)
    close_on = models.DateField(null=True)
    supervise_on = models.DateField(null=True)
    extension = models.PositiveSmallIntegerField(null=True)  # days proposed, until the firm has said
    extended = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    planned_on = models.DateField(null=True)
    cause = models.CharField(max_length=40, blank=True, default="")
    stars = models.PositiveSmallIntegerField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    above = models.CharField(
        max_length=60, blank=True, default=""
    )  # the office that supervises it since its day
    ended_at = models.DateTimeField(null=True)
    main = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")

    class Meta:
        # What is in hand is little and read whole by its next date; what has ended is found by way of who may see it.
        indexes = [
            models.Index(fields=["next_on", "id"], condition=~Q(owner=""), name="appeal_open"),
            models.Index(
                fields=["supervise_on", "id"], condition=~Q(owner="") & Q(above=""), name="appeal_due"
            ),
            models.Index(fields=["organisation_id", "-filed_at"], name="appeal_firm"),
            models.Index(fields=["category", "-filed_at"], name="appeal_category"),
            models.Index(
                fields=["cause", "category", "ended_at"], condition=~Q(cause=""), name="appeal_cause"
            ),
            models.Index(fields=["-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended"),
            models.Index(fields=["state", "-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended_so"),
            models.Index(
                fields=["agency", "-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended_lead"
            ),
            models.Index(
                fields=["desk", "-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended_desk"
            ),
            models.Index(
                fields=["desk", "state", "-ended_at", "-id"],
                condition=Q(owner=""),
                name="appeal_ended_desk_so",
            ),
            models.Index(
                fields=["town_agency", "-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended_town"
            ),
            models.Index(fields=["town", "-ended_at", "-id"], condition=Q(owner=""), name="appeal_ended_in"),
            models.Index(fields=["above", "-ended_at", "-id"], name="appeal_above"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="appeal_state"),
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="appeal_channel"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(o.value for o in Outcome)]), name="appeal_outcome"
            ),
            # No appeal without an owner and a next date, until it has ended.
            models.CheckConstraint(
                condition=Q(
                    state__in=[s.value for s in ENDED], owner="", next_on=None, ended_at__isnull=False
                )
                | Q(
                    state__in=[s.value for s in OWNERS],
                    owner__in=[o.value for o in Owner],
                    next_on__isnull=False,
                    ended_at=None,
                ),
                name="appeal_owned",
            ),
            models.CheckConstraint(
                condition=~Q(owner=Owner.OFFICE) | ~Q(agency=""), name="appeal_office_named"
            ),
            models.CheckConstraint(condition=~Q(desk="") & ~Q(city_desk=""), name="appeal_desk_named"),
            models.UniqueConstraint(
                fields=["channel", "reference"], condition=~Q(reference=""), name="appeal_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, main__isnull=False) | ~Q(state=State.MERGED) & Q(main=None),
                name="appeal_merged",
            ),
            models.CheckConstraint(condition=Q(main=None) | ~Q(main=F("id")), name="appeal_no_own_lead"),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__gte=1, stars__lte=5), name="appeal_stars"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.PLANNED) | Q(planned_on__isnull=False), name="appeal_planned"
            ),
        ]

    class Rows:
        seen = SEEN

    class Privacy:
        internal = {
            "number",
            "organisation_id",
            "organisation",
            "size",
            "key_firm",
            "town",
            "place_path",
            "category",
            "subcategory",
            "channel",
            "urgent",
            "confidential",
            "filed_by",
            "filed_at",
            "came_from",
            "reference",
            "town_agency",
            "desk",
            "city_desk",
            "agency",
            "state",
            "owner",
            "next_on",
            "level",
            "cycle",
            "promise",
            "contact_by",
            "contacted_at",
            "dispute_by",
            "replied_at",
            "reply_on",
            "close_on",
            "supervise_on",
            "extension",
            "extended",
            "answered_at",
            "outcome",
            "planned_on",
            "cause",
            "stars",
            "chased",
            "above",
            "ended_at",
            "main",
        }
        sensitive = {"title", "words", "wanted", "answers", "contact"}


class AppealTask(Record):
    """What an assisting office (协办单位) is to do for the lead, with a day of its own."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="tasks")
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    category = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=TaskState.OPEN)
    due_on = models.DateField()
    words = EncryptedTextField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "appeal"], name="appeal_task_office")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in TaskState]), name="appeal_task_state"
            ),
            models.UniqueConstraint(
                fields=["appeal", "agency"],
                condition=~Q(state=TaskState.CANCELLED),
                name="appeal_task_once",
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, done_at__isnull=False)
                | ~Q(state=TaskState.DONE) & Q(done_at=None),
                name="appeal_task_done",
            ),
        ]

    class Rows:
        seen = [within("appeal_id", "appeals_appeal")]

    class Privacy:
        internal = {"appeal", "agency", "place_path", "category", "state", "due_on", "done_at"}
        sensitive = {"words"}


class AppealEntry(Record):
    """One step of an appeal's course. Append-only (0002): its dates are reckoned from these."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="entries")
    cycle = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    agency = models.CharField(max_length=60, blank=True, default="")
    value = models.IntegerField(null=True)  # days of an extension, stars, the step of the ladder
    words = EncryptedTextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["appeal", "id"], name="appeal_course")]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=[v.value for v in Verb]), name="appeal_entry_verb")
        ]

    class Rows:
        seen = [within("appeal_id", "appeals_appeal")]

    class Privacy:
        internal = {"appeal", "cycle", "verb", "at", "by", "agency", "value"}
        sensitive = {"words"}


class AppealTally(Record):
    """How often something happened at an office in a month, by town and for all towns (""): what the scorecard adds up."""

    month = models.DateField()
    agency = models.CharField(max_length=60)
    town = models.CharField(max_length=12)
    measure = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["town", "month", "agency", "measure"], name="appeal_tally_once"),
            models.CheckConstraint(
                condition=Q(measure__in=[m.value for m in Measure]), name="appeal_tally_measure"
            ),
        ]

    class Privacy:
        internal = {"month", "agency", "town", "measure", "count"}


class AppealCause(Record):
    """How often a cause stood behind the appeals of a category that an office settled in a month; towns as in the tally."""

    month = models.DateField()
    agency = models.CharField(max_length=60)
    town = models.CharField(max_length=12)
    category = models.CharField(max_length=60)
    cause = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["town", "month", "agency", "category", "cause"], name="appeal_cause_once"
            ),
            models.CheckConstraint(condition=~Q(cause=""), name="appeal_cause_named"),
        ]

    class Privacy:
        internal = {"month", "agency", "town", "category", "cause", "count"}


class AppealProposal(Record):
    """What a coordinator proposes to change because a cause came up again and again, and what the office says to it.

    The counts are those of the day on which it was opened: what was proposed is judged by what was known.
    """

    cause = models.CharField(max_length=40)
    category = models.CharField(max_length=60)
    since = models.DateField()
    appeals = models.PositiveIntegerField()
    firms = models.PositiveIntegerField()
    desk = models.CharField(max_length=60)
    desk_path = models.CharField(max_length=80, blank=True, default="")
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    words = EncryptedTextField()
    state = models.CharField(max_length=10, default=ProposalState.OPEN)
    due_on = models.DateField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    answer = EncryptedTextField(null=True)
    changes_on = models.DateField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-opened_at", "-id"], name="appeal_proposed_to"),
            models.Index(fields=["-opened_at", "-id"], name="appeal_proposals"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, answered_at=None, answered_by=None, changes_on=None)
                | Q(state=ProposalState.ACCEPTED, answered_at__isnull=False, changes_on__isnull=False)
                | Q(state=ProposalState.DECLINED, answered_at__isnull=False, changes_on=None),
                name="appeal_proposal_state",
            ),
            models.CheckConstraint(condition=Q(appeals__gte=1, firms__gte=1), name="appeal_proposal_counts"),
            # One at a time: the same thing is not proposed to an office that has yet to say what it thinks.
            models.UniqueConstraint(
                fields=["cause", "category", "agency", "desk"],
                condition=Q(state=ProposalState.OPEN),
                name="appeal_proposal_once",
            ),
        ]

    class Privacy:
        internal = {
            "cause",
            "category",
            "since",
            "appeals",
            "firms",
            "desk",
            "desk_path",
            "agency",
            "place_path",
            "state",
            "due_on",
            "opened_by",
            "opened_at",
            "changes_on",
            "answered_by",
            "answered_at",
        }
        sensitive = {"words", "answer"}
