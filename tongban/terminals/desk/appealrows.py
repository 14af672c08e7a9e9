"""An appeal as a row of the desk's lists."""

from typing import Any

from django.urls import reverse

from tongban.foundation import time
from tongban.kernel.deadlines import queries as deadlines
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui.texts import _


def days() -> tuple[Any, Any]:
    """Today and the next working day."""
    today = time.today()
    return today, deadlines.calendar().add_workdays(today, 1).date


def row_of(one: Any, named: words.Names, today: Any, soon: Any) -> dict[str, Any]:
    """An appeal as a row."""
    state, tone = words.state(one)
    return {
        "url": reverse("desk-appeal", args=[one.pk]),
        "number": one.number,
        "title": one.title,
        "firm": one.organisation,
        "category": named.category(one.category),
        "office": named.office(one.agency) if one.agency else _("待分派"),
        "state": state,
        "tone": tone,
        "light": words.light(one, today, soon),
        "urgent": one.urgent,
        "key": one.key_firm,
        "secret": one.confidential,
        "level": one.level,
        "above": bool(one.above and one.owner),
        "filed_at": one.filed_at,
    }
