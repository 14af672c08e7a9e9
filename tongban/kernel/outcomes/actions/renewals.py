"""Writes about renewals: note what is renewed, warn the office, let the law decide where nobody did (article 50)."""

import uuid
from datetime import date, timedelta

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import OPEN_STATES
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import actions as events
from tongban.kernel.outcomes import queries, states
from tongban.kernel.outcomes.models import Renewal
from tongban.kernel.records.actions import action


@action
def note_renewal(*, case_id: uuid.UUID) -> Renewal | None:
    """Fix which licence a submitted case renews and by when it must be decided; None where there is none to renew.

    A second call finds the row. Whether it came in time goes by the day of submission.
    """
    case = case_queries.case(case_id)
    data = case_queries.version_of(case).definition.data.get("renewal")
    if data is None or case.submitted_at is None:
        return None
    row = queries.renewal_of(case)
    if row is not None:
        return row
    asked = case.submitted_at.astimezone(time.SHANGHAI).date()
    credential = queries.to_renew(case, asked)
    if credential is None:
        return None
    expires_on = credential.valid_until
    last = queries.ask_by(case, expires_on)
    row = Renewal(
        case=case,
        credential=credential,
        expires_on=expires_on,
        ask_by=last,
        in_time=asked <= last,
        alert_on=_alert_on(expires_on, data["alert"]["workdays"]),
    )
    row.save(force_insert=True)
    payload = {"expires_on": expires_on.isoformat(), "in_time": row.in_time}
    events.record(name=states.RENEWAL_NOTED, about=case, by=SYSTEM, payload=payload)
    return row


def _alert_on(expires_on: date, workdays: int) -> date:
    """The working day that leaves so many working days until the expiry."""
    days = deadlines.calendar()
    if days.first_day <= expires_on <= days.last_day:
        return days.at(days.position(expires_on) - workdays)
    return expires_on - timedelta(days=workdays * 2)  # years ahead no calendar is known; early enough it is


@action
def warn(*, renewal_id: uuid.UUID) -> Renewal:
    """Say that a licence expires soon whose renewal nobody has decided. A second call says nothing."""
    row = Renewal.objects.select_for_update().select_related("case").get(pk=renewal_id)
    if row.alerted_at is None and row.case.state in OPEN_STATES:
        row.alerted_at = time.now()
        row.save(update_fields=["alerted_at"])
        payload = {"expires_on": row.expires_on.isoformat()}
        events.record(name=states.RENEWAL_ALERTED, about=row.case, by=SYSTEM, payload=payload)
    return row


@action
def deem(*, renewal_id: uuid.UUID) -> Case:
    """Renew by the law what was asked for in time and not decided before the expiry; else change nothing."""
    row = Renewal.objects.select_for_update().get(pk=renewal_id)
    if not row.in_time or row.deemed_at is not None or time.today() <= row.expires_on:
        return case_queries.case(row.case_id)
    case = cases.deem_renewed(case_id=row.case_id)
    if case.decided_at is not None and case.decided_by is None:
        row.deemed_at = time.now()
        row.save(update_fields=["deemed_at"])
    return case
