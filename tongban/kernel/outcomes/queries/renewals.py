"""Reads of renewals: which licence a case renews, what expires while nobody decides."""

import uuid
from datetime import date, timedelta

from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import EXAMINED_STATES, OPEN_STATES
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.deadlines.calc import LEGAL_LIMITS, Legal
from tongban.kernel.outcomes.models import Renewal


def renewal_of(case: Case) -> Renewal | None:
    """The renewal that a case is; no query for a case of an item that renews nothing."""
    if "renewal" not in cases.version_of(case).definition.data:
        return None
    return Renewal.objects.filter(case=case).select_related("credential").first()


def to_renew(case: Case, today: date) -> Credential | None:
    """The licence that a case asks to renew: the one whose number it names, else the one that expires first."""
    definition = cases.version_of(case).definition
    data = definition.data["renewal"]
    number = str(case.answers.get(data.get("number", ""), "") or "")
    held = credentials.valid_of(cases.case_subject(case), data["credential"], today)
    named = [one for one in held if one.number == number]
    found = named if number else held
    return next((one for one in found if not credentials.replaced(one)), None)


def ask_by(case: Case, expires_on: date) -> date:
    """Until when the renewal of a licence must be asked for: 30 days before (article 50), or what another law says."""
    own = cases.version_of(case).definition.data["renewal"].get("apply_before")
    days = own["days"] if own else LEGAL_LIMITS[Legal.RENEWAL].limit.value
    return expires_on - timedelta(days=days)


def to_warn_of(day: date) -> list[uuid.UUID]:
    """Renewals asked for in time whose licence expires soon, and of which the office was not warned yet."""
    rows = Renewal.objects.filter(
        in_time=True, alert_on__lte=day, alerted_at__isnull=True, case__state__in=OPEN_STATES
    )
    return list(rows.order_by("expires_on", "id").values_list("pk", flat=True))


def expired(day: date) -> list[uuid.UUID]:
    """Renewals asked for in time whose licence expired before this day without a decision."""
    rows = Renewal.objects.filter(
        in_time=True, expires_on__lt=day, deemed_at__isnull=True, case__state__in=EXAMINED_STATES
    )
    return list(rows.order_by("expires_on", "id").values_list("pk", flat=True))


def expiries(case_ids: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    """When the licences expire that these cases renew."""
    return dict(Renewal.objects.filter(case_id__in=case_ids).values_list("case_id", "expires_on"))
