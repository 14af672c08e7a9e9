"""Peers, what we tell them, what they tell us, what both counted, and what somebody has to look at."""

from django.db import models
from django.db.models import Q

from tongban.kernel.exchange.states import (
    RECEIPTED,
    InState,
    OutState,
    Side,
    TicketKind,
)
from tongban.kernel.records.models import Record


class Peer(Record):
    """Another platform, and the code under which it knows us. The pack says who; what happens to the line is kept here."""

    code = models.CharField(max_length=20, unique=True)
    me = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    url = models.CharField(
        max_length=200, blank=True, default=""
    )  # empty: nobody to send to yet, records wait
    public_key = models.CharField(max_length=60, blank=True, default="")
    late_hours = models.PositiveIntegerField()
    valid_days = models.PositiveIntegerField()
    clock_seconds = models.PositiveIntegerField()
    basis = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)  # in a row
    paused_until = models.DateTimeField(null=True)
    last_answer_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Privacy:
        public = {"id", "code", "me", "name_zh", "name_en", "public_key"}
        internal = {
            "url",
            "late_hours",
            "valid_days",
            "clock_seconds",
            "basis",
            "failures",
            "paused_until",
            "last_answer_at",
            "last_heard_at",
            "last_error",
        }


class OutRecord(Record):
    """One record for one peer, with its signed envelope and the peer's signed receipt.

    `key` is said once, whoever says it how often; `stream` and `seq` keep the order of what is said of one thing.
    Sent again after a refusal it is a new message; `earlier` keeps the messages and receipts before it.
    """

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    message_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=240)
    stream = models.CharField(max_length=160)
    seq = models.PositiveIntegerField()
    item = models.CharField(max_length=60, blank=True, default="")
    fen = models.BigIntegerField(default=0)
    day = models.DateField()
    envelope = models.TextField()
    signature = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default=OutState.WAITING)
    reason = models.CharField(max_length=200, blank=True, default="")
    receipt = models.TextField(blank=True, default="")
    verdict = models.CharField(
        max_length=80, blank=True, default=""
    )  # the peer's, which may come before its receipt
    earlier = models.JSONField(default=list)
    tries = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    put_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["peer", "id"],
                condition=Q(state__in=[OutState.WAITING, OutState.UNKNOWN]),
                name="out_unsent",
            ),
            models.Index(fields=["peer", "day"], name="out_day"),
            models.Index(fields=["peer", "state", "-id"], name="out_list"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["peer", "key"], name="out_once"),
            models.UniqueConstraint(fields=["peer", "stream", "seq"], name="out_in_order"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in OutState]), name="out_state"),
            # Nothing counts as sent, taken or refused without the peer's signed word.
            models.CheckConstraint(
                condition=Q(state__in=RECEIPTED) & ~Q(receipt="")
                | ~Q(state__in=RECEIPTED) & Q(receipt="", settled_at__isnull=True),
                name="out_receipted",
            ),
        ]

    class Privacy:
        internal = {
            "peer",
            "message_id",
            "kind",
            "key",
            "stream",
            "seq",
            "item",
            "fen",
            "day",
            "envelope",
            "signature",
            "digest",
            "state",
            "reason",
            "receipt",
            "verdict",
            "earlier",
            "tries",
            "lease_until",
            "put_at",
            "sent_at",
            "settled_at",
        }


class InMessage(Record):
    """One message of a peer as it came, and the one signed answer to it, for every time that it comes again."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    message_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    stream = models.CharField(max_length=160)
    seq = models.PositiveIntegerField()
    item = models.CharField(max_length=60, blank=True, default="")
    fen = models.BigIntegerField(default=0)
    day = models.DateField()
    envelope = models.TextField()
    signature = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=60, blank=True, default="")
    receipt = models.TextField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["peer", "day"], name="in_day"),
            models.Index(fields=["peer", "-id"], name="in_list"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["peer", "message_id"], name="in_once"),
            models.UniqueConstraint(fields=["peer", "stream", "seq"], name="in_in_order"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in InState]), name="in_state"),
            models.CheckConstraint(
                condition=Q(state=InState.PARKED, settled_at__isnull=True)
                | ~Q(state=InState.PARKED) & Q(settled_at__isnull=False),
                name="in_settled",
            ),
            models.CheckConstraint(condition=~Q(receipt=""), name="in_answered"),
        ]

    class Privacy:
        internal = {
            "peer",
            "message_id",
            "kind",
            "stream",
            "seq",
            "item",
            "fen",
            "day",
            "envelope",
            "signature",
            "digest",
            "state",
            "reason",
            "receipt",
            "received_at",
            "settled_at",
        }


class Course(Record):
    """How far a stream of a peer has been settled, without a gap."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    stream = models.CharField(max_length=160)
    done = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "stream"], name="course_once")]

    class Privacy:
        internal = {"peer", "stream", "done"}


class Holding(Record):
    """The last word of a peer about one thing: an item, an award. The effect of its messages."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=240)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=60)
    fen = models.BigIntegerField(default=0)
    said = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=0)  # how many messages have had their effect
    message_id = models.UUIDField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["peer", "kind", "-changed_at"], name="holding_list")]
        constraints = [models.UniqueConstraint(fields=["peer", "key"], name="holding_once")]

    class Privacy:
        internal = {"peer", "key", "kind", "item", "fen", "said", "times", "message_id", "changed_at"}


class DayTotal(Record):
    """One kind of message about one item on one day, as we count it and as the peer does."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    side = models.CharField(max_length=8)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=60, blank=True, default="")
    our_records = models.PositiveIntegerField(default=0)
    our_fen = models.BigIntegerField(default=0)
    our_digest = models.CharField(max_length=64, blank=True, default="")
    their_records = models.PositiveIntegerField(default=0)
    their_fen = models.BigIntegerField(default=0)
    their_digest = models.CharField(max_length=64, blank=True, default="")
    agreed = models.BooleanField()
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "day", "side", "kind", "item"], name="day_total_once"),
            models.CheckConstraint(condition=Q(side__in=[s.value for s in Side]), name="day_total_side"),
            models.CheckConstraint(
                condition=Q(agreed=False)
                | Q(
                    our_records=models.F("their_records"),
                    our_fen=models.F("their_fen"),
                    our_digest=models.F("their_digest"),
                ),
                name="day_total_agreed",
            ),
        ]

    class Privacy:
        internal = {
            "peer",
            "day",
            "side",
            "kind",
            "item",
            "our_records",
            "our_fen",
            "our_digest",
            "their_records",
            "their_fen",
            "their_digest",
            "agreed",
            "compared_at",
        }


class Ticket(Record):
    """Something that does not agree and that somebody has to look at; one open ticket for one thing."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=200)
    day = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)  # empty for one that went away by itself
    closing = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["peer", "closed_at", "-id"], name="ticket_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["peer", "kind", "about"], condition=Q(closed_at__isnull=True), name="ticket_open_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in TicketKind]), name="ticket_kind"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(closed_at__isnull=False) & ~Q(closing=""),
                name="ticket_closed",
            ),
        ]

    class Privacy:
        internal = {"peer", "kind", "about", "day", "opened_at", "closed_at", "closed_by", "closing"}
