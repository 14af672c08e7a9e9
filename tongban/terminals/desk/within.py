"""The cases of which a case consists, as its officer sees them: state and result; who handles one opens it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tongban.foundation.money import format_yuan
from tongban.kernel.access.calc import Actor
from tongban.kernel.bundles import queries as bundles
from tongban.kernel.bundles.queries import Part
from tongban.kernel.bundles.states import OUTCOME_NAMES, ChildOutcome
from tongban.kernel.cases import queries
from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.outcomes import queries as outcomes
from tongban.kernel.outcomes.states import PAYMENT_NAMES, PaymentState
from tongban.terminals.desk import words
from tongban.terminals.desk.opened import Opened
from tongban.terminals.ui import parts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

_TONES: dict[ChildOutcome, parts.Tone] = {
    ChildOutcome.OPEN: "blue",
    ChildOutcome.GRANTED: "green",
    ChildOutcome.DENIED: "red",
    ChildOutcome.WITHDRAWN: "line",
}


@dataclass(frozen=True)
class Line:
    """One of the cases within a case, or the one around it."""

    name: str
    number: str
    state: str
    tone: parts.Tone
    due: str = ""
    url: str = ""


def context(opened: Opened, actor: Actor) -> dict[str, Any]:
    """What the page of a case says of the cases within it and around it, and of the licence that it renews."""
    found, parent = bundles.children_of(opened.case), bundles.parent_of(opened.case)
    ids = [part.case.pk for part in found if part.case is not None]
    ids += [parent.pk] if parent is not None else []
    seen = set(queries.desk(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    around = None
    if parent is not None:
        around = Line(
            parent.item_name,
            parent.short_no or "",
            words.state_name(parent.state),
            "line",
            url=_url(parent.pk, seen),
        )
    renewal = outcomes.renewal_of(opened.case)
    undecided = renewal is not None and opened.case.state in OPEN_STATES
    return {
        "within": [_line(part, seen) for part in found],
        "around": around,
        "renewal": renewal if undecided else None,
        "payment": _payment(opened),
    }


def _payment(opened: Opened) -> dict[str, Any] | None:
    """The fee of the case and whether it was paid; officers never take it."""
    row = outcomes.payment_of(opened.case)
    if row is None:
        return None
    amount = _("{amount} 元", amount=format_yuan(row.amount_fen))
    return {"row": row, "amount": amount, "state": words.pick(PAYMENT_NAMES[PaymentState(row.state)])}


def _url(case_id: uuid.UUID, seen: set[uuid.UUID]) -> str:
    return reverse("desk-case", args=[case_id]) if case_id in seen else ""


def _line(part: Part, seen: set[uuid.UUID]) -> Line:
    name = words.of(part.item)
    if part.outcome is None:
        return Line(name, "", _("还没有开始"), "line")
    child, said = part.case, words.pick(OUTCOME_NAMES[part.outcome])
    if child is None:
        return Line(name, "", said, _TONES[part.outcome])
    if child.state == CaseState.DRAFT:
        return Line(name, "", _("等申请人补充后提交"), "amber")
    state = words.state_name(child.state) if part.outcome == ChildOutcome.OPEN else said
    due = (
        _("到期 {day}", day=cndate(child.due_on))
        if part.outcome == ChildOutcome.OPEN and child.due_on
        else ""
    )
    return Line(name, child.short_no or "", state, _TONES[part.outcome], due, _url(child.pk, seen))
