"""Deny by default: every address declares who may open it (tongban.terminals.ui.rights)."""

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

SKIPPED = ("static/",)


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, object]]:
    """Every route with its view, through all includes."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif not here.startswith(SKIPPED):
            yield here, pattern.callback


def undeclared(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Routes whose view does not say who may open it."""
    return [route for route, view in routes(patterns) if getattr(view, "tongban_right", None) is None]


def test_every_route_declares_its_right():
    patterns = get_resolver().url_patterns
    assert list(routes(patterns)), "the site has no routes"
    assert undeclared(patterns) == []


def test_an_open_route_says_why():
    rights = [(route, view.tongban_right) for route, view in routes(get_resolver().url_patterns)]
    assert [route for route, right in rights if right.kind == "open" and not right.why.strip()] == []


def test_planted_route_without_right_is_found():
    def bare(request):
        return HttpResponse()

    def declared(request):
        return HttpResponse()

    declared.tongban_right = object()
    inner = ([path("bare/", bare), path("declared/", declared)], "inner")
    assert undeclared([path("inner/", (inner[0], "inner", "inner"))]) == ["inner/bare/"]
