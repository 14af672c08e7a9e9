"""Which columns a query asks is written in the program: never taken from a request (threat T18, CVE-2025-64459 and its kin)."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.source import Source, dotted_name, sources

# What turns names into columns, by keyword or by position.
ASKING = {
    "filter",
    "exclude",
    "get",
    "get_or_create",
    "update_or_create",
    "Q",
    "annotate",
    "aggregate",
    "alias",
}
ORDERING = {
    "order_by",
    "values",
    "values_list",
    "only",
    "defer",
    "distinct",
    "select_related",
    "extra",
    "raw",
}
SENT = {"GET", "POST", "FILES", "COOKIES", "headers", "META", "body"}


def _sent(node: ast.AST) -> bool:
    """Whether an expression takes something out of a request."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in SENT and "request" in dotted_name(part.value)
        for part in ast.walk(node)
    )


def names_from_requests(source: Source) -> Iterator[str]:
    """Calls that would let a request name columns."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = dotted_name(node.func).split(".")[-1]
        if called in ASKING and any(one.arg is None and _sent(one.value) for one in node.keywords):
            yield f"{source.path}:{node.lineno} {called}(**…)"
        if called in ORDERING and any(map(_sent, node.args)):
            yield f"{source.path}:{node.lineno} {called}(…)"


def test_no_request_names_a_column():
    assert [found for source in sources("tongban") for found in names_from_requests(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "rows.filter(**request.GET.dict())",
        "rows.exclude(**dict(request.POST.items()))",
        "Q(**{**request.GET, 'x': 1})",
        "rows.order_by(request.GET['sort'])",
        "rows.values(*request.GET.getlist('show'))",
        "rows.annotate(**self.request.GET.dict())",
    ],
)
def test_planted_ones_are_found(text):
    assert len(list(names_from_requests(Source.of("tongban/x.py", text)))) == 1


def test_values_from_a_request_are_none_of_its_business():
    text = "rows.filter(town=request.GET['town']).order_by('id')\nrequest.GET.get('town')"
    assert list(names_from_requests(Source.of("tongban/x.py", text))) == []


def test_values_are_looked_for_under_every_key():
    """While keys of blind indexes are exchanged a value may stand under either: who asked under one alone would miss it (ADR 0058)."""
    asking = {
        source.path
        for source in sources("tongban")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and any(one.name == "blind_index" for one in node.names)
    }
    calling = {
        source.path
        for source in sources("tongban")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and dotted_name(node.func).endswith("KEY_RING.blind_index")
    }
    assert asking == set()
    assert calling == {"tongban/kernel/records/models/__init__.py"}
