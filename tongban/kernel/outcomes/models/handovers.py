"""How a result on paper reaches the applicant (送达, articles 44 and 38)."""

from django.db import models
from django.db.models import Q

from tongban.kernel.access.states import Permission
from tongban.kernel.cases.models import Case
from tongban.kernel.outcomes.states import HandoverState, Identity, Way
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import behind, granted, within


class Handover(Record):
    """The applicant wants the result on paper: which way, where it is now, who received it and when (送达回证)."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="handover")
    way = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=HandoverState.CHOSEN)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(
        max_length=80
    )  # of the counter where it lies, or of the office that posts it
    item_code = models.CharField(max_length=60)
    hall = models.CharField(max_length=40, blank=True, default="")
    recipient = EncryptedTextField()
    phone = EncryptedTextField()
    address = EncryptedTextField(null=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.UUIDField()
    ready_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = EncryptedTextField(null=True)  # the name of who took it
    relation = models.CharField(max_length=8, blank=True, default="")  # self or agent
    identity = models.CharField(max_length=12, blank=True, default="")
    handed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "place_path", "state"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "varchar_ops"],
                name="handover_list",
                condition=Q(state__in=["ready", "returned", "sending", "sent"]),
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=[w.value for w in Way]), name="handover_way"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in HandoverState]), name="handover_state"
            ),
            models.CheckConstraint(
                condition=Q(state=HandoverState.RECEIVED, received_at__isnull=False)
                | ~Q(state=HandoverState.RECEIVED) & Q(received_at__isnull=True),
                name="handover_received_at",
            ),
            # What was handed out over a counter says who handed it out and how identity was checked.
            models.CheckConstraint(
                condition=~Q(state=HandoverState.RECEIVED, way=Way.COLLECT)
                | Q(handed_by__isnull=False) & Q(identity__in=[i.value for i in Identity]),
                name="handover_receipt",
            ),
            models.CheckConstraint(
                condition=Q(way=Way.COLLECT) & ~Q(hall="") | Q(way=Way.POST, address__isnull=False),
                name="handover_where",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case"), granted(Permission.CASE_ACCEPT)]
        opens = {Case: [behind("outcomes_handover", "case_id", granted(Permission.CASE_ACCEPT))]}

    class Privacy:
        internal = {
            "case",
            "way",
            "state",
            "agency",
            "place_path",
            "item_code",
            "hall",
            "chosen_at",
            "chosen_by",
            "ready_at",
            "received_at",
            "relation",
            "identity",
            "handed_by",
        }
        sensitive = {"recipient", "phone", "address", "received_by"}


class Parcel(Record):
    """One try to post a result: by whom, under which number, and how it ended."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="parcels")
    courier = models.CharField(max_length=40)
    waybill = models.CharField(max_length=60, blank=True, default="")
    ordered_at = models.DateTimeField()
    ordered_by = models.UUIDField()
    sent_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    track = models.JSONField(default=list)  # [{at, text_zh, text_en}] as the courier tells it
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["courier", "waybill"], condition=~Q(waybill=""), name="parcel_waybill_once"
            ),
            models.UniqueConstraint(
                fields=["handover"], condition=Q(ended_at__isnull=True), name="parcel_one_on_its_way"
            ),
        ]

    class Privacy:
        internal = {
            "handover",
            "courier",
            "waybill",
            "ordered_at",
            "ordered_by",
            "sent_at",
            "looked_at",
            "track",
            "ended_at",
            "failure",
        }
