"""The bank of key enterprises' questions and the append-only course of each."""

from django.db import models
from django.db.models import Q

from tongban.kernel.access.states import Permission
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import account, firms, granted, holding, within
from tongban.modules.appeals.states import Owner
from tongban.modules.appeals.states.questions import OWNERS, Move, Source, Stand


class KeyQuestion(Record):
    """A question of a key enterprise, with the leader who answers for it, the office that works on it and its day.

    Owner, next date and end are named as an appeal's are: lists and lights of both are the same.
    """

    number = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=10)
    appeal = models.ForeignKey(
        "appeals.Appeal", on_delete=models.PROTECT, null=True, related_name="questions"
    )
    came_from = models.UUIDField(null=True)  # the visit on which it was heard
    organisation_id = models.UUIDField()
    organisation = models.CharField(max_length=120)
    town = models.CharField(max_length=12)
    place_path = models.CharField(max_length=80)
    category = models.CharField(max_length=60, blank=True, default="")
    confidential = models.BooleanField(default=False)
    title = EncryptedTextField()
    words = EncryptedTextField()
    agency = models.CharField(max_length=60)
    leader_id = models.UUIDField(null=True)  # the leader's account, where there is one
    leader_post = models.CharField(max_length=80)  # the post that answers, whoever holds it
    target_on = models.DateField()
    state = models.CharField(max_length=10, default=Stand.OPEN)
    owner = models.CharField(max_length=8, blank=True, default=Owner.OFFICE)
    next_on = models.DateField(null=True)
    moved_on = models.DateField()
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_on", "id"], condition=~Q(owner=""), name="key_question_open"),
            models.Index(fields=["leader_id", "next_on"], name="key_question_leader"),
            models.Index(fields=["agency", "next_on"], name="key_question_office"),
            models.Index(fields=["organisation_id", "-opened_at"], name="key_question_firm"),
            models.Index(fields=["-ended_at", "-id"], condition=Q(owner=""), name="key_question_ended"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(source=Source.APPEAL, appeal__isnull=False)
                | Q(source=Source.VISIT, appeal=None, came_from__isnull=False)
                | Q(source=Source.HAND, appeal=None, came_from=None),
                name="key_question_source",
            ),
            # Every question has a leader and an office; until it has ended, somebody's turn and a next date.
            models.CheckConstraint(
                condition=~Q(leader_post="") & ~Q(agency=""), name="key_question_answered_for"
            ),
            models.CheckConstraint(
                condition=Q(state=Stand.CLOSED, owner="", next_on=None, ended_at__isnull=False)
                | Q(
                    state__in=[one.value for one in OWNERS],
                    owner__in=[one.value for one in OWNERS.values()],
                    next_on__isnull=False,
                    ended_at=None,
                ),
                name="key_question_owned",
            ),
            models.UniqueConstraint(fields=["appeal"], name="key_question_of_appeal"),
            models.UniqueConstraint(fields=["came_from"], name="key_question_of_visit"),
        ]

    class Rows:
        seen = [
            firms("organisation_id"),
            account("leader_id"),
            account("opened_by"),
            granted(Permission.APPEAL_HANDLE),
            holding(Permission.TOWN_MANAGE),
        ]

    class Privacy:
        internal = {
            "number",
            "source",
            "appeal",
            "came_from",
            "organisation_id",
            "organisation",
            "town",
            "place_path",
            "category",
            "confidential",
            "agency",
            "leader_id",
            "leader_post",
            "target_on",
            "state",
            "owner",
            "next_on",
            "moved_on",
            "opened_by",
            "opened_at",
            "ended_at",
        }
        sensitive = {"title", "words"}


class KeyQuestionEntry(Record):
    """One step of a question's course. Append-only (0120)."""

    question = models.ForeignKey(KeyQuestion, on_delete=models.CASCADE, related_name="entries")
    move = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    words = EncryptedTextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["question", "id"], name="key_question_course")]
        constraints = [
            models.CheckConstraint(
                condition=Q(move__in=[one.value for one in Move]), name="key_question_entry_move"
            )
        ]

    class Rows:
        seen = [within("question_id", "appeals_keyquestion")]

    class Privacy:
        internal = {"question", "move", "at", "by"}
        sensitive = {"words"}
