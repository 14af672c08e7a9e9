"""Checking a pack's data against its schema, with the file and line of every fault."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

from tongban.foundation.errors import Problem
from tongban.foundation.packs.faults import PackError, Step
from tongban.foundation.packs.reading import Located

_SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


class _Sentence(NamedTuple):
    zh: str
    todo_zh: str
    en: str
    todo_en: str


# Rule of the schema → what is wrong and what to do; the names in braces come from the rule.
_SENTENCES = {
    "required": _Sentence("缺少“{property}”", "请补上", "'{property}' is missing", "Add it"),
    "additionalProperties": _Sentence(
        "不认识的键“{key}”", "请改名或删去", "the key '{key}' is not known", "Rename or remove it"
    ),
    "falseSchema": _Sentence("此处不应有值", "请删去", "nothing may stand here", "Remove it"),
    "type": _Sentence(
        "{value} 的类型不对", "应为 {types}", "{value} has the wrong type", "Write a value of type {types}"
    ),
    "enum": _Sentence(
        "{value} 不在可选值中", "请从 {options} 中选择", "{value} is not allowed", "Use one of {options}"
    ),
    "const": _Sentence(
        "{value} 不对", "应为 {expected_value}", "{value} is not allowed", "Write {expected_value}"
    ),
    "pattern": _Sentence(
        "{value} 格式不对", "应符合 {pattern}", "{value} is malformed", "Match the pattern {pattern}"
    ),
    "format": _Sentence("{value} 格式不对", "应为 {format}", "{value} is malformed", "Write a {format}"),
    "minLength": _Sentence(
        "{value} 太短", "至少 {limit} 个字", "{value} is too short", "Write at least {limit} characters"
    ),
    "maxLength": _Sentence(
        "{value} 太长", "至多 {limit} 个字", "{value} is too long", "Write at most {limit} characters"
    ),
    "minimum": _Sentence("{value} 太小", "不小于 {limit}", "{value} is too small", "Write at least {limit}"),
    "maximum": _Sentence("{value} 太大", "不大于 {limit}", "{value} is too large", "Write at most {limit}"),
    "exclusiveMinimum": _Sentence(
        "{value} 太小", "应大于 {limit}", "{value} is too small", "Write more than {limit}"
    ),
    "exclusiveMaximum": _Sentence(
        "{value} 太大", "应小于 {limit}", "{value} is too large", "Write less than {limit}"
    ),
    "minItems": _Sentence(
        "项数太少", "至少 {limit} 项", "the list is too short", "Give at least {limit} entries"
    ),
    "maxItems": _Sentence(
        "项数太多", "至多 {limit} 项", "the list is too long", "Give at most {limit} entries"
    ),
    "uniqueItems": _Sentence("有重复项", "请去掉重复", "the list has an entry twice", "Keep one of the two"),
    "minProperties": _Sentence(
        "键太少", "至少 {limit} 个", "there are too few keys", "Give at least {limit}"
    ),
    "maxProperties": _Sentence(
        "键太多", "至多 {limit} 个", "there are too many keys", "Give at most {limit}"
    ),
}
_SENTENCES["oneOf"] = _SENTENCES["anyOf"] = _Sentence(
    "{value} 不是所允许的任何一种写法",
    "请对照数据格式说明改正",
    "{value} has none of the forms allowed, or several",
    "Compare with the schema",
)
_SENTENCES["unevaluatedProperties"] = _SENTENCES["additionalProperties"]
_OTHER = _Sentence("不符合要求：{message}", "请对照数据格式说明改正", "{message}", "Compare with the schema")


class UnknownSchema(Problem):
    """There is no schema of that name; a slip in our own code."""

    code = "pack.unknown_schema"
    status = 500


class Schema(dict[str, Any]):
    """A JSON schema, compiled when it is first asked and then no more: a pack has hundreds of files and a few schemas."""

    @cached_property
    def compiled(self) -> Any:
        """What checks data against it."""
        return jsonschema_rs.validator_for(dict(self), validate_formats=True)


@cache
def load_schema(name: str) -> Schema:
    """The schema of that name (item, calendar, …), not to be changed. Raises UnknownSchema, which lists them."""
    known = sorted(path.stem for path in _SCHEMAS.glob("*.json"))
    if name not in known:
        raise UnknownSchema(
            sentence_zh=f"没有名为“{name}”的数据格式。",
            sentence_en=f"There is no schema '{name}'.",
            todo_zh=f"可用的有：{'、'.join(known)}。",
            todo_en=f"Known: {', '.join(known)}.",
            about=name,
        )
    return Schema(json.loads((_SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))


def validate(located: Located, schema: Schema, file: str | None = None) -> list[PackError]:
    """Every fault of the data against the schema, by line; `file` is what the faults call it."""
    found = [
        error if file is None else replace(error, file=file)
        for raw in schema.compiled.iter_errors(located.data)
        for error in _explained(located, raw)
    ]
    return sorted(dict.fromkeys(found), key=lambda error: error.line)


def _explained(located: Located, raw: jsonschema_rs.ValidationError) -> Iterator[PackError]:
    """The faults that one error of the validator stands for."""
    rule = raw.kind.name
    details = raw.kind.as_dict()
    path: list[Step] = list(raw.instance_path)
    if rule in ("anyOf", "oneOf"):
        branch = _nearest(details["context"], len(path))
        if branch:
            for inner in branch:
                yield from _explained(located, inner)
            return
    sentence = _SENTENCES.get(rule, _OTHER)
    for key in details.get("unexpected", [None]):
        words = {
            **{name: _shown(value) for name, value in details.items()},
            "key": key,
            "value": _shown(raw.instance, quoted=True),
            "message": raw.message,
        }
        yield located.error(
            path if key is None else [*path, key],
            sentence.en.format_map(words),
            sentence.todo_en.format_map(words),
            what_zh=sentence.zh.format_map(words),
            todo_zh=sentence.todo_zh.format_map(words),
        )


_Errors = list[jsonschema_rs.ValidationError]


def _nearest(branches: list[_Errors], depth: int) -> _Errors:
    """The errors of the alternative most likely meant: one of the right type, with fewest errors."""

    def distance(errors: _Errors) -> tuple[bool, int]:
        other = any(error.kind.name == "type" and len(error.instance_path) <= depth for error in errors)
        return other, len(errors)

    possible = [errors for errors in branches if errors]
    # Where none has the right type, naming one of them would mislead.
    best = min(possible, key=distance, default=[])
    return [] if not best or distance(best)[0] else best


def _shown(value: object, *, quoted: bool = False) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(part) for part in value)
    if isinstance(value, dict):
        return "{…}"
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:57]}…"
    return f"'{text}'" if quoted else text
