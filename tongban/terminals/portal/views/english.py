"""The entry page for people who read no Chinese: what they need, in English, from the pack's list `english`."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.places import queries as places
from tongban.terminals.portal.views.catalogue import row
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.views import keep


@open_to_all("the front door for people who read no Chinese")
def english(request: HttpRequest) -> HttpResponse:
    """The items of the list by need, how to sign in, whom to call, where English is spoken.

    Sets the visit to English: this answer, and by the cookie of the language switch all that follow. Raises Http404
    where the pack has no such list.
    """
    held = catalogue.snapshot()
    edition = held.pack.get("english")
    if edition is None:
        raise Http404
    halls = [hall for hall in places.halls() if hall.code in edition.get("halls", ())]
    request.prefs = replace(request.prefs, language=texts.ENGLISH)
    with translation.override(texts.ENGLISH):
        groups = [
            {**group, "rows": [row(held.items[code], held) for code in group["items"] if code in held.items]}
            for group in edition["groups"]
        ]
        context = {"edition": edition, "groups": groups, "halls": halls}
        response = render(request, "portal/english.html", context)
    response.headers["Content-Language"] = "en"
    keep(request, response, language=texts.ENGLISH)
    return response
