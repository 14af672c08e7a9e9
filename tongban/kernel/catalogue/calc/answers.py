"""Typed text into values, and values against the form: JSON Schema once per version, sentences per field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import jsonschema_rs

from tongban.foundation.ids import check_phone, check_resident_id, check_uscc
from tongban.foundation.money import BadAmount, parse_yuan
from tongban.kernel.catalogue.calc import rows
from tongban.kernel.catalogue.calc.definition import Definition
from tongban.kernel.catalogue.calc.parts import Field
from tongban.kernel.catalogue.calc.readable import UNREADABLE

LONGEST_TEXT = 200
LONGEST_TEXTAREA = 2000


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: a stable code and the sentence in both languages."""

    field: str
    code: str
    zh: str
    en: str


def _whole(text: str) -> Any:
    return int(text) if text.lstrip("+-").isdigit() and text.isascii() and len(text) < 16 else UNREADABLE


def _decimal(text: str) -> Any:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return UNREADABLE
    return format(number, "f") if number.is_finite() and len(text) < 20 else UNREADABLE


def _money(text: str) -> Any:
    try:
        return parse_yuan(text)
    except BadAmount:
        return UNREADABLE


_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_READERS: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "decimal": _decimal,
    "money": _money,
    "yesno": lambda text: _YES_NO.get(text.lower(), UNREADABLE),
    "resident_id": lambda text: text.upper(),
    "uscc": lambda text: text.upper(),
}


def read_answers(fields: Mapping[str, Field], posted: Mapping[str, list[str]]) -> dict[str, Any]:
    """Values of the posted texts by field; empty ones are left out, unreadable ones kept as a mark for `check`."""
    answers: dict[str, Any] = {}
    for id, field in fields.items():
        if field.type == "rows":
            if given := rows.read_rows(field, posted, read_answers):
                answers[id] = given
            continue
        texts = [text.strip() for text in posted.get(id, []) if text.strip()]
        if not texts:
            continue
        if field.type == "choices":
            answers[id] = texts
        else:
            answers[id] = _READERS.get(field.type, str)(texts[-1])
    return answers


def _schema_of(field: Field) -> dict[str, Any]:
    limits = field.limits
    longest = {"maxLength": limits.get("max_length", LONGEST_TEXT)}
    match field.type:
        case "rows":
            return rows.schema_of_rows(field, _schema_of)
        case "choice":
            return {"enum": [option.id for option in field.options]}
        case "choices":
            return {
                "type": "array",
                "uniqueItems": True,
                "items": {"enum": [option.id for option in field.options]},
            }
        case "yesno":
            return {"type": "boolean"}
        case "int" | "money":
            bounds = {"minimum": limits["min"]} if "min" in limits else {}
            bounds |= {"maximum": limits["max"]} if "max" in limits else {}
            return {"type": "integer", **bounds}
        case "decimal":
            return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        case "date":
            return {"type": "string", "format": "date"}
        case "textarea":
            return {"type": "string", "maxLength": limits.get("max_length", LONGEST_TEXTAREA)}
        case "resident_id" | "uscc" | "phone" | "place":
            return {"type": "string", "format": field.type, **longest}
    pattern = {"pattern": limits["pattern"]} if "pattern" in limits else {}
    return {"type": "string", **longest, **pattern}


