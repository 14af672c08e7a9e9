"""What pages call appeals: states, lights, offices, the course; for the firm and for the desk."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from tongban.foundation.time import SHANGHAI
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries
from tongban.modules.appeals.calc import Category, Said, TownRules
from tongban.modules.appeals.states import (
    OUTCOME_NAMES,
    STATE_NAMES,
    TO_FIRM,
    VERB_NAMES,
    Outcome,
    Owner,
    State,
    Verb,
)
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

TONES: dict[str, parts.Tone] = {
    State.POOL: "amber",
    State.DISPUTED: "amber",
    State.WAITING: "amber",
    State.RATING: "amber",
    State.CLOSED: "green",
    State.MERGED: "",
    State.REFUSED: "red",
    State.WITHDRAWN: "",
}


def pick(pair: tuple[str, str]) -> str:
    """The text of a (Chinese, English) pair."""
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def said(text: Said) -> str:
    """The text of the pack in the language of the page."""
    return pick((text.zh, text.en))


class Names:
    """The names that the pack has for offices, categories and causes, asked for once on a page."""

    def __init__(self) -> None:
        self.book = queries.rulebook()
        self._agencies = catalogue.documents(DocumentKind.AGENCY)

    def office(self, code: str) -> str:
        """The name of an agency."""
        found = self._agencies.get(code)
        return texts.local(found["name"]) if found else code

    def offices(self) -> list[tuple[str, str]]:
        """The agencies that can lead or assist; villages' own bodies handle no appeals of firms."""
        rows = self._agencies.values()
        return [(one["code"], texts.local(one["name"])) for one in rows if one["level"] != "village"]

    def category(self, code: str) -> str:
        """The name of a category with that of its group."""
        one = self.book.categories.get(code)
        return f"{said(self.book.groups[one.group])} · {said(one.name)}" if one else code

    def within(self, appeal: Any) -> str:
        """The category of an appeal, with the town's own beneath it where one was chosen."""
        text = self.category(appeal.category)
        if appeal.subcategory:
            text = f"{text} · {pick(queries.subcategory_name(appeal.town, appeal.subcategory))}"
        return text

    def cause(self, code: str) -> str:
        """The name of a cause."""
        one = self.book.causes.get(code)
        return said(one) if one else code

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The categories by group, for a choice."""
        rows = self.book.categories.values()
        return [
            (said(name), [(one.code, said(one.name)) for one in rows if one.group == code])
            for code, name in self.book.groups.items()
        ]


def state(appeal: Any) -> tuple[str, parts.Tone]:
    """How it stands; once it ended, what came of it."""
    if appeal.state == State.CLOSED and appeal.outcome:
        name, tone = OUTCOME_NAMES[Outcome(appeal.outcome)], "green"
        return pick(name), "amber" if appeal.outcome == Outcome.LIMITED else tone
    return pick(STATE_NAMES[State(appeal.state)]), TONES.get(appeal.state, "blue")


def light(appeal: Any, today: date, soon: date) -> parts.Light:
    """The light of the next date."""
    if appeal.next_on is None:
        return parts.Light("green", _("已结束"))
    if appeal.owner == Owner.FIRM:
        return parts.Light("paused", _("等企业"))
    if appeal.next_on < today:
        return parts.Light("red", _("超期 {days} 天", days=(today - appeal.next_on).days))
    text = _("{day}前", day=cndate(appeal.next_on))
    return parts.Light("yellow" if appeal.next_on <= soon else "green", text)


def when(moment: datetime) -> str:
    """A moment to the minute."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def course(rows: Sequence[Any], appeal: Any, named: Names, *, all_of_it: bool) -> list[parts.TimelineEntry]:
    """The steps, oldest first; the firm sees those that are said to it, and of the answer what passed the check."""
    made = []
    answer = ""
    files = queries.files_of(rows, firm=not all_of_it)
    held: list[parts.Link] = []  # of the answer that is being checked
    for one in rows:
        verb = Verb(one.verb)
        if verb in (Verb.ANSWER, Verb.DELIVER):
            answer, held = one.words or "", _links(appeal, files.get(one.pk, ()), desk=all_of_it)
        if not all_of_it and verb not in TO_FIRM:
            continue
        text = one.words or ""
        if verb is Verb.APPROVE and not all_of_it:
            text = answer
        links = _links(appeal, files.get(one.pk, ()), desk=all_of_it)
        if verb is Verb.APPROVE and not all_of_it:
            links = held
        made.append(
            parts.TimelineEntry(
                _title(verb, one, named), when(one.at), one.at.isoformat(), "done", text, links
            )
        )
    if appeal.next_on is not None:
        title = pick(STATE_NAMES[State(appeal.state)])
        made.append(parts.TimelineEntry(title, _("{day}前", day=cndate(appeal.next_on)), state="now"))
    return made


