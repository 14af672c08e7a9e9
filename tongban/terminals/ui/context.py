"""What every template may rely on: `prefs`, `city`, `nav`, `visitor`, `here`, `passkey_origin`."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.terminals.ui import city, preferences, shell


@dataclass(frozen=True)
class Visitor:
    """Who looks, as far as the frame of a page shows it. `level` is the level of assurance, 0 when not signed in."""

    signed_in: bool = False
    name: str = ""
    level: int = 0
    place: str = ""


def ui(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Works on requests that no middleware has seen (errors can come early)."""
    return {
        "prefs": getattr(request, "prefs", None) or preferences.of(request.COOKIES),
        "city": city.current(),
        "nav": shell.nav(request),
        "visitor": visitor(request),
        "passkey_origin": settings.PASSKEY_ORIGIN,
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }


def visitor(request: HttpRequest) -> Visitor:
    """The visitor, from `request.actor` where there is one: is_signed_in, level; display_name, place_name if any."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return Visitor()
    return Visitor(
        signed_in=True,
        name=str(getattr(actor, "display_name", "")),
        level=int(actor.level or 0),
        place=str(getattr(actor, "place_name", "")),
    )
