"""docs/concepts.md explains every package and names every table: one word for one thing."""

import re

from django.apps import apps

from tests.guards.source import ROOT, contract

CODE = re.compile(r"`([A-Za-z_.]+)`")


def packages() -> set[str]:
    """Folders of ours that stand in the tree now and are named by an import contract."""
    names = set()
    for layer in ("kernel", "modules", "terminals"):
        listed = {name for row in contract(layer)["layers"] for name in re.findall(r"\w+", row)}
        names |= {name for name in listed if (ROOT / "tongban" / layer / name / "__init__.py").exists()}
    return names


def missing(wanted: set[str], text: str) -> set[str]:
    """Names that the glossary does not have as code."""
    return wanted - set(CODE.findall(text))


def _glossary() -> str:
    return (ROOT / "docs/concepts.md").read_text(encoding="utf-8")


def test_every_package_is_explained():
    assert missing(packages(), _glossary()) == set()


def test_every_table_is_explained():
    tables = {model.__name__ for model in apps.get_models() if model.__module__.startswith("tongban.")}
    assert missing(tables, _glossary()) == set()


def test_planted_gap_is_found():
    assert missing({"cases", "clocks"}, "| 办件 | case | `cases` |") == {"clocks"}
