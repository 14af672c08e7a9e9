"""All bundles (高效办成一件事) on one page, for people and for firms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.kernel.catalogue import queries as catalogue
from tongban.terminals.portal import things as drawn
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.texts import _


@require_GET
@open_to_all("guides are public by law")
def things(request: HttpRequest) -> HttpResponse:
    """Every bundle with what it spares, computed from the items it consists of."""
    held = catalogue.snapshot()
    people = drawn.cards(held, "person")
    firms = [one for one in drawn.cards(held, "organisation") if one.url not in {card.url for card in people}]
    groups = [("person", _("个人一件事"), people), ("organisation", _("企业一件事"), firms)]
    return render(request, "portal/things.html", {"groups": groups, "count": len(people) + len(firms)})
