"""The queue: lamps, filters, the table, the preview beside it, and the search."""

import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.ids import check_resident_id
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries
from tongban.kernel.cases.states import STATE_NAMES, CaseState, Verb
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import views, words
from tongban.terminals.desk.opened import open_case, prechecks
from tongban.terminals.desk.rows import queue_rows
from tongban.terminals.ui import looking, parts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20
MOST = (
    1000  # so many cases are counted and paged through; whoever looks for one further down narrows the list
)


class Pages(Paginator):
    """Pages of up to `MOST` cases of whatever counts up to a number and is cut by a slice."""

    @cached_property
    def _found(self) -> int:
        return self.object_list.count_up_to(MOST + 1)

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def shown(self) -> str:
        """The number as people read it: 1000+ for all that is more."""
        return shown(self._found)


def shown(found: int) -> str:
    """A number counted up to one more than MOST, as people read it."""
    return f"{MOST}+" if found > MOST else str(found)


@dataclass(frozen=True)
class Listed:
    """The list of one officer on one day, read page by page."""

    actor: Any
    listing: queries.Listing
    today: date

    def count_up_to(self, most: int) -> int:
        return queries.listed_up_to(self.actor, self.listing, self.today, most)

    def __getitem__(self, part: slice) -> list[Any]:
        return queries.listed(self.actor, self.listing, self.today, part.start, part.stop)


@dataclass(frozen=True)
class Found:
    """What a search found, newest first."""

    rows: Any

    def count_up_to(self, most: int) -> int:
        return queries.count_up_to(self.rows, most)

    def __getitem__(self, part: slice) -> list[Any]:
        return queries.with_steps(list(self.rows.select_related("supplement")[part]))


@dataclass(frozen=True)
class Chosen:
    """What narrows the list; an unknown value is no filter."""

    lamp: str = ""
    item: str = ""
    state: str = ""
    town: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Chosen":
        return cls(**{name: request.GET.get(name, "") for name in ("lamp", "item", "state", "town")})

    def query(self, **changes: str) -> str:
        """The address's query with some of the filters changed, empty ones left out."""
        values = {**self.__dict__, **changes}
        return urlencode({name: value for name, value in values.items() if value})


@staff(Permission.CASE_VIEW)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for this officer, soonest due first."""
    return _list(request, mine=True)


@staff(Permission.CASE_VIEW)
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """All cases that this officer may see, soonest due first, the finished ones last."""
    return _list(request, mine=False)


def _list(request: HttpRequest, *, mine: bool) -> HttpResponse:
    chosen = Chosen.of(request)
    today = time.today()
    towns = _towns(request.actor)
    listing = _listing(chosen, towns, mine=mine)
    page = Pages(Listed(request.actor, listing, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "mine": mine,
        "lamps": _lamps(request.actor, chosen, listing, today),
        "filters": _filters(request.actor, chosen, towns),
        "page": page,
        "rows": queue_rows(page.object_list, today),
        "query": chosen.query(),
        "narrowed": bool(chosen.query()),
        "links": _tabs(mine=mine),
        "saved": views.chips(request, mine=mine),
        "row": None,
        "can_accept": mine and request.actor.can(Permission.CASE_ACCEPT),
    }
    first = next(iter(page.object_list), None)
    if first:
        context |= _preview(request.actor, queries.case_for(request.actor, first.pk), context["rows"][0])
    return render(request, "desk/queue.html", context)


def _listing(chosen: Chosen, towns: list[Any], *, mine: bool) -> queries.Listing:
    town = next((place for place in towns if place.code == chosen.town), None)
    return queries.Listing(
        mine=mine,
        lamp=chosen.lamp if chosen.lamp in queries.LAMPS else "",
        item=chosen.item,
        state=chosen.state if chosen.state in STATE_NAMES else "",
        place_path=town.path if town else "",
    )


def _towns(actor: Any) -> list[Any]:
    """The towns within reach of the actor's grants."""
    reach = [grant.place_path for grant in actor.grants if Permission.CASE_VIEW in grant.permissions]
    return [town for town in places.towns() if any(town.path.startswith(path) for path in reach)]


def _lamps(actor: Any, chosen: Chosen, listing: queries.Listing, today: date) -> list[parts.Lamp]:
    everywhere = reverse("desk-all")

    def lamp(kind: Any, label: str, text: str, *, mine: bool) -> parts.Lamp:
        current = chosen.lamp == kind
        query = chosen.query(lamp="" if current else kind)
        found = queries.listed_up_to(actor, replace(listing, mine=mine, lamp=kind), today, MOST + 1)
        path = reverse("desk-queue") if mine else everywhere
        return parts.Lamp(
            label, shown(found), f"{path}?{query}", "" if kind == "done" else kind, text, current=current
        )

    return [
        lamp("red", _("红灯 · 超期"), _("立即处理"), mine=listing.mine),
        lamp("yellow", _("黄灯 · 临期"), _("今日必办"), mine=listing.mine),
        lamp("green", _("绿灯 · 正常"), _("时限内"), mine=listing.mine),
        # A case whose clock stands still waits for its applicant, so it is in no officer's queue.
        lamp("paused", _("停表 · 补正"), _("等申请人"), mine=False),
        lamp("done", _("今日办结"), "", mine=False),
    ]


