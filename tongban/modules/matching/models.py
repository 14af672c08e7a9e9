"""The book in force, posts, matches, saved searches, and weights that were learned."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.modules.matching.states import (
    WITH_CONTACT,
    FailReason,
    MatchState,
    PostSide,
    PostState,
    WeightState,
)


class MatchingBook(Record):
    """What the pack said of kinds and terms when it was loaded; the newest is in force."""

    digest = models.CharField(max_length=64)
    data = models.JSONField()
    loaded_at = models.DateTimeField()

    class Privacy:
        public = {"digest", "data", "loaded_at"}


class Post(Record):
    """An offer or a need. `subject_id` is the enterprise whose it is; none for one that an office posts for itself."""

    kind = models.CharField(max_length=40)
    side = models.CharField(max_length=5)
    group = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    title = models.CharField(max_length=40)
    text = models.CharField(max_length=600)
    words = models.TextField()  # segmented, for the likeness of texts
    attributes = models.JSONField()
    industry = models.CharField(max_length=4, blank=True, default="")
    place = models.CharField(max_length=20)  # the town that it is about
    place_path = models.CharField(max_length=80)
    day = models.DateField(null=True)
    state = models.CharField(max_length=10, default=PostState.DRAFT)
    subject_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=60)  # which office looks at it
    by_office = models.BooleanField(default=False)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    submitted_by = models.UUIDField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    contact_name = EncryptedTextField()
    contact_phone = EncryptedTextField()
    agreed = models.PositiveIntegerField(default=0)  # how many of its matches came to an agreement
    ended = models.PositiveIntegerField(default=0)  # how many came to an end after contact

    class Meta:
        indexes = [
            # The candidates of a match: those of the other side in the group, the newest first.
            models.Index(
                fields=["group", "side", "-published_at"],
                condition=Q(state=PostState.PUBLISHED),
                name="post_candidates",
            ),
            models.Index(
                fields=["-published_at", "-id"], condition=Q(state=PostState.PUBLISHED), name="post_market"
            ),
            models.Index(fields=["subject_id", "-made_at"], name="post_own"),
            models.Index(
                fields=["agency", "submitted_at"], condition=Q(state=PostState.WAITING), name="post_waiting"
            ),
            models.Index(fields=["expires_on"], condition=Q(state=PostState.PUBLISHED), name="post_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=[s.value for s in PostSide]), name="post_side"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in PostState]), name="post_state"),
            models.CheckConstraint(
                condition=~Q(state=PostState.PUBLISHED)
                | Q(published_at__isnull=False, expires_on__isnull=False, decided_by__isnull=False),
                name="post_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(subject_id__isnull=False) | Q(by_office=True), name="post_has_owner"
            ),
            # Maker is never checker: who wrote or submitted a post does not publish it.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("made_by")),
                name="post_decided_by_another",
            ),
            models.CheckConstraint(condition=Q(agreed__lte=F("ended")), name="post_agreed_of_ended"),
        ]

    class Privacy:
        public = {
            "kind",
            "side",
            "group",
            "category",
            "title",
            "text",
            "words",
            "attributes",
            "industry",
            "place",
            "place_path",
            "day",
            "owner_name",
            "published_at",
            "expires_on",
        }
        internal = {
            "state",
            "subject_id",
            "agency",
            "by_office",
            "made_by",
            "made_at",
            "submitted_by",
            "submitted_at",
            "decided_by",
            "reason",
            "agreed",
            "ended",
        }
        sensitive = {"contact_name", "contact_phone"}


class Match(Record):
    """A need and an offer that were found to fit: the score with its parts as it was reckoned, who wants it, how it ended."""

    need = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    parts = models.JSONField()  # by name of the part: from 0 to 1, null where nothing is known
    version = models.PositiveIntegerField()  # of the weights
    state = models.CharField(max_length=10, default=MatchState.PROPOSED)
    made_at = models.DateTimeField()
    need_by = models.UUIDField(null=True)
    need_at = models.DateTimeField(null=True)
    offer_by = models.UUIDField(null=True)
    offer_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    amount_fen = models.BigIntegerField(null=True)
    fail_reason = models.CharField(max_length=12, blank=True, default="")
    outcome = EncryptedTextField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["need", "-score"], name="match_need"),
            models.Index(fields=["offer", "-score"], name="match_offer"),
            models.Index(fields=["state", "-ended_at"], name="match_ended"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["need", "offer"], name="match_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in MatchState]), name="match_state"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="match_score"),
            models.CheckConstraint(
                condition=~Q(state__in=[s.value for s in WITH_CONTACT])
                | Q(need_at__isnull=False, offer_at__isnull=False),
                name="match_released_by_both",
            ),
            models.CheckConstraint(
                condition=Q(need_at__isnull=True, need_by__isnull=True)
                | Q(need_at__isnull=False, need_by__isnull=False),
                name="match_need_pair",
            ),
            models.CheckConstraint(
                condition=Q(offer_at__isnull=True, offer_by__isnull=True)
                | Q(offer_at__isnull=False, offer_by__isnull=False),
                name="match_offer_pair",
            ),
            models.CheckConstraint(
                condition=Q(fail_reason="") | Q(fail_reason__in=[r.value for r in FailReason]),
                name="match_fail_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=MatchState.FAILED) | ~Q(fail_reason=""), name="match_failed_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(state=MatchState.AGREED, amount_fen__gte=0),
                name="match_amount_of_agreed",
            ),
        ]

    class Privacy:
        internal = {
            "need",
            "offer",
            "score",
            "parts",
            "version",
            "state",
            "made_at",
            "need_by",
            "need_at",
            "offer_by",
            "offer_at",
            "ended_by",
            "ended_at",
            "amount_fen",
            "fail_reason",
        }
        sensitive = {"outcome"}


class MarketSearch(Record):
    """A search that somebody saved: they are told of new posts that it finds."""

    account_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    side = models.CharField(max_length=5)
    category = models.CharField(max_length=40, blank=True, default="")
    place = models.CharField(max_length=20, blank=True, default="")
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "side"], name="market_search_found")]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "kind", "side", "category", "place"], name="market_search_once"
            ),
            models.CheckConstraint(
                condition=Q(side__in=[s.value for s in PostSide]), name="market_search_side"
            ),
        ]

    class Privacy:
        internal = {"account_id", "kind", "side", "category", "place", "saved_at"}


class MatchWeights(Record):
    """Weights learned from outcomes: proposed by one person, published by another. Version 0 is the pack's."""

    version = models.PositiveIntegerField(unique=True)
    weights = models.JSONField()
    report = models.JSONField()
    state = models.CharField(max_length=10, default=WeightState.PROPOSED)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in WeightState]), name="match_weights_state"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=WeightState.PROPOSED), name="match_weights_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(state=WeightState.PROPOSED, decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state=WeightState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="match_weights_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=WeightState.PUBLISHED) | ~Q(decided_by=F("made_by")),
                name="match_weights_by_another",
            ),
        ]

    class Privacy:
        internal = {"version", "weights", "report", "state", "made_by", "made_at", "decided_by", "decided_at"}
