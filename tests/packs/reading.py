"""Plain reading of the packs' files for the tests beside it: YAML, schemas, check digits, a second opinion on rules."""

import json
import re
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "dongguan"
SCHEMAS = ROOT / "tongban" / "foundation" / "schemas"

# Pattern of files → the schema they must satisfy.
KINDS = {
    "pack.yaml": "pack",
    "agencies.yaml": "agencies",
    "facts.yaml": "facts",
    "facts/*.yaml": "facts",
    "places/*.yaml": "places",
    "calendar/*.yaml": "calendar",
    "items/*.yaml": "item",
    "credentials/*.yaml": "credential",
    "letters/letters.yaml": "letters",
    "ratings.yaml": "ratings",
    "village-proofs.yaml": "village",
    "examples/*.yaml": "example",
    "examples/search-judged.yaml": "judged",
    "synonyms.yaml": "synonyms",
    "names.yaml": "names",
    "demo.yaml": "demo",
    "policies/*.yaml": "policy",
    "exchange.yaml": "exchange",
    "systems.yaml": "systems",
    "appeals/rules.yaml": "appeals",
    "appeals/answers.yaml": "appeal-answers",
    "appeals/examples.yaml": "appeal-examples",
    "policies/exclusions.yaml": "exclusions",
    "policies/funds.yaml": "funds",
    "policies/routes.yaml": "routes",
    "examples/policies/*.yaml": "policy-example",
    "matching/kinds.yaml": "matching-kinds",
    "matching/terms.yaml": "matching-terms",
    "matching/judged.yaml": "matching-judged",
    "matching/judged-third.yaml": "matching-judged",
    "matching/examples.yaml": "matching-examples",
    "visits.yaml": "visits",
    "projects/*.yaml": "project",
    "projects/settings.yaml": "project-settings",
    "examples/projects/*.yaml": "project-example",
}
NAME = re.compile(r"\b([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\b")
LITERAL = re.compile(r"'[^']*'")


@cache
def load(name: str) -> Any:
    """The content of one file of the pack."""
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


@cache
def validator(schema: str) -> Any:
    """The compiled schema of that name."""
    text = (SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


def all_files() -> list[tuple[str, str]]:
    """Every data file of the pack with its schema; a YAML file that no pattern names comes with an empty one."""
    found = {}
    for pattern, schema in KINDS.items():
        for path in PACK.glob(pattern):
            found[path.relative_to(PACK).as_posix()] = schema
    for path in PACK.rglob("*.yaml"):
        found.setdefault(path.relative_to(PACK).as_posix(), "")
    return sorted(found.items())


def _folder(name: str) -> list[dict[str, Any]]:
    return [load(path.relative_to(PACK).as_posix()) for path in sorted((PACK / name).glob("*.yaml"))]


def items() -> list[dict[str, Any]]:
    return _folder("items")


def credentials() -> list[dict[str, Any]]:
    return _folder("credentials")


def examples() -> list[dict[str, Any]]:
    paths = sorted((PACK / "examples").glob("*.yaml"))
    names = [path.relative_to(PACK).as_posix() for path in paths if path.name != "search-judged.yaml"]
    return [one for name in names for one in load(name)]


def judged() -> list[dict[str, Any]]:
    """What people type, and the items of which one has to be among the first three."""
    return list(load("examples/search-judged.yaml"))


def fields_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All form fields of an item, in order."""
    return [field for section in item["form"] for field in section["fields"]]


def criteria_of(item: Mapping[str, Any]) -> list[str]:
    """All criteria texts of an item, wherever they stand."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            named = {k: v for k, v in node.items() if k in {"when", "rule", "grant_when"}}
            found.extend(
                v for v in named.values() if isinstance(v, str)
            )  # a situation may be called "when" too
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(item)
    return found


def names_in(criteria: str) -> set[str]:
    """The facts, situations and answers that a criteria text reads."""
    return set(NAME.findall(LITERAL.sub("''", criteria)))


def judge(criteria: str, values: Mapping[str, Any]) -> bool | None:
    """What SQLite says of the text: its three-valued logic is a second opinion, independent of our engine."""
    connection = sqlite3.connect(":memory:")
    connection.create_function(
        "contains", 2, lambda many, one: None if many is None else one in many.split("\x1f")
    )
    names = sorted(names_in(criteria))
    parts = re.split(r"('[^']*')", criteria)
    sql = "".join(part if part.startswith("'") else NAME.sub(r'"\1"', part) for part in parts)
    given: list[Any] = [
        "\x1f".join(value) if isinstance(value, list) else value
        for value in (values.get(name) for name in names)
    ]
    columns = ", ".join(f'? AS "{name}"' for name in names)
    (answer,) = connection.execute(f"SELECT {sql} FROM (SELECT {columns})", given).fetchone()
    connection.close()
    return None if answer is None else bool(answer)


def values_of(example: Mapping[str, Any]) -> dict[str, Any]:
    """What an example gives, by full name."""
    given = example["given"]
    values = dict(given.get("facts", {}))
    values.update({f"situation.{key}": value for key, value in given.get("situation", {}).items()})
    values.update({f"answer.{key}": value for key, value in given.get("answers", {}).items()})
    return values


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def uscc_ok(code: str) -> bool:
    """Whether both check characters of a unified social credit code are right (GB 32100-2015, GB 11714-1997)."""
    if len(code) != 18 or set(code) - set(_USCC):
        return False
    total = sum(_USCC.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(_ORGANISATION.index(s) * w for s, w in zip(code[8:16], weights, strict=True)) % 11
    return code[17] == _USCC[-total % 31] and code[16] == {10: "X", 11: "0"}.get(rest, str(rest))


def resident_id_ok(code: str) -> bool:
    """Whether the check character of a resident identity number is right (GB 11643-1999)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(sign) * weight for sign, weight in zip(code[:17], weights, strict=True))
    return code[17] == "10X98765432"[total % 11]
