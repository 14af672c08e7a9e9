"""A copy of one's data for people: one page of plain tables that opens anywhere, without a network."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.dossiers.states import SECTIONS
from tongban.terminals.portal import words
from tongban.terminals.ui import texts


def page(document: Mapping[str, Any]) -> str:
    """The page of a document of `schemas/data-copy.json`, in the language in force."""
    facts = catalogue.snapshot().documents.get("fact", {})
    sections = [
        (
            words.either(*names),
            [
                [(_label(name, key, facts, row), _said(one)) for key, one in row.items()]
                for row in document[name]
            ],
        )
        for name, names in SECTIONS.items()
    ]
    context = {
        "document": document,
        "sections": sections,
        "lang": "en" if texts.language() == texts.ENGLISH else "zh-CN",
    }
    return render_to_string("portal/data_copy.html", context)


def _label(section: str, key: str, facts: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """A fact by what the pack calls it; other columns by their names, which the schema explains."""
    if section == "facts" and key == "name" and row["name"] in facts:
        return texts.local(facts[row["name"]]["label"])
    return key


def _said(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{_said(one)}" for name, one in value.items()) or "—"
    if isinstance(value, list):
        return "；".join(_said(one) for one in value) or "—"
    return str(value)
