"""What the data bureau sees. Everything here is read only."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.kernel.access import queries as access
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import EVENTS, handlers_of
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.seals import queries as seals
from tongban.modules.dashboards import calc as rates
from tongban.modules.dashboards import queries as dashboards
from tongban.terminals.console import words
from tongban.terminals.console.grantwords import GrantRow, grant_row, place_names
from tongban.terminals.console.item import described
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff

NEWEST_LOADS = 20
STAFF_PAGE = 50
ITEMS_PAGE = 50


@dataclass(frozen=True)
class ItemRow:
    """An item in the catalogue list."""

    name: str
    code: str
    url: str
    agency: str
    version: int
    valid_from: str
    type: str
    kind: str
    statutory: str
    promised: str
    depth: str
    visits: int


@staff(Permission.CONSOLE_VIEW)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The catalogue with its limits and online depth, page by page, and the two rates computed from it."""
    held = catalogue.snapshot()
    items = [held.items[code] for code in sorted(held.items)]
    found = dashboards.catalogue_figures()
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    page = Paginator(items, ITEMS_PAGE).get_page(request.GET.get("page"))
    context = {
        "items": [_item_row(item, agencies) for item in page.object_list],
        "page": page,
        "online": _rate(found.all.online),
        "wholly_online": _rate(found.all.wholly_online),
        "obstacles": [_obstacle(one, held) for one in found.obstacles],
        "jobs": events.job_figures(),
    }
    return render(request, "console/home.html", context)


def _item_row(item: catalogue.Published, agencies: Any) -> ItemRow:
    definition, data = item.definition, item.definition.data
    return ItemRow(
        name=definition.name.of(texts.language()),
        code=item.code,
        url=reverse("console-item", args=[item.code]),
        agency=words.agency(agencies, data["agency"]),
        version=item.version,
        valid_from=data["valid_from"],
        type=str(words.TYPES[data["type"]]),
        kind=str(words.KINDS[data["kind"]]),
        statutory=words.limit(definition.statutory),
        promised=words.limit(definition.promised({})),
        depth=data["online_depth"],
        visits=data["visits"],
    )


def _rate(rate: rates.Rate) -> dict[str, Any]:
    return {
        "percent": rate.percent,
        "met": len(rate.met),
        "whole": rate.whole,
        "excluded": len(rate.excluded),
    }


def _obstacle(one: rates.Obstacle, held: catalogue.Snapshot) -> dict[str, Any]:
    """An item that keeps a rate from 100 %, and what would have to change."""
    definition = held.items[one.code].definition
    reason = definition.data.get("visit_reason") if one.why == "visits" else None
    return {
        "name": definition.name.of(texts.language()),
        "url": reverse("console-item", args=[one.code]),
        "agency": words.agency(held.documents.get(DocumentKind.AGENCY, {}), definition.data["agency"]),
        "why": str(words.OBSTACLES[one.why]),
        "reason": texts.local(reason) if reason else "",
    }


@staff(Permission.CONSOLE_VIEW)
@require_GET
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """One item as its current version defines it."""
    held = catalogue.snapshot()
    published = catalogue.item(code)
    return render(request, "console/item.html", described(published, held.documents))


@staff(Permission.CONSOLE_VIEW)
@require_GET
def pack(request: HttpRequest) -> HttpResponse:
    """What was loaded when, how many documents of each kind are in force, seals, calendars."""
    held = catalogue.snapshot()
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    context = {
        "pack": held.pack,
        "loads": list(catalogue.loads()[:NEWEST_LOADS]),
        "kinds": [(str(words.DOCUMENTS[kind]), len(held.documents.get(kind, {}))) for kind in DocumentKind],
        "item_count": len(held.items),
        "town_count": len(places.towns()),
        "hall_count": len(places.halls()),
        "scanner": settings.SCANNER,
        "seals": [(words.agency(agencies, seal.agency), seal) for seal in seals.seals()],
        "years": list(deadlines.years()),
    }
    return render(request, "console/pack.html", context)


@dataclass(frozen=True)
class AccountRow:
    """A staff account with its grants."""

    username: str
    name: str
    agency: str
    is_active: bool
    grants: list[GrantRow]


@staff(Permission.CONSOLE_VIEW)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Staff accounts with what they may do. Citizens' accounts are counted, never listed."""
    held = catalogue.snapshot()
    every = parties.accounts()
    page = Paginator(every.exclude(agency=""), STAFF_PAGE).get_page(request.GET.get("page"))
    grants: dict[Any, list[GrantRow]] = {}
    names = place_names()
    for grant in access.all_grants().filter(account_id__in=[account.pk for account in page.object_list]):
        grants.setdefault(grant.account_id, []).append(grant_row(grant, held, names))
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    context = {
        "staff": [
            AccountRow(
                account.username,
                account.display_name,
                words.agency(agencies, account.agency),
                account.is_active,
                grants.get(account.pk, []),
            )
            for account in page.object_list
        ],
        "page": page,
        "citizens": every.filter(agency="").count(),
        "roles": [
            (texts.local({"zh": role.title_zh, "en": role.title_en}), _role_sentence(role))
            for role in ROLES.values()
        ],
    }
    return render(request, "console/accounts.html", context)


def _role_sentence(role: Any) -> str:
    return texts.local({"zh": role.sentence_zh, "en": role.sentence_en})


@staff(Permission.CONSOLE_VIEW)
@require_GET
def event_names(request: HttpRequest) -> HttpResponse:
    """Every event that this installation can record, who listens to it, and how the jobs stand."""
    rows = [
        (name, texts.local({"zh": event.sentence_zh, "en": event.sentence_en}), len(handlers_of(name)))
        for name, event in sorted(EVENTS.items())
    ]
    return render(request, "console/events.html", {"events": rows, "jobs": events.job_figures()})
