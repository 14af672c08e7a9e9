"""Cases as rows of the queue."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from tongban.foundation.ids import mask_name
from tongban.foundation.time import SHANGHAI
from tongban.kernel.cases import queries
from tongban.kernel.catalogue.calc import Definition
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import WorkCalendar
from tongban.kernel.parties import queries as parties
from tongban.terminals.desk import words
from tongban.terminals.ui import parts
from tongban.terminals.ui.addresses import address
from tongban.terminals.ui.texts import _


def queue_rows(cases: Sequence[Any], today: date) -> list[parts.QueueRow]:
    """The rows of the table. Two queries however many cases there are, when they carry their steps and supplement."""
    calendar = deadlines.calendar()
    names = parties.account_names([case.account_id for case in cases])
    return [_row(case, names, today, calendar) for case in cases]


def _row(case: Any, names: dict[uuid.UUID, str], today: date, calendar: WorkCalendar) -> parts.QueueRow:
    definition = queries.version_of(case).definition
    step, tone = words.turn(case, definition, sorted(case.steps.all(), key=lambda step: step.order))
    return parts.QueueRow(
        number=case.short_no,
        item=words.of(definition.name),
        url=address("desk-case", case.pk),
        light=words.light(case, today, calendar),
        applicant=words.applicant(case),
        agent=mask_name(names.get(case.account_id, "")) if case.organisation_id else "",
        step=step,
        step_tone=tone,
        marks=marks(case, definition),
        received=f"{case.submitted_at.astimezone(SHANGHAI):%m-%d}",
        preview_url=address("desk-preview", case.pk),
    )


def marks(case: Any, definition: Definition) -> list[str]:
    """What an officer should notice at a glance."""
    found = []
    if definition.instant:
        found.append(_("即办"))
    if case.signed:
        found.append(_("承诺"))
    if hasattr(case, "supplement"):
        found.append(_("补正"))
    if case.provisional:
        found.append(_("暂定"))
    return found
