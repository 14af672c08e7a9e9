"""What the desk calls things, in the language of the request: states, lights, values. Personal numbers are masked."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tongban.foundation.ids import mask_id, mask_name, mask_phone
from tongban.foundation.money import format_yuan
from tongban.foundation.time import SHANGHAI
from tongban.kernel.cases.queries import light_of
from tongban.kernel.cases.states import STATE_NAMES, VERB_NAMES, CaseState, WorkKind
from tongban.kernel.catalogue.calc import Definition, Field, Option, Text, rows_of
from tongban.kernel.deadlines.calc import WorkCalendar
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

NOTHING = "—"
PERMISSION_TURNS = {
    "case.accept": later("待受理"),
    "case.review": later("待审查"),
    "case.decide": later("待决定"),
    "case.head": later("待负责人批准"),
}
WORK_NAMES = {
    WorkKind.ACCEPT: later("受理"),
    WorkKind.STEP: later("审查"),
    WorkKind.DECIDE: later("决定"),
    WorkKind.APPROVE: later("批准提请"),
    WorkKind.END_PAUSE: later("结束特别程序"),
    WorkKind.HEARING: later("组织听证"),
    WorkKind.CHECK: later("核查承诺"),
}
# What the page says after an action: the verbs of the law, and the doings of the office.
DONE: Mapping[str, tuple[str, str]] = {
    **{str(verb): names for verb, names in VERB_NAMES.items()},
    "approve": ("批准提请", "agree to the proposal"),
    "check": ("核查承诺", "check the commitment"),
    "claim": ("领取待办", "claim the task"),
    "transfer": ("转交待办", "pass the task on"),
}
STATE_TONES: Mapping[str, parts.Tone] = {
    CaseState.SUPPLEMENT_REQUESTED: "amber",
    CaseState.REFUSED: "red",
    CaseState.DENIED: "red",
    CaseState.GRANTED: "green",
    CaseState.DELIVERED: "green",
    CaseState.CLOSED: "green",
    CaseState.SUSPENDED: "amber",
    CaseState.WITHDRAWN: "",
    CaseState.TERMINATED: "",
}


def pick(pair: tuple[str, str]) -> str:
    """The text of a (Chinese, English) pair."""
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def work_name(kind: str) -> str:
    """What a task is called."""
    return str(WORK_NAMES[WorkKind(kind)])


def of(text: Text) -> str:
    """A text of the pack."""
    return text.of(texts.language())


def state_name(state: str) -> str:
    """The name of a case's state."""
    return pick(STATE_NAMES[CaseState(state)])


def applicant(case: Any) -> str:
    """The applicant as lists show it: organisations in full, persons masked."""
    return case.applicant_name if case.organisation_id else mask_name(case.applicant_name)


def light(case: Any, today: date, calendar: WorkCalendar) -> parts.Light:
    """The light of a case with its words: how many working days are left, or how many days it is late."""
    kind = light_of(case, today)
    if kind == "done":
        return parts.Light("green", _("已办结"))
    if kind == "paused":
        return parts.Light("paused", _("停表"))
    if case.due_on is None:
        return parts.Light("green", _("时限内"))
    if kind == "red":
        return parts.Light("red", _("超期 {days} 天", days=(today - case.due_on).days))
    left = calendar.position(case.due_on) - calendar.position(today)
    text = _("剩 {days} 个工作日", days=left) if left > 0 else _("今日到期")
    return parts.Light("yellow" if kind == "yellow" else "green", text)


def moment(at: datetime) -> str:
    """2026-03-02 10:24 in Shanghai."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


_MASKS = {"resident_id": mask_id, "phone": mask_phone, "bank_account": mask_id}


def is_masked(field: Field, answer: Any) -> bool:
    """Whether an answer holds a number that is masked; of a repeating group, whether a column does."""
    if answer in (None, "", []):
        return False
    return field.type in _MASKS or any(one.type in _MASKS for one in field.fields)


def value(field: Field, answer: Any, places: Mapping[str, tuple[str, str]], *, whole: bool = False) -> str:
    """An answer in words; numbers of persons and accounts masked unless they are wanted `whole`."""
    if answer in (None, "", []):
        return NOTHING
    if field.type in _MASKS:
        return str(answer) if whole else _MASKS[field.type](str(answer))
    match field.type:
        case "rows":
            rows = enumerate(rows_of(answer), 1)
            return "\n".join(_row(field, n, row, places, whole=whole) for n, row in rows)
        case "place":
            return pick(places[str(answer)]) if str(answer) in places else str(answer)
        case "money":
            return _("{amount} 元", amount=format_yuan(int(answer)))
        case "date":
            return cndate(str(answer))
    return plain(answer, field.options)


def _row(
    field: Field, number: int, row: Mapping[str, Any], places: Mapping[str, tuple[str, str]], *, whole: bool
) -> str:
    """A row of a repeating group, its numbers masked like any other."""
    said = [
        _("{label}：{value}", label=of(one.label), value=value(one, row[one.id], places, whole=whole))
        for one in field.fields
        if row.get(one.id) not in (None, "", [])
    ]
    return f"{number}. {'；'.join(said)}"


def plain(answer: Any, options: tuple[Option, ...] = ()) -> str:
    """A value without a field's type: yes and no, labels of options, fractions as decimals, the rest as it is."""
    if isinstance(answer, bool):
        return _("是") if answer else _("否")
    if isinstance(answer, list | tuple | set | frozenset):
        return texts.listed(plain(part, options) for part in sorted(answer, key=str))
    if isinstance(answer, Fraction):
        return f"{(Decimal(answer.numerator) / answer.denominator).normalize():f}"
    if isinstance(answer, date):
        return cndate(answer)
    labels = {option.id: of(option.label) for option in options}
    return labels.get(str(answer), str(answer))


def situation(definition: Definition, chosen: Mapping[str, str]) -> str:
    """The options chosen for the situation, in the item's order."""
    said = [
        of(option.label)
        for question in definition.questions
        for option in question.options
        if chosen.get(question.id) == option.id
    ]
    return " · ".join(said) or NOTHING


def turn(case: Any, definition: Definition, steps: list[Any]) -> tuple[str, parts.Tone]:
    """Where a case stands as a queue shows it: the open step's title, else whose turn it is, else the state."""
    titles = {step.id: of(step.title) for step in definition.steps}
    opened = [titles.get(step.step, step.step) for step in steps if step.state == "open"]
    if opened:
        return texts.listed(opened), "blue"
    if case.waiting_for in PERMISSION_TURNS:
        return str(PERMISSION_TURNS[case.waiting_for]), "blue"
    return state_name(case.state), STATE_TONES.get(case.state, "blue")
