"""The left and the right pane of the case desk: the form as filled in, the clocks, what can be done, the course."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation import time
from tongban.foundation.ids import mask_name
from tongban.kernel.cases import queries, states
from tongban.kernel.cases.calc import SELF, changed_fields
from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.deadlines import calc as clocks
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.states import ClockKind, Light, Unit
from tongban.kernel.events.states import EVENTS, ActorKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.terminals.desk import revealing, words
from tongban.terminals.desk.opened import Opened
from tongban.terminals.ui import parts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later


@dataclass(frozen=True)
class Answer:
    """One answer: its words, where it comes from, and what it was before the supplement."""

    label: str
    value: str
    source: str
    before: str = ""
    changed: bool = False
    reveal: str = ""  # where it is shown in full


@dataclass(frozen=True)
class AnswerSection:
    """A page of the form as filled in."""

    title: str
    answers: Sequence[Answer]


def answer_sections(opened: Opened) -> list[AnswerSection]:
    """The form as it was handed in, with provenance, and with the old value beside what a supplement changed."""
    case, named = opened.case, places.names()
    before = opened.supplement.before if opened.supplement else opened.answers
    changed = changed_fields(before, opened.answers)
    sections = []
    for section, fields in opened.definition.shown_sections(opened.values):
        rows = []
        for field in fields:
            differs = field.id in changed
            rows.append(
                Answer(
                    label=words.of(field.label),
                    value=words.value(field, opened.answers.get(field.id), named),
                    source=_("申请人补正") if differs else _source(opened, case.sources.get(field.id)),
                    before=words.value(field, changed[field.id][0], named) if differs else "",
                    changed=differs,
                    reveal=revealing.address(opened, field),
                )
            )
        sections.append(AnswerSection(words.of(section.title), rows))
    return sections


def _source(opened: Opened, source: Mapping[str, str] | None) -> str:
    if not source or source["source"] == SELF:
        return _("申请人填写")
    return _("{agency}，{day} 数据", agency=opened.agency(source["source"]), day=cndate(source["as_of"]))


CLOCKS = {
    ClockKind.RECEIPT: later("受理期限"),
    ClockKind.DECISION_STATUTORY: later("法定办结"),
    ClockKind.DECISION_PROMISED: later("承诺办结"),
    ClockKind.DELIVERY: later("送达期限"),
}


@dataclass(frozen=True)
class ClockRow:
    """A clock as the page shows it: how much of its limit is used, until when, and its light."""

    name: str
    light: parts.Light
    used: int
    budget: int
    said: str
    until: str
    tone: str = ""


def clock_rows(opened: Opened) -> list[ClockRow]:
    """The clocks of a case in the order in which they began."""
    calendar = deadlines.calendar()
    rows = []
    for clock in deadlines.clocks_of(opened.case.pk):
        facts = deadlines.facts_of(list(clock.entries.all()))
        state = clocks.due(facts, clocks.Limit(clock.value, Unit(clock.unit)), calendar, today=opened.today)
        rows.append(_clock_row(ClockKind(clock.kind), Unit(clock.unit), state, opened.today))
    return rows


def _clock_row(kind: ClockKind, unit: Unit, state: clocks.ClockState, today: Any) -> ClockRow:
    colour = clocks.light(state, today)
    days = _("个工作日") if unit is Unit.WORKDAYS else _("天")
    if colour is Light.DONE:
        light = parts.Light("red", _("超期完成")) if state.late else parts.Light("green", _("按时完成"))
    elif colour is Light.PAUSED:
        light = parts.Light("paused", _("停表"))
    elif colour is Light.RED:
        light = parts.Light("red", _("已超期"))
    else:
        light = parts.Light(colour.value, _("剩 {left} {unit}", left=state.left, unit=days))
    said = _("已用 {used}，共 {budget} {unit}", used=max(state.used, 0), budget=state.budget, unit=days)
    if unit is Unit.INSTANT:
        said = _("当场办结")
    until = cndate(state.due) if state.due else _("停表中，恢复后计算")
    if state.provisional:
        until = _("{day}（日历未公布，暂定）", day=until)
    tones = {Light.RED: "red", Light.YELLOW: "yellow"}
    return ClockRow(str(CLOCKS[kind]), light, state.used, state.budget, said, until, tones.get(colour, ""))


# What an officer need not read in the course of a case: every keystroke that was saved.
_QUIET = {states.CASE_SAVED}


def course(opened: Opened) -> list[parts.TimelineEntry]:
    """What happened, by whom, and what comes next."""
    happened = [event for event in queries.history(opened.case) if event.name not in _QUIET]
    names = parties.account_names([event.actor_id for event in happened if event.actor_id])
    applicant = opened.case.applicant_name
    said = _said_on_proposals(opened, happened)
    entries = [
        parts.TimelineEntry(
            title=words.pick((EVENTS[event.name].sentence_zh, EVENTS[event.name].sentence_en)),
            when=words.moment(event.at),
            moment=event.at.astimezone(time.SHANGHAI).isoformat(timespec="minutes"),
            state="done",
            text=" · ".join(
                part
                for part in (_who(event, names, applicant), said.get(event.pk) or _more(opened, event))
                if part
            ),
        )
        for event in happened
    ]
    if opened.case.state in OPEN_STATES:
        entries += _next(opened)
    return entries


def _who(event: Any, names: Mapping[uuid.UUID, str], applicant: str) -> str:
    """Who did it, and for whom: whoever acts for another is named as such."""
    if event.actor_kind == ActorKind.SYSTEM or event.actor_id is None:
        return _("系统")
    name = names.get(event.actor_id, "")
    if "for" in event.payload:
        agent = name if event.actor_kind == ActorKind.STAFF else mask_name(name)
        return _("{agent} 代 {principal}", agent=agent, principal=mask_name(applicant))
    return name if event.actor_kind == ActorKind.STAFF else _("申请人 {name}", name=mask_name(name))


def _more(opened: Opened, event: Any) -> str:
    """What belongs to the event beyond its sentence: the step and its opinion, reasons, the message of a notice."""
    if event.name == states.STEP_COMPLETED:
        id = event.payload.get("step", "")
        title = next((words.of(step.title) for step in opened.definition.steps if step.id == id), id)
        opinion = next((step.opinion for step in opened.steps if step.step == id), "")
        return f"{title}：{opinion}" if opinion else title
    if event.name in (states.REFUSED, states.DENIED, states.TERMINATED):
        return opened.case.reasons or ""
    if event.name == states.SUPPLEMENT_REQUESTED and opened.supplement:
        return opened.supplement.message
    if event.payload.get("rule"):
        return _("由规则当场作出")
    return ""


def _proposal(event: Any) -> str:
    """The kind of proposal and what became of it with this event; nothing for every other event."""
    if event.name == states.PROPOSAL_REJECTED:
        return f"{event.payload.get('proposal')} rejected"
    return {
        states.PAUSE_PROPOSED: "pause asked",
        states.EXTENSION_PROPOSED: "extension asked",
        states.RESUMED: "pause ended",
        states.PROMISE_RESUMED: "pause ended",
    }.get(event.name, "")


def _said_on_proposals(opened: Opened, happened: Sequence[Any]) -> dict[Any, str]:
    """Why each special procedure or extension was proposed, why it was refused, what came of it: by event."""
    asked = [(event, _proposal(event)) for event in happened if _proposal(event)]
    if not asked:
        return {}
    said: dict[str, list[tuple[Any, str]]] = {}
    for row in queries.measures_of(opened.case):
        kind = row._meta.model_name
        said.setdefault(f"{kind} asked", []).append((row.asked_at, row.reasons))
        note = row.result if kind == "pause" else row.note
        if row.state == states.ProposalState.REJECTED:
            said.setdefault(f"{kind} rejected", []).append((row.decided_at, note))
        elif row.state == states.ProposalState.ENDED:
            said.setdefault(f"{kind} ended", []).append((row.ended_at, note))
    # One event for each word, both in the order in which they came.
    words_by_kind = {kind: iter(text for _at, text in sorted(found)) for kind, found in said.items()}
    return {event.pk: next(words_by_kind.get(kind, iter(())), "") for event, kind in asked}


def _next(opened: Opened) -> list[parts.TimelineEntry]:
    case = opened.case
    if case.state == CaseState.SUPPLEMENT_REQUESTED:
        return [parts.TimelineEntry(_("等待申请人补正"), state="now")]
    turn, _tone = words.turn(case, opened.definition, list(opened.steps))
    titles = {step.id: words.of(step.title) for step in opened.definition.steps}
    coming = [titles.get(step.step, step.step) for step in opened.steps if step.state == "waiting"]
    due = _("预计 {day} 前", day=cndate(case.due_on)) if case.due_on else ""
    return [
        parts.TimelineEntry(turn, due, state="now"),
        *(parts.TimelineEntry(title) for title in coming),
    ]
