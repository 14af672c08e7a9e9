"""Which step of which case opened which other case, and what became of it."""

from django.db import models
from django.db.models import Q

from tongban.kernel.bundles.states import ChildOutcome
from tongban.kernel.cases.models import OFFICERS, Case
from tongban.kernel.records.models import Record
from tongban.kernel.records.rules import behind, through, within


class ChildCase(Record):
    """A case that a step of another one opened. `child` is empty once its draft was thrown away."""

    parent = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="children")
    step = models.CharField(max_length=60)
    child = models.OneToOneField(Case, on_delete=models.SET_NULL, null=True, related_name="child_of")
    item_code = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, default=ChildOutcome.OPEN)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "step"], name="child_once_per_step"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in ChildOutcome]), name="child_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome=ChildOutcome.OPEN, ended_at__isnull=True)
                | ~Q(outcome=ChildOutcome.OPEN) & Q(ended_at__isnull=False),
                name="child_ended_at",
            ),
        ]

    class Rows:
        seen = [within("parent_id", "cases_case"), within("child_id", "cases_case")]
        # The officers of either look at how the other one stands.
        opens = {
            Case: [
                behind("bundles_childcase", "child_id", through("parent_id", "cases_case", OFFICERS)),
                behind("bundles_childcase", "parent_id", through("child_id", "cases_case", OFFICERS)),
            ]
        }

    class Privacy:
        internal = {"parent", "step", "child", "item_code", "outcome", "opened_at", "ended_at"}
