"""Ratings, one for each handled case and voluntary; the rectification of each bad one with what was said on the way."""

from django.db import models
from django.db.models import Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.ratings.states import (
    ENDED,
    AppealGround,
    Channel,
    Outcome,
    RemedyState,
    RemedyVerb,
    RepairKind,
    WithheldFor,
)

_S, _V = RemedyState, RemedyVerb
_REPAIRED = [_S.ANSWERED, _S.ESCALATED, _S.CLOSED]


class Rating(Record):
    """What the applicant says of how the case was handled. One case, one rating (一事一评); no row means no rating.

    Whose it is stands only as `given_by`: names are looked up for those who may see them.
    """

    case_id = models.UUIDField(unique=True)
    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    hall = models.CharField(max_length=40, blank=True, default="")  # where it was received, if at a window
    level = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, default=Channel.PC)
    points = models.JSONField(default=list)  # what was ticked: identifiers of the pack
    words = EncryptedTextField(null=True)
    publish = models.BooleanField(default=False)  # the rater lets the words be published, masked
    looked_at = models.DateTimeField(null=True)  # when somebody decided whether the words are published
    looked_by = models.UUIDField(null=True)
    withheld = models.CharField(max_length=10, blank=True, default="")  # why they are not
    given_by = models.UUIDField()
    given_at = models.DateTimeField()
    excluded_at = models.DateTimeField(null=True)  # an appeal was upheld: kept, but in no public figure

    class Meta:
        indexes = [
            models.Index(fields=["item_code", "level"]),
            models.Index(fields=["agency", "item_code", "level"], name="rating_figures"),
            models.Index(
                fields=["-id"],
                condition=Q(publish=True, excluded_at__isnull=True),
                name="rating_published",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="rating_level"),
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="rating_channel"
            ),
            models.CheckConstraint(
                condition=Q(level__lte=3) | Q(words__isnull=False), name="rating_bad_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(withheld="")
                | Q(looked_at__isnull=False, withheld__in=[w.value for w in WithheldFor]),
                name="rating_withheld_by_somebody",
            ),
        ]

    class Privacy:
        internal = {
            "case_id",
            "item_code",
            "agency",
            "place_path",
            "hall",
            "level",
            "channel",
            "points",
            "publish",
            "looked_at",
            "looked_by",
            "withheld",
            "given_by",
            "given_at",
            "excluded_at",
        }
        sensitive = {"words"}


class RatingRemedy(Record):
    """The rectification of a bad rating (差评整改). `due_on` is the day that counts now, and for whom says the state."""

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="remedy")
    item_code = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default=RemedyState.OPEN)
    kind = models.CharField(max_length=8, blank=True, default="")
    round = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    contacted_on = models.DateField(null=True)
    repair_due_on = models.DateField(null=True)  # of the round that runs, or ran last
    answered_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "due_on"], name="remedy_desk")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in _S]), name="remedy_state"),
            models.CheckConstraint(
                condition=Q(kind__in=["", *(k.value for k in RepairKind)]), name="remedy_kind"
            ),
            models.CheckConstraint(condition=Q(round__gte=1, round__lte=2), name="remedy_round"),
            models.CheckConstraint(
                condition=Q(
                    state__in=ENDED,
                    ended_at__isnull=False,
                    due_on__isnull=True,
                    outcome__in=[o.value for o in Outcome],
                )
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True, due_on__isnull=False, outcome="")),
                name="remedy_due_until_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state=_S.OPEN, contacted_on__isnull=True)
                | (~Q(state=_S.OPEN) & Q(contacted_on__isnull=False, repair_due_on__isnull=False)),
                name="remedy_contacted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_S.REPAIRING, *_REPAIRED]) | ~Q(kind=""), name="remedy_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_REPAIRED) | Q(answered_on__isnull=False), name="remedy_answered"
            ),
        ]

    class Privacy:
        internal = {
            "rating",
            "item_code",
            "agency",
            "place_path",
            "state",
            "kind",
            "round",
            "due_on",
            "provisional",
            "opened_at",
            "contacted_on",
            "repair_due_on",
            "answered_on",
            "outcome",
            "ended_at",
        }


class RemedyEntry(Record):
    """One move of a rectification with what was said at it. An agency appeals once."""

    remedy = models.ForeignKey(RatingRemedy, on_delete=models.PROTECT, related_name="entries")
    verb = models.CharField(max_length=12)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    words = EncryptedTextField(null=True)
    evidence = EncryptedTextField(null=True)
    ground = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=[v.value for v in _V]), name="remedy_entry_verb"),
            models.CheckConstraint(
                condition=Q(verb=_V.APPEAL, ground__in=[g.value for g in AppealGround])
                | (~Q(verb=_V.APPEAL) & Q(ground="")),
                name="remedy_entry_ground",
            ),
            models.UniqueConstraint(
                fields=["remedy"], condition=Q(verb=_V.APPEAL), name="remedy_appealed_once"
            ),
        ]

    class Privacy:
        internal = {"remedy", "verb", "by_id", "at", "ground"}
        sensitive = {"words", "evidence"}
