"""Edits of a draft: a tree of plain data changed path by path, and what must not change once it was published. Pure."""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Step = str | int
Path = tuple[Step, ...]
_STEPS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

# What the pages and the calculations walk through; anything else stands where it likes until the checks see it.
_SHAPE: dict[str, Any] = {
    **{key: {} for key in ("name", "summary", "limits", "fee", "result", "guide", "automatic", "tolerance")},
    "limits": {"statutory": {"extension": {}}, "promised": {"cases": [{}]}},
    "guide": {"process": [{}], "faq": [{}]},
    "legal_basis": [{}],
    "conditions": [{}],
    "situations": [{"options": [{}]}],
    "form": [{"fields": [{"options": [{}]}]}],
    "materials": [{}],
    "commitments": [{"check": {"within": {}}}],
    "procedure": [{"who": {}, "limit": {}}],
}


class LostPlace(LookupError):
    """The place that an edit names is not there."""


@dataclass(frozen=True)
class Edit:
    """One change: set a value, drop it, append to a list, or move an entry of a list by `value` places."""

    op: Literal["set", "drop", "add", "move"]
    path: Path
    value: Any = None


def apply_edits(data: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """A changed copy. Raises LostPlace for a path that leads nowhere; `set` makes the mappings it needs."""
    changed: dict[str, Any] = copy.deepcopy(dict(data))
    for edit in edits:
        try:
            _apply(changed, edit)
        except (KeyError, IndexError, TypeError) as error:
            raise LostPlace(dotted(edit.path)) from error
    return changed


def _apply(data: dict[str, Any], edit: Edit) -> None:
    *before, last = edit.path
    if edit.op == "set":
        node = _walk(data, before, make=True)
        node[last] = edit.value
    elif edit.op == "add":
        _walk(data, before, make=True).setdefault(last, []).append(edit.value)
    elif edit.op == "move":
        siblings = _walk(data, before)
        to = last + edit.value
        if 0 <= to < len(siblings):
            siblings.insert(to, siblings.pop(last))
    else:
        _drop(data, edit.path)


def _walk(node: Any, path: Sequence[Step], *, make: bool = False) -> Any:
    for step in path:
        if make and isinstance(node, dict) and step not in node:
            node[step] = {}
        node = node[step]
    return node


def _drop(data: dict[str, Any], path: Path) -> None:
    *before, last = path
    try:
        parent = _walk(data, before)
    except (KeyError, TypeError):
        return  # an optional text that is not there
    if isinstance(parent, dict):
        parent.pop(last, None)
        # {zh: …, en: …} without a language is no text any more.
        if not parent and before and isinstance(before[-1], str):
            _drop(data, tuple(before))
    else:
        del parent[last]


def value_at(data: Any, path: Sequence[Step]) -> Any:
    """What stands at a path; None where it leads nowhere."""
    try:
        return _walk(data, path)
    except (KeyError, IndexError, TypeError):
        return None


def path_of(where: str) -> Path:
    """The path of a fault's `where`: form[0].id is ("form", 0, "id")."""
    return tuple(int(index) if index else name for index, name in _STEPS.findall(where.replace("(root)", "")))


def dotted(path: Sequence[Step]) -> str:
    """A path in one word, as names of controls have it: form.0.id."""
    return ".".join(str(step) for step in path)


def undotted(text: str) -> Path:
    """The path of such a word."""
    return tuple(int(step) if step.isdigit() else step for step in text.split(".") if step)


def pattern(path: Sequence[Step]) -> str:
    """The kind of place, every index a star (form.*.fields.*)."""
    return ".".join("*" if isinstance(step, int) else step for step in path)


def published_ids(data: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Identifiers that answers, examples and rules may name already: (kind of place, identifier)."""
    return frozenset(_ids(data, ()))


def _ids(node: Any, path: Path) -> Any:
    entries = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) else ()
    for step, below in entries:
        if step == "id" and isinstance(below, str):
            yield pattern(path), below
        yield from _ids(below, (*path, step))


def is_shaped(data: Any, shape: Any = None) -> bool:
    """Whether lists and mappings stand where the editor walks; values may be anything."""
    shape = _SHAPE if shape is None else shape
    if isinstance(shape, list):
        return isinstance(data, list) and all(is_shaped(one, shape[0]) for one in data)
    return isinstance(data, dict) and all(
        key not in data or is_shaped(data[key], shape[key]) for key in shape
    )


def blank_item(code: str, name: Mapping[str, str], agency: Mapping[str, Any], day: str) -> dict[str, Any]:
    """The first draft of an item that does not exist yet: what can be known of it, the rest to be filled in."""
    return {
        "code": code,
        "version": 1,
        "valid_from": day,
        "name": dict(name),
        "summary": {"zh": "", "en": ""},
        "type": "public_service",
        "kind": "promised",
        "audience": ["person"],
        "themes": [],
        "catalog_code": "",
        "task_code": agency["uscc"],
        "use_level": "3",
        "power_source": "1",
        "agency": agency["code"],
        "handled_at": "town",
        "handle_scope": "home_only",
        "legal_basis": [],
        "limits": {
            "statutory": {"value": "", "unit": "workdays", "basis": {"zh": ""}, "illustrative": True},
            "promised": {"value": "", "unit": "workdays"},
        },
        "online_depth": "III",
        "visits": 0,
        "channels": ["online", "window"],
        "level": 3,
        "fee": {"charged": False, "note": {"zh": "不收费。", "en": "Free of charge."}},
        "conditions": [],
        "situations": [],
        "form": [],
        "materials": [],
        "commitments": [],
        "procedure": [],
        "result": {"credential": "", "name": {"zh": ""}, "valid": {"forever": True}},
        "guide": {
            "process": [],
            "places": {"zh": ""},
            "hours": {"zh": ""},
            "consult_phone": "",
            "complaint_phone": "",
            "faq": [],
        },
        "words": [],
    }
