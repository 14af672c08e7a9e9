"""Which licence a case renews."""

from django.db import models
from django.db.models import Q

from tongban.kernel.cases.models import Case
from tongban.kernel.credentials.models import Credential
from tongban.kernel.records.models import Record


class Renewal(Record):
    """A case that renews a licence; asked for in time, silence until the expiry renews it (article 50)."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="renewal")
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="renewals")
    expires_on = models.DateField()  # the last day on which the licence is valid
    ask_by = models.DateField()
    in_time = models.BooleanField()
    alert_on = models.DateField()
    alerted_at = models.DateTimeField(null=True)
    deemed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_on"],
                name="renewal_guard",
                condition=Q(in_time=True, deemed_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deemed_at__isnull=True) | Q(in_time=True), name="renewal_deemed_in_time"
            ),
            models.CheckConstraint(
                condition=Q(alert_on__lte=models.F("expires_on")), name="renewal_alert_before_expiry"
            ),
        ]

    class Privacy:
        internal = {
            "case",
            "credential",
            "expires_on",
            "ask_by",
            "in_time",
            "alert_on",
            "alerted_at",
            "deemed_at",
        }
