"""A page of the item editor: what is drawn for a place of the definition, and what was posted as edits of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import QueryDict

from tongban.foundation.packs import PackError, load_schema
from tongban.kernel.catalogue.calc import Edit, dotted, path_of, pattern, undotted, value_at
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import offered, words
from tongban.terminals.console.controls import Control, Listing, Place
from tongban.terminals.ui import fields, texts
from tongban.terminals.ui.texts import _

Path = tuple[str | int, ...]
_YEARS = re.compile(r"(\d{1,4})\s*(年|years?|天|日|days?)")


@dataclass(frozen=True)
class Drawn:
    """A control as the template draws it; a rule has its own template with a live check."""

    field: fields.Field
    is_rule: bool
    fixed: str = ""  # the value of an identifier that was published


@dataclass(frozen=True)
class Entry:
    """An entry of a list: edited on the spot, or with a page of its own."""

    at: str
    label: str
    sub: str
    faults: int
    drawn: Sequence[Drawn]


@dataclass(frozen=True)
class DrawnList:
    """A list with its entries."""

    at: str
    title: str
    one: str
    inline: bool
    entries: Sequence[Entry]
    error: str


@dataclass(frozen=True)
class Opened:
    """A place of one draft that is being edited."""

    place: Place
    base: Path
    data: Mapping[str, Any]
    held: Snapshot
    fixed: frozenset[tuple[str, str]]

    def controls(self) -> list[tuple[Path, Control]]:
        """Every control of the page with the path of its value."""
        found = [((*self.base, *control.key.split(".")), control) for control in self.place.controls]
        for path, listing in self.lists():
            for at in range(len(value_at(self.data, path) or [])):
                found += [((*path, at, *control.key.split(".")), control) for control in listing.controls]
        return [(path, control) for path, control in found if _in_schema(pattern(path))]

    def lists(self) -> list[tuple[Path, Listing]]:
        """Every list of the page; options only where the type of the field has some."""
        lists = [((*self.base, *one.key.split(".")), one) for one in self.place.lists]
        kind = (value_at(self.data, self.base) or {}).get("type") if self.base else None
        if pattern(self.base) == "form.*.fields.*" and kind not in ("choice", "choices"):
            lists = []
        return lists


def open_place(
    where: str, data: Mapping[str, Any], held: Snapshot, fixed: frozenset[tuple[str, str]]
) -> Opened | None:
    """The place that an address names; None where there is no such page or nothing stands there."""
    path = undotted(where)
    place = offered.PLACES.get(pattern(path))
    if place is None:
        return None
    base: Path = path if any(isinstance(step, int) for step in path) else ()
    if base and not isinstance(value_at(data, base), dict):
        return None
    return Opened(place, base, data, held, fixed)


@cache
def _in_schema(where: str) -> bool:
    """Whether items have such a place at all: newer keys appear with the schema that allows them."""
    schema: Any = load_schema("item")
    for step in where.split("."):
        schema = schema.get("items" if step == "*" else "properties", {})
        schema = schema if step == "*" else schema.get(step)
        if schema is None:
            return False
        while "$ref" in schema:
            schema = load_schema("item")["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return True


def said(error: PackError) -> str:
    """A fault in one sentence of this language."""
    if texts.language() == texts.ENGLISH or not error.what_zh:
        return f"{error.what}. {error.todo}."
    return f"{error.what_zh}。{error.todo_zh}。"


def faults_by_place(errors: Iterable[PackError]) -> dict[str, list[str]]:
    """The sentences of the faults by the place where they stand."""
    found: dict[str, list[str]] = {}
    for error in errors:
        found.setdefault(dotted(path_of(error.where)), []).append(said(error))
    return found


def below(faults: Mapping[str, Sequence[str]], where: str) -> list[str]:
    """The faults at a place and below it."""
    inside = f"{where}."
    return [text for at, found in faults.items() if at == where or at.startswith(inside) for text in found]


def part_of(where: str) -> str:
    """The page on which a place is edited; nothing for what only the text view reaches."""
    first = where.split(".", 1)[0]
    if first in offered.HOME:
        return offered.HOME[first]
    keys = {control.key.split(".", 1)[0] for control in offered.PLACES["basic"].controls}
    return "basic" if first in keys | {"task_code"} else ""


def draw(opened: Opened, faults: Mapping[str, Sequence[str]]) -> tuple[list[Drawn], list[DrawnList]]:
    """The controls and the lists of a page, each with its faults."""
    drawn: dict[str, Drawn] = {}
    for path, control in opened.controls():
        drawn[dotted(path)] = _draw(opened, path, control, faults)
    lists = [_draw_list(opened, path, listing, faults, drawn) for path, listing in opened.lists()]
    inside = tuple(f"{one.at}." for one in lists)
    own = [one for at, one in drawn.items() if not inside or not at.startswith(inside)]
    return own, lists


def _draw(opened: Opened, path: Path, control: Control, faults: Mapping[str, Sequence[str]]) -> Drawn:
    value, at = value_at(opened.data, path), dotted(path)
    fixed = path[-1] == "id" and (pattern(path[:-1]), value) in opened.fixed
    field = fields.Field(
        id=at,
        label=str(control.label),
        type=_TYPES.get(control.kind, control.kind),
        value=shown(value, control),
        required=not control.optional,
        hint=str(control.hint),
        error=" ".join(below(faults, at)),
        options=_options(opened, control, value),
    )
    return Drawn(field, control.kind == "rule", str(value) if fixed else "")


_TYPES = {
    "rule": "textarea",
    "lines": "textarea",
    "number": "decimal",
    "waiver": "choice",
    "validity": "text",
}


def _draw_list(
    opened: Opened,
    path: Path,
    listing: Listing,
    faults: Mapping[str, Sequence[str]],
    drawn: Mapping[str, Drawn],
) -> DrawnList:
    at = dotted(path)
    entries = []
    for index, data in enumerate(value_at(opened.data, path) or []):
        inside = f"{at}.{index}"
        label, sub = _entry_words(data)
        own = [one for key, one in drawn.items() if key.startswith(f"{inside}.")]
        entries.append(Entry(inside, label, sub, len(below(faults, inside)), own))
    error = " ".join(faults.get(at, ()))
    return DrawnList(at, str(listing.title), str(listing.one), bool(listing.controls), entries, error)


def title(opened: Opened) -> str:
    """The name of a page: its kind, and what the section, field, material or step is called."""
    kind = str(opened.place.title)
    return f"{kind} · {_entry_words(value_at(opened.data, opened.base))[0]}" if opened.base else kind


def _entry_words(data: Mapping[str, Any]) -> tuple[str, str]:
    """What stands in the row of an entry: its name, and what else is worth knowing."""
    name = next((data[key] for key in ("label", "title", "name", "question") if data.get(key)), "")
    sub = [str(data.get("id", ""))]
    if "fields" in data:
        sub.append(_("{count} 个栏目", count=len(data["fields"])))
    if data.get("type") in words.FIELD_TYPES:
        sub.append(str(words.FIELD_TYPES[data["type"]]))
    elif data.get("type") in words.STEPS:
        sub.append(str(words.STEPS[data["type"]]))
    if data.get("necessity") in words.NECESSITIES:
        sub.append(str(words.NECESSITIES[data["necessity"]]))
    if data.get("when"):
        sub.append(str(data["when"]))
    return texts.local(name) or _("（还没有名称）"), " · ".join(one for one in sub if one)


def shown(value: Any, control: Control) -> str:
    """A value as the control shows it."""
    if value is None:
        return ""
    if control.kind == "lines":
        return "\n".join(str(one) for one in value) if isinstance(value, list) else str(value)
    if control.kind == "waiver" and isinstance(value, dict):
        return next((f"{kind}:{code}" for kind, code in value.items()), "")
    if control.kind == "validity" and isinstance(value, dict):
        if "years" in value:
            return _("{count} 年", count=value["years"])
        return _("{count} 天", count=value["days"]) if "days" in value else _("长期")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _options(opened: Opened, control: Control, value: Any) -> tuple[fields.Option, ...]:
    if control.kind == "yesno":
        choices: Mapping[Any, Any] = {"yes": _("是"), "no": _("否")}
    elif control.kind in ("choice", "choices", "waiver"):
        choices = (
            control.options if isinstance(control.options, Mapping) else _source(opened, control.options)
        )
    else:
        return ()
    if control.optional and control.kind != "choices" and len(choices) < fields.RADIO_LIMIT:
        choices = {"": _("不设"), **choices}
    chosen = {str(one) for one in value} if isinstance(value, list) else {shown(value, control)}
    return tuple(
        fields.Option(str(key), str(label), chosen=str(key) in chosen) for key, label in choices.items()
    )


def _source(opened: Opened, name: str) -> dict[str, str]:
    """Choices that are data: of the pack, or of the draft itself."""
    held, data = opened.held, opened.data
    named = {
        "agencies": (DocumentKind.AGENCY, "name"),
        "credentials": (DocumentKind.CREDENTIAL, "name"),
        "facts": (DocumentKind.FACT, "label"),
    }
    if name in named:
        kind, key = named[name]
        return {
            code: f"{texts.local(one.get(key, code))}（{code}）"
            for code, one in held.documents.get(kind, {}).items()
        }
    if name == "themes":
        return {one["id"]: texts.local(one["name"]) for one in held.pack.get("themes", [])}
    if name == "step-types":
        enum = load_schema("item")["properties"]["procedure"]["items"]["properties"]["type"]["enum"]
        return {one: str(words.STEPS.get(one, one)) for one in enum}
    if name == "steps":
        own = opened.base[-1]
        steps = list(enumerate(data.get("procedure", [])))
        return {one["id"]: texts.local(one.get("title")) for at, one in steps if at != own and one.get("id")}
    found = {}
    for kind, source in (("credential", "credentials"), ("fact", "facts")):
        for code, label in _source(opened, source).items():
            found[f"{kind}:{code}"] = f"{words.WAIVERS[kind]} · {label}"
    for one in data.get("commitments", []):
        found[f"commitment:{one.get('id', '')}"] = (
            f"{words.WAIVERS['commitment']} · {texts.local(one.get('title'))}"
        )
    return found


def read(opened: Opened, posted: QueryDict) -> list[Edit]:
    """The edits that a posted page stands for: only what differs from what was shown, so that nothing is retyped."""
    edits = []
    for path, control in opened.controls():
        at, old = dotted(path), value_at(opened.data, path)
        if control.kind == "choices":
            if f"{at}-shown" in posted:
                new = posted.getlist(at)
                if set(new) != {str(one) for one in old or []}:
                    edits.append(Edit("set", path, new))
            continue
        text = posted.get(at)
        if text is None:
            continue
        text = typed(text)
        if text == shown(old, control).strip():
            continue
        if not text and control.optional:
            edits.append(Edit("drop", path))
        else:
            edits.append(Edit("set", path, _value(text, control)))
    return edits


def typed(text: str) -> str:
    """What was typed, as it can be stored: line ends of one kind, no NUL, which PostgreSQL does not take."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _value(text: str, control: Control) -> Any:
    """The value of a typed text; a text that is no such value stays as it was typed, for the checks to name."""
    whole = isinstance(control.options, Mapping) and all(isinstance(one, int) for one in control.options)
    if control.kind == "int" or (control.kind == "choice" and whole):
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else text
    if control.kind == "number":
        number = re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", text)
        return text if number is None else float(text) if number[1] else int(text)
    if control.kind == "yesno":
        return {"yes": True, "no": False}.get(text, text)
    if control.kind == "lines":
        return list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    if control.kind == "waiver":
        kind, _colon, code = text.partition(":")
        return {kind: code}
    if control.kind == "validity":
        span = _YEARS.fullmatch(text)
        if span:
            return {"years" if span[2] in ("年", "year", "years") else "days": int(span[1])}
        return {"forever": True} if text in ("长期", "forever", _("长期")) else text
    return text


