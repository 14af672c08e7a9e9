"""What the guards read: the tree of files, their syntax, and the order of packages from the import contracts."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SKIPPED = {"__pycache__", "node_modules", "vendor"}


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, with slashes, and its syntax tree."""

    path: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """Parse `text` as the file `path`; guards' self-tests plant their violations with it."""
        return cls(path, ast.parse(text, path))

    @property
    def package(self) -> str:
        """The package a file counts for: `tongban.kernel.cases`, `tongban.site`, `tongban.foundation`."""
        return package_of(".".join(Path(self.path).with_suffix("").parts))


def package_of(dotted: str) -> str:
    """The part of a dotted name at which the contracts look."""
    parts = dotted.split(".")
    return ".".join(parts[: 3 if len(parts) > 2 and parts[1] in {"kernel", "modules", "terminals"} else 2])


def files(*folders: str, suffix: str = "") -> Iterator[Path]:
    """The files under these folders of the project, without caches and vendored code."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if path.is_file() and not SKIPPED.intersection(path.relative_to(ROOT).parts):
                yield path


def relative(path: Path) -> str:
    """The path from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def _parse(path: Path) -> Source:
    return Source.of(relative(path), path.read_text(encoding="utf-8"))


def sources(*folders: str, migrations: bool = False) -> list[Source]:
    """The Python files under these folders, parsed."""
    return [
        _parse(path)
        for path in files(*folders, suffix=".py")
        if migrations or "migrations" not in path.relative_to(ROOT).parts
    ]


def contract(identity: str) -> dict:
    """One import contract of pyproject.toml."""
    found = [c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["id"] == identity]
    assert len(found) == 1, f"pyproject.toml has {len(found)} import contracts with the id {identity}"
    return found[0]


@cache
def ranks(identity: str) -> dict[str, int]:
    """Height of each name in a layers contract; the lowest layer is 0 and siblings share a height."""
    layers = contract(identity)["layers"]
    return {
        name: len(layers) - 1 - place
        for place, layer in enumerate(layers)
        for name in re.findall(r"\w+", layer)
    }


def may_know(upper: str, lower: str) -> bool:
    """True when the contracts let package `upper` know package `lower`; unknown names may not be known."""
    upper, lower = package_of(upper), package_of(lower)
    if upper == lower:
        return True
    high, low = upper.split("."), lower.split(".")
    tops = ranks("tree")
    if high[1:2] != low[1:2]:
        return tops.get(high[1], -1) > tops.get(low[1], len(tops))
    rows = ranks(high[1]) if high[1] in {"kernel", "modules", "terminals"} else {}
    return rows.get(high[-1], -1) > rows.get(low[-1], len(rows))


@cache
def package_by_label() -> dict[str, str]:
    """Package of each Django app label, from the apps.py files (`label`, else the last part of `name`)."""
    labels = {}
    for source in sources("tongban"):
        if Path(source.path).name != "apps.py":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                values = {
                    target.id: statement.value.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
                    for target in statement.targets
                    if isinstance(target, ast.Name)
                }
                if "name" in values:
                    labels[values.get("label", values["name"].split(".")[-1])] = values["name"]
    return labels


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` for an attribute chain, calls left out; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted_name(node.func)
    return ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
