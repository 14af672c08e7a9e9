"""Investment projects in words and drawings, and the form of their diagnosis: the same for officers and enterprises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.foundation.errors import Problem
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Text
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.places import queries as places
from tongban.kernel.records.queries import once
from tongban.modules.projects import calc, queries, states
from tongban.modules.projects.states import ENTRY_NAMES, EntryKind, Light, ProjectState
from tongban.terminals.ui import factwords, parts, texts
from tongban.terminals.ui.texts import _

TEN_THOUSAND_YUAN = 1_000_000  # in fen
MOST = 10**9  # of a number that somebody types, in its own unit
WIDTH, LEFT, ROW = 460, 150, 30
_KINDS: dict[Light, parts.LightKind] = {
    Light.GREEN: "green",
    Light.YELLOW: "yellow",
    Light.RED: "red",
    Light.OUT: "red",
}


class BadAnswer(Problem):
    """An answer of the diagnosis that is no number, or none of the choices."""

    code = "project.bad_answer"
    status = 422


def say(text: Text) -> str:
    """A text of the pack in the language of the request."""
    return text.of(texts.language())


def pick(pair: tuple[str, str]) -> str:
    """The half of a pair of texts."""
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def _catalogue() -> catalogue.Snapshot:
    return once("projectwords.catalogue", catalogue.snapshot)


def town_name(path: str) -> str:
    """The town within whose area a path lies; the city itself for none."""
    towns = once("projectwords.towns", places.towns)
    town = next((one for one in towns if path.startswith(one.path)), None) or places.city()
    return pick((town.name_zh, town.name_en))


def office(code: str) -> str:
    """An agency by its code."""
    held = _catalogue().documents.get(DocumentKind.AGENCY, {})
    return texts.local(held[code]["name"]) if code in held else code


def item_name(code: str) -> str:
    """An item of the catalogue by its code."""
    held = _catalogue().items
    return say(held[code].definition.name) if code in held else code


def office_of_item(code: str) -> str:
    """The agency that handles an item of the catalogue."""
    held = _catalogue().items
    return office(held[code].definition.data["agency"]) if code in held else ""


def kind_name(code: str) -> str:
    """A kind of project; its code where the pack no longer has it."""
    held = queries.kinds()
    return say(held[code].name) if code in held else code


def stage_name(kind: str, stage: str) -> str:
    """A stage of a kind; its own name where the pack no longer has it."""
    held = queries.kinds().get(kind)
    return say(held.stage(stage).name) if held and stage in held.order else stage


def light(row: Any, today: date) -> parts.Light:
    """How long a project has not moved, or how it ended."""
    if row.state != ProjectState.OPEN:
        tone: parts.LightKind = "green" if row.state == ProjectState.DONE else "paused"
        return parts.Light(tone, pick(states.STATE_NAMES[ProjectState(row.state)]))
    found = calc.light_of(row.moved_on, today, queries.settings())
    return parts.Light(_KINDS[found], pick(states.LIGHT_NAMES[found]))


def due_light(entry: Any, today: date) -> parts.Light:
    """How something that waits for an office stands."""
    if entry.settled_on is not None:
        return parts.Light("green", _("已办结"))
    if entry.due_on < today:
        return parts.Light("red", _("已超期"))
    return parts.Light("yellow", _("待办"))


def entry_name(kind: str) -> str:
    """What was written down."""
    return pick(ENTRY_NAMES[EntryKind(kind)])


def document_name(kind: str, document: str) -> str:
    """A document of a stage by its name in the kind; nothing where the pack no longer has it, or none was named."""
    held = queries.kinds().get(kind)
    return say(held.documents[document]) if held and document in held.documents else ""


@dataclass(frozen=True)
class YearLine:
    """A calendar year of a project's investment in words; `percent` of the plan is done."""

    year: int
    planned: str
    done: str
    percent: int


def years(found: Sequence[calc.Year]) -> list[YearLine]:
    """What was to be invested in each year, and what was, in words."""
    return [
        YearLine(
            one.year,
            factwords.money(one.planned) if one.planned else _("没有计划"),
            factwords.money(one.done),
            calc.percent(one.done, one.planned),
        )
        for one in found
    ]


def ten_thousands(fen: int) -> str:
    """Money as it is typed, in units of 10,000 yuan; nothing for 0."""
    return f"{(Decimal(fen) / TEN_THOUSAND_YUAN).normalize():f}" if fen else ""


def need_name(row: Any, entry: Any) -> str:
    """A need by its name in the kind; what was written where the pack no longer has it."""
    held = queries.kinds().get(row.kind)
    found = next((one for one in held.needs if one.id == entry.about), None) if held else None
    return say(found.text) if found else entry.words


@dataclass(frozen=True)
class Bar:
    """One permit in the drawing of the way through them."""

    name: str
    y: int
    middle: int
    x: int
    width: int
    kind: str
    days: str


