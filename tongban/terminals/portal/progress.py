"""How a case stands: its light, its clock, its course from handing in to delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.calc import WorkCalendar
from tongban.kernel.deadlines.states import ClockKind
from tongban.kernel.documents.states import LetterKind
from tongban.terminals.portal import words
from tongban.terminals.ui.parts import Light, Link, TimelineEntry
from tongban.terminals.ui.templatetags.ui import cndate, cnday, cntime
from tongban.terminals.ui.texts import _

_S = CaseState
HANDLED = frozenset({_S.REFUSED, _S.DENIED, _S.DELIVERED, _S.CLOSED, _S.TERMINATED})
OVER = HANDLED | {_S.WITHDRAWN, _S.GRANTED}


def light(case: Any, today: date, days: WorkCalendar, *, hearing: bool = False) -> Light | None:
    """The light of a case with the time left in words; None when nothing runs any more. `hearing`: one is under way."""
    kind = cases.light_of(case, today)
    if kind == "done" or case.state == _S.DRAFT:
        return None
    if kind == "paused":
        if hearing:
            return Light("paused", _("停表，听证中"))
        return Light("paused", _("停表，特别程序中") if case.state == _S.SUSPENDED else _("停表，等您补正"))
    return Light(kind, left_text(days_left(case.due_on, today, days)))


def days_left(due_on: date | None, today: date, days: WorkCalendar) -> int:
    """Working days from today to a due date; below zero when it has passed."""
    return days.position(due_on) - days.position(today) if due_on else 0


def left_text(left: int) -> str:
    """Days left in words."""
    if left < 0:
        return _("超期 {count} 个工作日", count=-left)
    return _("剩 {count} 个工作日", count=left) if left else _("今天到期")


@dataclass(frozen=True)
class ClockFace:
    """The clock that people look at: what is promised and how much of it is used, in days."""

    used: int
    whole: int
    promised: str
    used_text: str
    kind: str


def clock(case: Any, today: date) -> ClockFace | None:
    """The promised clock, before acceptance that of acceptance; None for what is done on the spot."""
    clocks = {one.kind: one for one in deadlines.clocks_of(case.pk)}
    found = clocks.get(ClockKind.DECISION_PROMISED) or clocks.get(ClockKind.RECEIPT)
    if found is None or not found.value:
        return None
    state = deadlines.state_of(found, list(found.entries.all()), today)
    unit = _("个工作日") if found.unit == "workdays" else _("日")
    text = (
        _("承诺 {count} {unit}内办结")
        if found.kind == ClockKind.DECISION_PROMISED
        else _("{count} {unit}内决定是否受理")
    )
    kind = {"yellow": "yellow", "red": "red"}.get(cases.light_of(case, today), "")
    return ClockFace(
        state.used,
        found.value,
        text.format(count=found.value, unit=unit),
        _("已用 {count} 天", count=state.used),
        kind,
    )


def in_hearing(case: Any, hearing: Any | None) -> bool:
    """Whether the case stands still for a hearing that was asked for, and not for a special procedure."""
    asked = hearing is not None and hearing.asked_at is not None and hearing.held_at is None
    return case.state == _S.SUSPENDED and asked


def course(
    case: Any,
    steps: list[Any],
    letters: Mapping[str, Any],
    supplement: Any | None,
    credential: Any | None,
    hearing: Any | None = None,
    agent: tuple[str, bool] | None = None,
) -> list[TimelineEntry]:
    """The stations of a case, past, present and expected. `letters` by kind, the newest of each; `agent` handed it in."""
    paper = {
        kind: [Link(str(words.LETTERS[kind]), reverse("letter", args=[case.pk, letter.pk]))]
        for kind, letter in letters.items()
    }
    entries = [_done(_("提交申请"), case.submitted_at, _how(case, agent), paper.get(LetterKind.RECEIPT, []))]
    if supplement is not None:
        entries.append(_supplement(case, supplement, paper.get(LetterKind.SUPPLEMENT, [])))
    if case.state == _S.REFUSED:
        return [*entries, _done(_("不予受理"), case.closed_at, "", paper.get(LetterKind.NON_ACCEPTANCE, []))]
    entries += _acceptance(
        case, paper.get(LetterKind.ACCEPTANCE) or paper.get(LetterKind.DEEMED_ACCEPTANCE) or []
    )
    if case.state == _S.WITHDRAWN:
        links = paper.get(LetterKind.WITHDRAWAL, [])
        return [*entries, _done(_("已撤回"), case.closed_at, _("您撤回了申请，可以重新申请。"), links)]
    entries += _interruptions(case, paper)
    if case.state == _S.TERMINATED:
        links = paper.get(LetterKind.TERMINATION, [])
        return [*entries, _done(_("终止办理"), case.closed_at, _("可以备齐材料后重新申请。"), links)]
    if case.state == _S.SUSPENDED:
        title = _("听证") if in_hearing(case, hearing) else _("特别程序")
        text = _("这段时间不计入办理期限，结束后恢复计时。")
        entries.append(TimelineEntry(title, state="now", text=text))
    entries += _decision(case, steps, paper)
    return [*entries, _delivery(case, credential)]


def _how(case: Any, agent: tuple[str, bool] | None) -> str:
    how = _("窗口收件") if case.channel in {"window", "village"} else _("网上提交")
    if agent is None:
        return how
    words_ = _("{how}，{name} 帮办") if agent[1] else _("{how}，{name} 代为办理")
    return words_.format(how=how, name=agent[0])


def _done(title: str, moment: datetime | None, text: str = "", links: Any = ()) -> TimelineEntry:
    when = cntime(moment)[5:] if moment else ""
    return TimelineEntry(title, when, moment.isoformat() if moment else "", "done", text, links)


def _expected(day: date | None) -> str:
    return _("预计 {day} 前", day=cnday(day)) if day else ""


def _supplement(case: Any, supplement: Any, links: list[Link]) -> TimelineEntry:
    count = len(supplement.points)
    if supplement.answered_at:
        return _done(_("补正"), supplement.answered_at, _("补正了 {count} 处内容。", count=count), links)
    if case.state != _S.SUPPLEMENT_REQUESTED:
        return _done(_("补正"), supplement.asked_at, "", links)
    asked = supplement.asked_at
    when = _("{when} 起停表", when=cntime(asked)[5:])
    return TimelineEntry(
        _("补正"), when, asked.isoformat(), "now", _("等您补正 {count} 处内容。", count=count), links
    )


def _acceptance(case: Any, links: list[Link]) -> list[TimelineEntry]:
    if case.accepted_at:
        return [_done(_("受理"), case.accepted_at, "", links)]
    if case.state in {_S.WITHDRAWN, _S.TERMINATED}:
        return []
    if case.state == _S.SUBMITTED:
        text = _("窗口正在核对材料。")
        return [TimelineEntry(_("受理"), _expected(case.due_on), _iso(case.due_on), "now", text)]
    return [TimelineEntry(_("受理"))]


_INTERRUPTIONS = (
    LetterKind.SPECIAL_PROCEDURE,
    LetterKind.EXTENSION,
    LetterKind.HEARING_NOTICE,
    LetterKind.HEARING_DATE,
)


def _interruptions(case: Any, paper: Mapping[str, list[Link]]) -> list[TimelineEntry]:
    """What stopped or lengthened the handling, each told in writing; the new day of an extension at once."""
    day = case.statutory_due_on
    said = {LetterKind.EXTENSION: _("法定期限延长到 {day}。", day=cndate(day))} if day else {}
    return [
        _done(str(words.LETTERS[kind]), None, said.get(kind, ""), paper[kind])
        for kind in _INTERRUPTIONS
        if kind in paper
    ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _decision(case: Any, steps: list[Any], paper: Mapping[str, list[Link]]) -> list[TimelineEntry]:
    """The steps of the procedure; those of a case that is not accepted yet are what its situation will need."""
    definition = cases.version_of(case).definition
    titles = {step.id: words.said(step.title) for step in definition.steps}
    links = [
        *paper.get(LetterKind.GRANT, []),
        *paper.get(LetterKind.DEEMED_RENEWAL, []),
        *paper.get(LetterKind.DENY, []),
    ]
    verdict = _("不予许可") if case.closing_code == "1" else _("准予")
    entries = []
    for step in steps:
        if step.state == "done":
            entries.append(_done(titles[step.step], step.done_at))
        elif step.state == "open" and not case.decided_at:
            when = _expected(step.due_on)
            entries.append(TimelineEntry(titles[step.step], when, _iso(step.due_on), "now", _("正在办理。")))
        elif not case.decided_at:
            entries.append(TimelineEntry(titles[step.step]))
    if not steps and not case.decided_at and not definition.instant:
        values = definition.values({}, case.situation, case.answers)
        entries += [TimelineEntry(words.said(step.title)) for step in definition.steps_for(values)]
    if case.decided_at:
        text = ""
        if case.decided_by is None:
            parts = any(step.type == "child_case" for step in steps)
            text = _("所含办件已经全部办成。") if parts else _("由系统按规则当场作出。")
        if LetterKind.DEEMED_RENEWAL in paper:
            text, verdict = _("到期前没有作出决定，依法视为准予延续。"), _("准予延续")
        entries.append(_done(_("决定：{verdict}", verdict=verdict), case.decided_at, text, links))
    elif not entries:
        entries.append(TimelineEntry(_("决定")))
    return entries


def _delivery(case: Any, credential: Any | None) -> TimelineEntry:
    links = [Link(_("查看证照"), reverse("credential", args=[credential.pk]))] if credential else []
    if case.state in {_S.DELIVERED, _S.CLOSED}:
        text = _("电子证照已进入“我的证照”。") if credential else _("结果已送达。")
        return _done(_("送达"), case.closed_at or case.decided_at, text, links)
    if case.state in {_S.GRANTED, _S.DENIED}:
        text = _("电子证照已经可以使用，纸质的见“领取方式”。") if credential else _("正在制作电子证照。")
        return TimelineEntry(_("送达"), "", "", "now", text, links)
    return TimelineEntry(_("送达"), text=_("电子证照自动进入“我的证照”。"))


def summary(case: Any, today: date, *, hearing: bool = False) -> str:
    """The sentence under the clock: when it should end, or what it waits for."""
    if case.state in OVER:
        return ""
    if case.state == _S.SUSPENDED:
        return (
            _("听证期间停止计时，结束后继续计算。")
            if hearing
            else _("特别程序期间停止计时，结束后继续计算。")
        )
    if case.paused:
        return _("补正期间停止计时，补正后继续计算。")
    if case.due_on is None:
        return ""
    text = _("预计 {day} 前有结果。", day=cndate(case.due_on))
    if case.state == _S.SUBMITTED:
        text = _("{day} 前告诉您是否受理。", day=cndate(case.due_on))
    return text + (_("（节假日安排公布后可能调整）") if case.provisional else "")
