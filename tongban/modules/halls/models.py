"""Papers and the bags in which they travel from the receiving hall to the handling one."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.access.states import Permission
from tongban.kernel.records.models import EncryptedTextField, Record
from tongban.kernel.records.rules import behind, granted, through, within
from tongban.modules.halls.states import CHECKED, Condition, PaperState

_SENT_TO = through("bag_id", "halls_bag", granted(Permission.CASE_RECEIVE, place="to_path"))


class Bag(Record):
    """A sealed bag with its hand-over list (物料交接单): both ends, by whom, how many, how it looked, when."""

    number = models.CharField(max_length=60, unique=True)
    from_hall = models.CharField(max_length=40)
    to_hall = models.CharField(max_length=40)
    from_path = models.CharField(max_length=80)
    to_path = models.CharField(max_length=80)
    agency = models.CharField(max_length=60, blank=True, default="")  # the only one whose papers are in it
    item_code = models.CharField(max_length=60, blank=True, default="")
    count = models.PositiveSmallIntegerField()
    carrier = models.CharField(max_length=60)
    waybill = models.CharField(max_length=60, blank=True, default="")
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    sent_condition = models.CharField(max_length=8)
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)
    received_condition = models.CharField(max_length=8, blank=True, default="")
    remarks = EncryptedTextField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(received_at__isnull=True), name="bag_travelling"),
            models.Index(fields=["from_path", "-id"], name="bag_from"),
            models.Index(fields=["to_path", "-id"], name="bag_to"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(from_hall=F("to_hall")), name="bag_goes_somewhere"),
            models.CheckConstraint(condition=Q(count__gte=1), name="bag_not_empty"),
            models.CheckConstraint(
                condition=Q(sent_condition__in=[c.value for c in Condition]), name="bag_sent_condition"
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True, received_condition="")
                | Q(
                    received_at__isnull=False,
                    received_by__isnull=False,
                    received_condition__in=[c.value for c in Condition],
                ),
                name="bag_received",
            ),
        ]

    class Privacy:
        internal = {
            "number",
            "from_hall",
            "to_hall",
            "from_path",
            "to_path",
            "agency",
            "item_code",
            "count",
            "carrier",
            "waybill",
            "sent_at",
            "sent_by",
            "sent_condition",
            "received_at",
            "received_by",
            "received_condition",
        }
        sensitive = {"remarks"}


class Paper(Record):
    """A paper that a window took: what it is, how many sheets, and where it is now."""

    case_id = models.UUIDField(db_index=True)
    hall = models.CharField(max_length=40)
    place_path = models.CharField(max_length=80)
    agency = models.CharField(max_length=60)
    item_code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    count = models.PositiveSmallIntegerField()
    original = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default=PaperState.HELD)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, null=True, related_name="papers")
    noted_at = models.DateTimeField()
    noted_by = models.UUIDField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_path", "id"], condition=Q(state="held"), name="paper_held"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in PaperState]), name="paper_state"),
            models.CheckConstraint(
                condition=Q(state=PaperState.HELD, bag__isnull=True)
                | ~Q(state=PaperState.HELD) & Q(bag__isnull=False),
                name="paper_travels_in_a_bag",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CHECKED, checked_at__isnull=False)
                | ~Q(state__in=CHECKED) & Q(checked_at__isnull=True),
                name="paper_checked",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case"), granted(Permission.CASE_RECEIVE), _SENT_TO]
        opens = {
            # The hall that a bag is sent to sees of which cases the papers are; both ends see its list.
            "cases.Case": [behind("halls_paper", "case_id", _SENT_TO)],
            "documents.Letter": [
                through("about_id", "halls_bag", granted(Permission.CASE_RECEIVE, place="from_path")),
                through("about_id", "halls_bag", granted(Permission.CASE_RECEIVE, place="to_path")),
            ],
        }

    class Privacy:
        internal = {
            "case_id",
            "hall",
            "place_path",
            "agency",
            "item_code",
            "name",
            "count",
            "original",
            "state",
            "bag",
            "noted_at",
            "noted_by",
            "checked_at",
        }