@dataclass(frozen=True)
class Drawing:
    """The way through the permits as bars over days: height, bars, ticks (x, day), how many days in all."""

    height: int
    bars: Sequence[Bar]
    ticks: Sequence[tuple[int, int]]
    days: int

    @property
    def axis(self) -> int:
        """The middle of the line of figures below the bars."""
        return self.height - 10


def drawing(way: calc.Way, names: Mapping[str, str]) -> Drawing:
    """What decides the last day is drawn red, what is done green, the rest blue."""
    whole = max(way.days, 1)
    span = WIDTH - LEFT - 46
    bars = []
    for number, one in enumerate(way.stations):
        kind = "done" if one.done else "critical" if one.critical else "free"
        said = _("已办成") if one.done else _("{days} 天", days=one.days)
        x = LEFT + one.begins * span // whole
        width = max(4, one.days * span // whole)
        bars.append(Bar(names.get(one.id, one.id), number * ROW + 6, number * ROW + 20, x, width, kind, said))
    step = max(1, -(-whole // 4))
    ticks = [(LEFT + day * span // whole, day) for day in range(0, whole + 1, step)]
    return Drawing(len(bars) * ROW + 26, bars, ticks, way.days)


@dataclass(frozen=True)
class Asked:
    """A question of the diagnosis as it is drawn, with what was answered."""

    id: str
    text: str
    type: str
    options: Sequence[tuple[str, str]]
    value: str


@dataclass
class Answers:
    """What was answered: the values that are good, what was typed, and the first refusal."""

    values: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    problem: BadAnswer | None = None


def read(kind: calc.Kind, given: Mapping[str, str]) -> Answers:
    """The answers of a form whose fields are called a-<question>; what is left open is not known."""
    found = Answers()
    for question in kind.questions:
        text = given.get(f"a-{question.id}", "").strip()[:40]
        found.typed[question.id] = text
        if not text:
            continue
        try:
            found.values[question.id] = _value(question, text)
        except (InvalidOperation, ValueError):
            found.problem = found.problem or BadAnswer(
                sentence_zh=f"“{question.text.zh}”的回答不对。",
                sentence_en=f"The answer to “{question.text.en}” is not possible.",
                todo_zh="请填写不小于 0 的数，或者从选项中选择；不知道的可以留空。",
                todo_en="Write a number from 0 on, or choose; leave open what you do not know.",
            )
    return found


def _value(question: calc.Question, text: str) -> Any:
    match question.type:
        case "bool":
            return {"yes": True, "no": False}[text] if text in ("yes", "no") else _refuse()
        case "choice":
            return text if text in question.options else _refuse()
    number = Decimal(text.replace(",", ""))
    if not number.is_finite() or not 0 <= number <= MOST:
        return _refuse()
    found = number * TEN_THOUSAND_YUAN if question.type == "money" else number
    return int(found) if found == found.to_integral_value() else _refuse()


def _refuse() -> Any:
    raise ValueError


def asked(kind: calc.Kind, typed: Mapping[str, str]) -> list[Asked]:
    """The questions with what was typed."""
    yes_no = [("yes", _("是")), ("no", _("否"))]
    return [
        Asked(
            one.id,
            say(one.text),
            "choice" if one.options or one.type == "bool" else "number",
            yes_no if one.type == "bool" else [(id, say(label)) for id, label in one.options.items()],
            typed.get(one.id, ""),
        )
        for one in kind.questions
    ]


def answered(kind: calc.Kind, answers: Mapping[str, Any]) -> list[parts.Pair]:
    """The answers that were given, in words."""
    pairs = []
    for one in kind.questions:
        if one.id not in answers:
            continue
        value = answers[one.id]
        if one.type == "bool":
            said = _("是") if value else _("否")
        elif one.type == "money":
            said = factwords.money(value)
        else:
            said = say(one.options[value]) if value in one.options else f"{value:,}"
        pairs.append(parts.Pair(say(one.text), said))
    return pairs


@dataclass(frozen=True)
class Found:
    """What a diagnosis says, in words: permits (name, why, days), those still open (name, what to answer), needs
    (kind, text, office).
    """

    permits: Sequence[tuple[str, str, int]]
    open: Sequence[tuple[str, str]]
    needs: Sequence[tuple[str, str, str]]
    drawing: Drawing


def said(kind: calc.Kind, found: calc.Diagnosis) -> Found:
    """A diagnosis in words, with the way through its permits."""
    asked = {f"answer.{one.id}": say(one.text) for one in kind.questions}
    names = {one.id: item_name(one.item) for one in found.permits}
    days = {one.id: queries.days_of(one.item) for one in found.permits}
    way = calc.critical_way(days, {one.id: one.after for one in found.permits})
    settings = queries.settings()
    return Found(
        [(names[one.id], say(one.why), days[one.id]) for one in found.permits],
        [(item_name(one.item), texts.listed(asked.get(n, n) for n in needs)) for one, needs in found.open],
        [
            (
                say(settings.needs[one.kind]) if one.kind in settings.needs else one.kind,
                say(one.text),
                _("所在镇街") if one.office == "town" else office(one.office),
            )
            for one in found.needs
        ],
        drawing(way, names),
    )
