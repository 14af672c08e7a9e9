"""The portal as an app on a phone: what the phone is told about it, and what it keeps for having no network."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static

from tongban.terminals.ui import city, texts
from tongban.terminals.ui.addresses import address
from tongban.terminals.ui.rights import open_to_all

# The colour of the phone's own bar above the pages: the same as in the meta element of every page.
COLOUR = "#0A2A5A"


@open_to_all("a phone reads it to install the portal; it says nothing about anybody")
def personal(request: HttpRequest) -> JsonResponse:
    """The manifest of the edition for residents."""
    name = city.current().brand
    shortcuts = (
        (texts._("我的办件"), address("cases")),
        (texts._("我的证照"), address("wallet")),
        (texts._("离线核验"), address("verify-offline")),
    )
    return _manifest(name, name, "person", shortcuts)


@open_to_all("a phone reads it to install the portal; it says nothing about anybody")
def enterprise(request: HttpRequest) -> JsonResponse:
    """The manifest of the edition for enterprises: it opens with their services."""
    short = texts._("企业服务")
    shortcuts = (
        (texts._("法人办事"), f"{address('catalogue')}?audience=organisation"),
        (texts._("我的办件"), address("cases")),
        (texts._("我的证照"), address("wallet")),
    )
    return _manifest(f"{city.current().brand} · {short}", short, "organisation", shortcuts)


@open_to_all("it carries nothing but the program that keeps the page for no network at hand")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, because its folder is the reach it gets."""
    response = render(request, "portal/app_worker.js", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@open_to_all("it is what people see who have no network, and is kept without their name")
def no_network(request: HttpRequest) -> HttpResponse:
    """The page that the worker shows when the network is gone."""
    return render(request, "portal/no_network.html")


def _manifest(name: str, short: str, audience: str, shortcuts: tuple[tuple[str, str], ...]) -> JsonResponse:
    """A web app manifest (W3C). `id` keeps the two editions apart on one phone."""
    home = f"{address('home')}?audience={audience}"
    body: dict[str, Any] = {
        "id": home,
        "name": name,
        "short_name": short,
        "description": city.current().lead,
        "lang": texts._("zh-CN"),
        "start_url": home,
        "scope": address("home"),
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": COLOUR,
        "icons": [
            _icon(city.current().mark_url or static("ui/mark.svg"), "any"),
            _icon(static("portal/app-maskable.svg"), "maskable"),
        ],
        "shortcuts": [{"name": label, "url": url} for label, url in shortcuts],
    }
    response = JsonResponse(body, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _icon(url: str, purpose: str) -> dict[str, str]:
    return {"src": str(url), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