def operation(opened: Opened, op: str) -> tuple[list[Edit], str]:
    """The edits of a button (`add:form`, `remove:form.0`, `up:form.1`, `down:form.0`), and the place to open next."""
    verb, _colon, where = op.partition(":")
    path = undotted(where)
    lists = {dotted(own): listing for own, listing in opened.lists()}
    if verb == "add" and where in lists:
        blank = _blank(path, value_at(opened.data, path) or [])
        added = f"{where}.{len(value_at(opened.data, path) or [])}"
        return [Edit("add", path, blank)], "" if lists[where].controls else added
    if not path or dotted(path[:-1]) not in lists or not isinstance(path[-1], int):
        return [], ""
    if verb == "remove":
        return [Edit("drop", path)], ""
    steps = {"up": -1, "down": 1}
    return ([Edit("move", path, steps[verb])], "") if verb in steps else ([], "")


def _blank(path: Path, siblings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    where = pattern(path)
    blank = dict(offered.BLANKS.get(where) or offered.BLANKS[where.rsplit(".", 1)[-1]])
    if "id" in blank:
        taken, number = {one.get("id") for one in siblings}, len(siblings) + 1
        while f"{blank['id']}_{number}" in taken:
            number += 1
        blank["id"] = f"{blank['id']}_{number}"
    return blank
