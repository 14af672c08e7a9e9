"""Walks every address of the site with the identifiers of something secret, and finds where a word of it comes out.

How to use it for something else (a case, a claim, a project): make the thing with words that occur nowhere else, say
them in a `Secret` with every identifier that an address could take for it, make a `Viewer` for each who must not see it,
and ask `leaks`. Nothing has to be listed: routes are read from the site, so that a new page is walked when it is there.
For "every role at every address" make one `Viewer` for each role (`roles_without` names those that lack permissions).

A crawl that finds nothing proves nothing by itself: let somebody who may see the thing crawl too, and name the routes
on which its words must come out; and take a policy away, and see that the crawl finds it.

`leaks` walks what a viewer's rights open at all; what they do not open is refused before the page runs, and other tests
hold that. `leaks(..., every=True)` knocks there too, which is the whole product of routes and viewers.
"""

import itertools
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tongban.kernel.access.states import ROLES, Permission, Side
from tongban.terminals.ui.rights import Right

SKIPPED = ("static/", "sign-out/")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
READABLE = ("text/", "application/json", "image/svg+xml", "application/manifest+json")


@dataclass(frozen=True)
class Secret:
    """Something with words that occur nowhere else, and all by which an address or a form could ask for it."""

    words: tuple[str, ...]
    ids: tuple[uuid.UUID, ...]
    slugs: tuple[str, ...] = ()  # verbs, towns, categories: tried wherever an address takes a word
    asked: tuple[dict[str, str], ...] = ()  # what lists and searches are asked for, one after the other
    posted: dict[str, str] = field(default_factory=dict)  # what forms are sent


@dataclass
class Viewer:
    """Somebody with a browser of their own: staff with permissions, somebody signed in with none, a visitor (None)."""

    name: str
    client: Client
    permissions: frozenset[Permission] | None = None
    requests: int = 0  # how many were made

    def reaches(self, right: Right | None) -> bool:
        """Whether the right that a route declares lets them in; one that declares none lets in everybody."""
        if right is None or right.kind == "open":
            return True
        held = self.permissions
        return held is not None and (right.kind == "signed_in" or bool(held & set(right.permissions)))


@dataclass(frozen=True)
class Route:
    """An address of the site: its name, its pattern, the right that it declares."""

    name: str
    pattern: str
    right: Right | None


@dataclass(frozen=True)
class Leak:
    """An answer that says a word of a secret, or that broke, or that nobody can read."""

    viewer: str
    route: str
    how: str

    def __str__(self) -> str:
        return f"{self.viewer}: {self.route} ({self.how})"


def roles_without(*permissions: Permission) -> list[str]:
    """The roles of those who handle business that carry none of these permissions; administrators stand apart (`SIDES`)."""
    return [
        name
        for name, role in ROLES.items()
        if role.given and role.side is Side.BUSINESS and not role.permissions & set(permissions)
    ]


# The administrators: no account holds two of these, nor one of them and a role of business.
SIDES = [name for name, role in ROLES.items() if role.given and role.side is not Side.BUSINESS]


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[Route]:
    """Every route of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif not here.startswith(SKIPPED):
            yield Route(pattern.name or here, here, getattr(pattern.callback, "tongban_right", None))


def paths(pattern: str, secret: Secret) -> Iterator[str]:
    """The addresses of a route: every identifier and word of the secret in every place that takes one.

    Where an address takes several, each identifier stands before the two that follow it, not before all: what belongs
    together is said close together in the secret.
    """
    taken = [kind or "str" for kind, _name in PARAMETER.findall(pattern)]
    texts = (*secret.slugs, *(quote(one, safe="") for one in secret.words[:1]))
    values: dict[str, tuple[Any, ...]] = {"int": (1,), "slug": secret.slugs}
    many = taken.count("uuid")
    for ids in _together(secret.ids, many):
        held = iter(ids)
        places = [(next(held),) if kind == "uuid" else values.get(kind, texts) for kind in taken]
        for chosen in itertools.product(*places):
            parts = PARAMETER.split(pattern)[::3]
            yield "/" + "".join(a + str(b) for a, b in itertools.zip_longest(parts, chosen, fillvalue=""))


def _together(ids: tuple[uuid.UUID, ...], many: int) -> Iterator[tuple[uuid.UUID, ...]]:
    if many < 2:
        yield from itertools.combinations(ids, many)
        return
    for n, step in itertools.product(range(len(ids)), (1, 2)):
        yield tuple(ids[(n + step * place) % len(ids)] for place in range(many))


def leaks(
    secret: Secret,
    viewers: Iterable[Viewer],
    only: Callable[[str], bool] = lambda name: True,
    *,
    every: bool = False,
) -> list[Leak]:
    """Every route on which a viewer reads a word of the secret; an answer that breaks or cannot be read counts too.

    Of the routes whose name `only` takes, those that the viewer's rights open; with `every`, all.
    """
    found: dict[Leak, None] = {}
    for viewer, route in itertools.product(viewers, list(routes())):
        if not only(route.name) or not (every or viewer.reaches(route.right)):
            continue
        for path in paths(route.pattern, secret):
            for how, answer in _asked(viewer.client, path, secret, form="<" in route.pattern):
                viewer.requests += 1
                if fault := _fault(answer, secret, path):
                    found[Leak(viewer.name, route.name, f"{how}: {fault}")] = None
    return list(found)


def _asked(client: Client, path: str, secret: Secret, *, form: bool) -> Iterator[tuple[str, Any]]:
    """GET as it is; lists also with what is searched for; addresses of one thing also by POST, as a form and as JSON.

    Forms are sent about the first two identifiers: those of things that somebody could change.
    """
    yield "GET", client.get(path)
    if not form:
        for asked in secret.asked:
            yield f"GET ?{' '.join(asked)}", client.get(f"{path}?{urlencode(asked)}")
    elif any(str(one) in path for one in secret.ids[:2]):
        yield "POST", client.post(path, secret.posted)
        if path.startswith("/api/"):
            yield "POST JSON", client.post(path, secret.posted, content_type="application/json")


def _fault(answer: Any, secret: Secret, path: str) -> str:
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + "\n".join(f"{name}: {value}" for name, value in answer.items())
    # What the address itself said comes back in links and messages, and tells nobody anything.
    said = [word for word in secret.words if word in text and quote(word, safe="") not in path]
    if said:
        return f"says {said[0]!r}"
    unreadable = not str(answer.get("Content-Type", "text/")).startswith(READABLE)
    if unreadable and answer.status_code == 200 and any(str(id) in path for id in secret.ids):
        return "an answer that cannot be looked through"
    return ""