def _filters(actor: Any, chosen: Chosen, towns: list[Any]) -> list[parts.Filter]:
    # Nobody needs the items of an agency they do not work for; one that was asked for stays in sight.
    own = {grant.agency for grant in actor.grants}
    items = [
        (item.code, words.of(item.definition.name))
        for item in catalogue.items()
        if "" in own or item.definition.data["agency"] in own or item.code == chosen.item
    ]
    states = [(str(state), words.state_name(state)) for state in STATE_NAMES if state != CaseState.DRAFT]
    lights = [
        ("red", _("超期")),
        ("yellow", _("临期")),
        ("green", _("时限内")),
        ("paused", _("停表")),
        ("done", _("今日办结")),
    ]
    named = [(town.code, words.pick((town.name_zh, town.name_en))) for town in towns]
    filters = [
        _filter("lamp", _("时限"), _("全部时限"), lights, chosen.lamp),
        _filter("item", _("事项"), _("全部事项"), items, chosen.item),
        _filter("state", _("状态"), _("全部状态"), states, chosen.state),
    ]
    if len(named) > 1:
        filters.append(_filter("town", _("镇街"), _("全部镇街"), named, chosen.town))
    return filters


def _filter(
    name: str, label: str, everything: str, options: list[tuple[str, str]], value: str
) -> parts.Filter:
    return parts.Filter(
        name,
        label,
        [
            parts.FilterOption("", everything),
            *(parts.FilterOption(key, text, selected=key == value) for key, text in options),
        ],
    )


def _tabs(*, mine: bool) -> list[parts.Link]:
    return [
        parts.Link(_("我的待办"), reverse("desk-queue"), "inbox", current=mine),
        parts.Link(_("全部办件"), reverse("desk-all"), "folder-open", current=not mine),
    ]


@staff(Permission.CASE_VIEW)
@require_GET
def preview(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The inside of the preview pane for one case."""
    case = queries.case_for(request.actor, case_id)
    looking.at(request, case)
    row = queue_rows([case], time.today())[0]
    return render(request, "desk/preview.html", _preview(request.actor, case, row))


def _preview(actor: Any, case: Any, row: parts.QueueRow) -> dict[str, Any]:
    opened = open_case(actor, case)
    links = [
        parts.Link(label, f"{row.url}#{anchor}", icon, tone)
        for verb, label, anchor, icon, tone in (
            (Verb.ACCEPT, _("受理"), "accept", "check", ""),
            (Verb.REQUEST_SUPPLEMENT, _("补正"), "supplement", "", "blue"),
            (Verb.REFUSE, _("不予受理"), "refuse", "", "red"),
            (Verb.COMPLETE_STEP, _("审查"), "complete", "check", ""),
            (Verb.GRANT, _("准予"), "grant", "stamp", ""),
            (Verb.DENY, _("不予许可"), "deny", "", "red"),
        )
        if verb in opened.turn.verbs
    ]
    pairs = [
        parts.Pair(_("申请人"), row.applicant),
        *([parts.Pair(_("经办"), row.agent)] if row.agent else []),
        parts.Pair(_("环节"), row.step),
        parts.Pair(_("情形"), words.situation(opened.definition, case.situation)),
    ]
    return {"row": row, "pairs": pairs, "checks": prechecks(opened), "actions": links}


@staff(Permission.CASE_VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """Cases within the officer's sight by number, credit code, applicant or item, newest first.

    What is asked goes into the address, so that it can be kept and turned over; an identity number never does.
    """
    asked = request.GET if request.method == "GET" else request.POST
    sought = asked.get("q", "").strip()[:100]
    personal = check_resident_id(sought).ok
    if request.method != "GET" and not personal:
        return HttpResponseRedirect(f"{reverse('desk-search')}?{urlencode({'q': sought})}")
    if personal and request.method == "GET":
        sought = ""  # it should not have stood in an address; the form sends it in the body
    elif personal:
        known = parties.person_by_id_no(sought.upper())
        looking.at(request, known, Look.SEARCH, about=None, sought=sought)
    page = Pages(Found(queries.find(request.actor, sought)), PAGE).get_page(asked.get("page"))
    context = {
        "sought": sought,
        "page": page,
        "rows": queue_rows(page.object_list, time.today()),
        "query": "" if personal else urlencode({"q": sought}),
    }
    return render(request, "desk/search.html", context)
