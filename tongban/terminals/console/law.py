"""The law's table of a case, as the program runs on it: a picture, every verb, who may use which."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.kernel.access.states import Permission
from tongban.kernel.cases.states import (
    CLOCK_NAMES,
    STATE_NAMES,
    TRANSITIONS,
    VERB_NAMES,
    WHO_NAMES,
    CaseState,
    Verb,
    Who,
)
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import graph
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

# The ways that lead back or out from almost anywhere would hide the course; the table below has them.
_APART = {Verb.WITHDRAW, Verb.TERMINATE, Verb.LAPSE, Verb.RESUBMIT, Verb.RESUME, Verb.HOLD_HEARING}


@dataclass(frozen=True)
class Row:
    """One verb in words; `who` has a mark for each kind of person in the order of the heading."""

    verb: str
    sources: str
    target: str
    clock: str
    letter: str
    basis: str
    code: str
    who: tuple[bool, ...]


def _said(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def _picture() -> graph.Picture:
    before: dict[CaseState, list[str]] = {state: [] for state in CaseState if state != CaseState.DRAFT}
    for row in TRANSITIONS.values():
        if row.target is not None and row.verb not in _APART:
            sources = [s for s in CaseState if s in row.sources and s not in (row.target, CaseState.DRAFT)]
            before[row.target] += [s for s in sources if s not in before[row.target]]
    shown = {state: after for state, after in before.items() if after or state == CaseState.SUBMITTED}
    nodes = [graph.Node(state, _said(STATE_NAMES[state]), "", tuple(after)) for state, after in shown.items()]
    return graph.picture(nodes, _said(STATE_NAMES[CaseState.DRAFT]), _("归档"))


@staff(Permission.CONSOLE_VIEW)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """States, verbs, clocks, letters and rights in one place."""
    letters = catalogue.snapshot().documents.get(DocumentKind.LETTER, {})
    rows = [
        Row(
            verb=_said(VERB_NAMES[row.verb]),
            sources=texts.listed(_said(STATE_NAMES[state]) for state in CaseState if state in row.sources),
            target=_said(STATE_NAMES[row.target]) if row.target else _("不变"),
            clock=_said(CLOCK_NAMES[row.clock]),
            letter=texts.local(letters[row.letter]["name"]) if row.letter in letters else "—",
            basis=row.basis or "—",
            code=row.closing_code or "—",
            who=tuple(who in row.who for who in Who),
        )
        for row in TRANSITIONS.values()
    ]
    context = {"picture": _picture(), "rows": rows, "people": [_said(WHO_NAMES[who]) for who in Who]}
    return render(request, "console/law.html", context)