def _links(appeal: Any, files: Sequence[Any], *, desk: bool) -> list[parts.Link]:
    """Where the files of a step are read."""
    page = "desk-appeal-file" if desk else "appeal-file"
    return [parts.Link(one.name, reverse(page, args=[appeal.pk, one.pk]), "file-text") for one in files]


def _title(verb: Verb, entry: Any, named: Names) -> str:
    title = pick(VERB_NAMES[verb])
    if verb is Verb.RATE and entry.value:
        title = _("{title}：{stars} 星", title=title, stars=entry.value)
    elif verb in (Verb.PROPOSE, Verb.CONSENT, Verb.DECLINE) and entry.value:
        title = _("{title}：{days} 个工作日", title=title, days=entry.value)
    if entry.agency:
        title = _("{title}（{office}）", title=title, office=named.office(entry.agency))
    return title


def answers(appeal: Any, of: Category | None) -> list[parts.Pair]:
    """What the category asked and the firm answered."""
    given = appeal.answers or {}
    rows = []
    for one in of.questions if of else ():
        if one.id in given:
            value = given[one.id]
            options = {code: said(label) for code, label in one.options}
            shown = (_("是") if value else _("否")) if one.kind == "bool" else options.get(value, str(value))
            rows.append(parts.Pair(said(one.label), shown))
    return rows


def form(of: Category | None, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions of a category as the template draws them, with what was typed."""
    return [
        {
            "name": f"q-{one.id}",
            "kind": one.kind,
            "label": said(one.label),
            "required": one.required,
            "options": [(code, said(label)) for code, label in one.options],
            "value": typed.get(f"q-{one.id}", ""),
        }
        for one in (of.questions if of else ())
    ]


def subform(own: TownRules, of: Category | None, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The question which of the town's sub-categories it is, where the town has some within the category."""
    options = [(one.code, said(one.name)) for one in own.within(of.code)] if of else []
    if not options:
        return []
    asked = {"name": "sub", "kind": "choice", "label": _("更细的类别"), "required": False, "options": options}
    return [{**asked, "value": typed.get("sub", "")}]


def any_subform(of: Category | None, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The same where the firm is not known yet: every town's own within the category, with the names of the towns."""
    towns: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    for town, own in (queries.all_own_rules() if of else {}).items():
        for one in own.within(of.code) if of else ():
            towns.setdefault(one.code, []).append(pick(places.names().get(town, (town, town))))
            named.setdefault(one.code, said(one.name))
    if not named:
        return []
    options = [(code, f"{name}（{'、'.join(towns[code])}）") for code, name in named.items()]
    asked = {"name": "sub", "kind": "choice", "label": _("企业所在镇街的细类"), "required": False}
    return [{**asked, "options": options, "value": typed.get("sub", "")}]


def given(typed: Mapping[str, str]) -> dict[str, str]:
    """The answers in what was posted, by question."""
    return {name.removeprefix("q-"): typed[name] for name in typed if name.startswith("q-")}
