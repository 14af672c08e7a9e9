"""What every template may rely on: `prefs`, `city`, `nav`, `visitor`, `here`, `number_cut`, `passkey_origin`."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.kernel.parties import queries as parties
from tongban.terminals.ui import city, preferences, shell


@dataclass(frozen=True)
class Identity:
    """One for whom the visitor can act: themself, with an empty `id`, an organisation or another person."""

    id: str
    name: str
    current: bool


@dataclass(frozen=True)
class Visitor:
    """Who looks, as far as the frame of a page shows it. `level` is the level of assurance, 0 when not signed in."""

    signed_in: bool = False
    name: str = ""
    level: int = 0
    place: str = ""
    identities: tuple[
        Identity, ...
    ] = ()  # for whom one can act, oneself first; none where there is nobody else

    @property
    def acting(self) -> str:
        """For whom the visitor acts now; "" for themself."""
        return next((one.name for one in self.identities if one.id and one.current), "")


def ui(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Works on requests that no middleware has seen (errors can come early)."""
    return {
        "prefs": getattr(request, "prefs", None) or preferences.of(request.COOKIES),
        "city": city.current(),
        "nav": shell.nav(request),
        "visitor": visitor(request),
        "passkey_origin": settings.PASSKEY_ORIGIN,
        "number_cut": getattr(request, "number_cut", False),
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
        identities=_identities(actor),
    )


def _identities(actor: Any) -> tuple[Identity, ...]:
    if not (getattr(actor, "represents", ()) or getattr(actor, "mandates", ())):
        return ()
    chosen = actor.acting.principal_id if actor.acting else actor.organisation_id
    others = [Identity(str(id), name, id == chosen) for id, name in parties.principals(actor).items()]
    # The one acted for stands among the few that are shown.
    others.sort(key=lambda one: not one.current)
    return (Identity("", actor.display_name, chosen is None), *others)