def validator_for_form(definition: Definition, places: frozenset[str]) -> Any:
    """The compiled JSON Schema of a form; `places` are the codes a place field may hold."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {id: _schema_of(field) for id, field in definition.fields.items()},
        "additionalProperties": False,
    }
    formats = {
        "resident_id": lambda text: check_resident_id(text).ok,
        "uscc": lambda text: check_uscc(text).ok,
        "phone": lambda text: check_phone(text).ok,
        "place": lambda text: text in places,
    }
    return jsonschema_rs.validator_for(schema, validate_formats=True, formats=formats)


_CODES = {
    "Enum": "option",
    "MaxLength": "too_long",
    "Pattern": "pattern",
    "Minimum": "min",
    "Maximum": "max",
    "Type": "type",
    "UniqueItems": "option",
}
_SENTENCES = {
    "required": ("请填写{label}", "Fill in: {label}"),
    "option": ("请从选项中选择{label}", "Choose one of the options: {label}"),
    "too_long": ("{label}太长", "Too long: {label}"),
    "pattern": ("{label}的格式不对{example_zh}", "The form is wrong: {label}{example_en}"),
    "min": ("{label}不能小于 {min}", "{label}: not less than {min}"),
    "max": ("{label}不能大于 {max}", "{label}: not more than {max}"),
    "too_few": ("{label}至少填 {least} 行", "{label}: at least {least} rows"),
    "too_many": ("{label}最多填 {most} 行", "{label}: {most} rows at most"),
    "twice": ("{label}中有重复的一行", "{label}: two rows are about the same"),
    "total": ("{label}：{column}合计应为 {whole}", "{label}: {column_en} must add up to {whole}"),
    "type": ("{label}填写的内容读不懂{example_zh}", "{label} cannot be read{example_en}"),
    "check_digit": ("{label}不正确：{why_zh}", "{label} is wrong: {why_en}"),
}
_CHECKS = {"resident_id": check_resident_id, "uscc": check_uscc, "phone": check_phone}


def _error(field: Field, code: str, value: Any = None, *, at: str = "", row: int | None = None) -> FieldError:
    """The sentence for a field or, with `at` and `row`, for a cell of a repeating group."""
    example = field.limits.get("example")
    total = field.limits.get("total", {})
    column = next((one for one in field.fields if one.id == total.get("of")), field)
    words: dict[str, Any] = {
        "min": field.limits.get("min", ""),
        "max": field.limits.get("max", ""),
        "least": rows.least(field),
        "most": rows.most(field),
        "whole": total.get("is", ""),
        "column": column.label.zh,
        "column_en": column.label.en or column.label.zh,
        "example_zh": f"，例如 {example}" if example else "",
        "example_en": f", for example {example}" if example else "",
    }
    if code == "check_digit":
        verdict = _CHECKS[field.type](value)
        words |= {"why_zh": verdict.why_zh, "why_en": verdict.why_en}
    zh, en = _SENTENCES[code]
    number = "" if row is None else f"第 {row + 1} 行"
    number_en = "" if row is None else f"Row {row + 1}: "
    return FieldError(
        at or field.id,
        code,
        number + zh.format(label=field.label.zh, **words),
        number_en + en.format(label=field.label.en or field.label.zh, **words),
    )


def check_answers(
    validator: Any, fields: list[Field], answers: Mapping[str, Any], *, only_given: bool = False
) -> list[FieldError]:
    """Errors of the shown `fields` in their order, one a field, and of a repeating group one a cell besides.

    `only_given` does not ask for what is missing yet.
    """
    shown = {field.id: field for field in fields}
    wrong: dict[str, FieldError] = {}
    document = {id: value for id, value in answers.items() if id in shown}
    for problem in validator.iter_errors(document):
        path = list(problem.instance_path)
        field = shown.get(str(path[0])) if path else None
        if field is None:
            continue
        if field.type == "rows":
            _cell_error(problem, field, path, document[field.id], wrong)
        elif field.id not in wrong:
            wrong[field.id] = _error(field, _code_of(problem, field, document[field.id]), document[field.id])
    for field in fields:
        value = document.get(field.id)
        if field.type == "rows":
            _check_rows(field, value, wrong, only_given=only_given)
        elif field.id in wrong:
            continue
        elif value is None and field.required and not only_given:
            wrong[field.id] = _error(field, "required")
        elif field.type == "decimal" and value is not None:
            _check_bounds(field, Decimal(value), wrong)
    return [one for field in fields for one in _errors_of(field, wrong)]


def _errors_of(field: Field, wrong: Mapping[str, FieldError]) -> list[FieldError]:
    """The error of a field, then those of its cells, row by row."""
    found = [wrong[field.id]] if field.id in wrong else []
    cells = [id for id in wrong if field.type == "rows" and id.startswith(f"{field.id}-")]
    return found + [wrong[id] for id in sorted(cells, key=lambda id: int(id.split("-")[1]))]


def _cell_error(
    problem: Any, field: Field, path: list[Any], value: Any, wrong: dict[str, FieldError]
) -> None:
    columns = {one.id: one for one in field.fields}
    if len(path) < 3 or str(path[2]) not in columns:
        wrong.setdefault(field.id, _error(field, "type"))
        return
    number, column = int(path[1]), columns[str(path[2])]
    at, given = rows.cell(field.id, number, column.id), value[number][column.id]
    wrong.setdefault(at, _error(column, _code_of(problem, column, given), given, at=at, row=number))


def _check_rows(field: Field, value: Any, wrong: dict[str, FieldError], *, only_given: bool) -> None:
    for number, column, given in rows.cells_of(field, value):
        at = rows.cell(field.id, number, column.id)
        if at in wrong:
            continue
        if given in (None, "", []):
            if column.required and not only_given:
                wrong[at] = _error(column, "required", at=at, row=number)
        elif column.type == "decimal":
            bounds: dict[str, FieldError] = {}
            _check_bounds(column, Decimal(given), bounds)
            if bounds:
                wrong[at] = _error(column, bounds[column.id].code, at=at, row=number)
    code = rows.faults_of_rows(field, value, only_given=only_given)
    if code and field.id not in wrong:
        wrong[field.id] = _error(field, code)


def _check_bounds(field: Field, value: Decimal, wrong: dict[str, FieldError]) -> None:
    # JSON Schema bounds compare floats; an area of exactly the limit must not fail for that.
    if "min" in field.limits and value < Decimal(str(field.limits["min"])):
        wrong[field.id] = _error(field, "min")
    elif "max" in field.limits and value > Decimal(str(field.limits["max"])):
        wrong[field.id] = _error(field, "max")


def _code_of(problem: Any, field: Field, value: Any) -> str:
    kind = type(problem.kind).__name__.removeprefix("ValidationErrorKind_")
    if value == UNREADABLE or field.type in {"decimal", "date"}:
        return "type"
    if kind == "Format":
        return "check_digit" if field.type in _CHECKS else "option"
    return _CODES.get(kind, "type")
