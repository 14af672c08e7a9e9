"""The cases of which a case consists, and the one to which it belongs, as the applicant sees them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse

from tongban.kernel.access.calc import Actor
from tongban.kernel.bundles import queries as bundles
from tongban.kernel.bundles.queries import Part
from tongban.kernel.bundles.states import OUTCOME_NAMES, ChildOutcome
from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.deadlines import queries as deadlines
from tongban.terminals.portal import progress, words
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.texts import _

_TONES: dict[ChildOutcome, parts.Tone] = {
    ChildOutcome.OPEN: "blue",
    ChildOutcome.GRANTED: "green",
    ChildOutcome.DENIED: "red",
    ChildOutcome.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Line:
    """One of the cases within a case. `todo`: the applicant has to complete it."""

    name: str
    state: str
    tone: parts.Tone
    number: str = ""
    url: str = ""
    light: parts.Light | None = None
    todo: bool = False
    due: date | None = None
    result: parts.Link | None = None
    after: str = ""
    depth: int = 0  # how many others in a row have to be done before: the picture of the whole


def of_case(case: Any, today: date, actor: Actor) -> dict[str, Any]:
    """What the page of a case says of the cases within it and around it."""
    parent = bundles.parent_of(case)
    around = None
    if parent is not None:
        around = parts.Link(words.item_name(parent), reverse("case", args=[parent.pk]))
    found = bundles.children_of(case)
    ids = [part.case.pk for part in found if part.outcome == ChildOutcome.GRANTED and part.case is not None]
    results = {row.case_id: row for row in credentials.visible(actor).filter(case_id__in=ids)} if ids else {}
    names = {part.step.id: words.said(part.step.title) for part in found}
    depths: dict[str, int] = {}
    lines = []
    for part in found:
        before = [id for id in part.step.after if id in names]
        depths[part.step.id] = 1 + max((depths.get(id, 0) for id in before), default=-1)
        line = _line(part, today)
        paper = results.get(part.case.pk) if part.case is not None else None
        result = None
        if paper is not None:
            name = words.either(paper.name_zh, paper.name_en)
            result = parts.Link(f"{name} {paper.number}", reverse("credential", args=[paper.pk]))
        lines.append(
            replace(
                line,
                result=result,
                after=texts.listed(names[id] for id in before) if part.outcome is None else "",
                depth=depths[part.step.id],
            )
        )
    return {"within": lines, "around": around}


def _line(part: Part, today: date) -> Line:
    name = words.said(part.item)
    if part.outcome is None:
        return Line(name, _("还没有开始"), "line")
    outcome, child = words.either(*OUTCOME_NAMES[part.outcome]), part.case
    if child is None:
        return Line(name, outcome, _TONES[part.outcome])
    if child.state == CaseState.DRAFT:
        url = reverse("application", args=[child.pk])
        return Line(name, _("需要您补充后提交"), "amber", url=url, todo=True)
    running = child.state in OPEN_STATES
    light = progress.light(child, today, deadlines.calendar()) if running else None
    state = words.state(child) if part.outcome == ChildOutcome.OPEN else outcome
    url = reverse("case", args=[child.pk])
    due = child.due_on if running else None
    return Line(name, state, _TONES[part.outcome], child.short_no or "", url, light, due=due)
