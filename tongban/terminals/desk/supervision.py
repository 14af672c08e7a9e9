"""Supervision: the board of cards and chase orders, one card with its talk, the list of red cards."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.kernel.places.calc import codes_on
from tongban.modules.supervision import queries, states
from tongban.modules.supervision.states import BY_HAND, CardState, Colour, OrderState, OrderVerb, Trigger
from tongban.terminals.desk import words
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

PAGE = 20
SEES = (Permission.SUPERVISE, Permission.CASE_VIEW)


class Names:
    """Names of agencies, places and items in the language of the request; loaded once for a page."""

    def __init__(self) -> None:
        held = catalogue.snapshot()
        self.agencies = held.documents.get(DocumentKind.AGENCY, {})
        self.items = held.items
        self.places = places.names()

    def agency(self, code: str) -> str:
        """An agency; its code where the pack no longer has it."""
        return texts.local(self.agencies[code]["name"]) if code in self.agencies else code

    def item(self, code: str) -> str:
        """An item."""
        return words.of(self.items[code].definition.name) if code in self.items else code

    def place(self, code: str) -> str:
        """A place by its code."""
        return words.pick(self.places[code]) if code in self.places else code

    def where(self, path: str) -> str:
        """The last place of a path."""
        codes = codes_on(path)
        return self.place(codes[-1]) if codes else ""


@dataclass(frozen=True)
class Row:
    """A card or an order in a list."""

    number: str
    item: str
    url: str
    what: str
    light: parts.Light
    agency: str
    where: str
    day: str
    due: str
    state: str


def card_light(card: Any) -> parts.Light:
    """The colour of a card in words."""
    return parts.Light("red", _("红牌")) if card.colour == Colour.RED else parts.Light("yellow", _("黄牌"))


def card_row(card: Any, names: Names) -> Row:
    """A card as a row."""
    state = words.pick(states.CARD_STATE_NAMES[CardState(card.state)])
    return Row(
        number=card.short_no,
        item=names.item(card.item_code),
        url=reverse("desk-card", args=[card.pk]),
        what=words.pick(states.TRIGGER_NAMES[Trigger(card.trigger)]),
        light=card_light(card),
        agency=names.agency(card.agency),
        where=names.where(card.place_path),
        day=cndate(card.raised_on),
        due=cndate(card.due_on) if card.due_on else words.NOTHING,
        state=state if card.closed_on is None else _("{state} · 原因已消除", state=state),
    )


def order_light(order: Any, today: date) -> parts.Light:
    """How a chase order stands."""
    if queries.is_late(order, today):
        return parts.Light("red", _("逾期未答复"))
    if order.state in states.WAITING_ORDERS:
        return parts.Light("yellow", _("待答复"))
    return parts.Light("green", words.pick(states.ORDER_STATE_NAMES[OrderState(order.state)]))


def order_row(order: Any, names: Names, today: date) -> Row:
    """A chase order as a row."""
    return Row(
        number=order.short_no,
        item=names.item(order.item_code),
        url=reverse("desk-order", args=[order.pk]),
        what=_("督办单"),
        light=order_light(order, today),
        agency=names.agency(order.agency),
        where=names.where(order.place_path),
        day=words.moment(order.issued_at)[:10],
        due=cndate(order.due_on),
        state=words.pick(states.ORDER_STATE_NAMES[OrderState(order.state)]),
    )


@dataclass(frozen=True)
class Chosen:
    """What narrows the board; an unknown value is no filter."""

    colour: str = ""
    trigger: str = ""
    state: str = ""
    stands: str = ""
    agency: str = ""
    town: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Chosen":
        return cls(**{name: request.GET.get(name, "")[:60] for name in cls.__dataclass_fields__})

    def query(self, **changes: str) -> str:
        """The address's query with some of the filters changed, empty ones left out."""
        values = {**self.__dict__, **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def narrow(self, rows: Any, towns: Iterable[Any]) -> Any:
        """The cards that are left."""
        given = {"colour": self.colour, "trigger": self.trigger, "state": self.state, "agency": self.agency}
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        if self.stands != "all":
            rows = rows.filter(closed_on__isnull=self.stands != "closed")
        town = next((place for place in towns if place.code == self.town), None)
        return rows.filter(place_path__startswith=town.path) if town else rows


@staff(*SEES)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Cards within the visitor's reach, red ones first, with the chase orders that wait."""
    return show_board(request)


def show_board(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    """The board; after a form was refused, with the reason and what was typed."""
    actor, today, names, towns = request.actor, time.today(), Names(), places.towns()
    chosen = Chosen.of(request)
    page = Paginator(chosen.narrow(queries.cards(actor), towns), PAGE).get_page(request.GET.get("page"))
    waiting = queries.orders(actor).filter(closed_at__isnull=True)[:PAGE]
    typed = {name: request.POST.get(name, "") for name in ("number", "trigger", "words", "due")}
    context = {
        "lamps": _lamps(chosen, queries.counts(actor, today)),
        "filters": _filters(chosen, names, towns),
        "page": page,
        "rows": [card_row(card, names) for card in page.object_list],
        "orders": [order_row(order, names, today) for order in waiting],
        "query": chosen.query(),
        "narrowed": bool(chosen.query()),
        "supervises": actor.can(Permission.SUPERVISE),
        "triggers": [(str(one), words.pick(states.TRIGGER_NAMES[one])) for one in BY_HAND],
        "scanned": queries.last_scan(),
        "problem": said(problem),
        "typed": typed if problem else dict.fromkeys(typed, "") | {"due": suggested(today)},
    }
    return render(request, "desk/supervision.html", context, status=problem.status if problem else 200)


def suggested(today: date) -> str:
    """The day by which the pack's rule wants a chase order answered."""
    return deadlines.calendar().add_workdays(today, queries.settings().chase_days).date.isoformat()


def _lamps(chosen: Chosen, counts: Mapping[str, int]) -> list[parts.Lamp]:
    def lamp(kind: Any, label: str, count: int, text: str, *, current: bool, **changes: str) -> parts.Lamp:
        cleared = {"colour": "", "state": "", "stands": ""}
        query = Chosen().query(**(cleared if current else cleared | changes))
        return parts.Lamp(label, count, f"?{query}", kind, text, current=current)

    contested = chosen.state == CardState.CONTESTED
    return [
        lamp("red", _("红牌"), counts["red"], _("已超期"), current=chosen.colour == Colour.RED, colour="red"),
        lamp(
            "yellow",
            _("黄牌"),
            counts["yellow"],
            _("将到期"),
            current=chosen.colour == Colour.YELLOW,
            colour="yellow",
        ),
        lamp(
            "", _("异议待审定"), counts["contested"], "", current=contested, state="contested", stands="all"
        ),
        parts.Lamp(_("督办单待答复"), counts["waiting"], "#orders"),
        parts.Lamp(_("督办单逾期"), counts["late"], "#orders", "red", _("逾期未答复")),
    ]


def _filters(chosen: Chosen, names: Names, towns: Iterable[Any]) -> list[parts.Filter]:
    def options(name: str, label: str, everything: str, choices: Iterable[tuple[str, str]]) -> parts.Filter:
        value = getattr(chosen, name)
        listed = [parts.FilterOption(key, text, selected=key == value) for key, text in choices]
        return parts.Filter(name, label, [parts.FilterOption("", everything), *listed])

    def named(table: Mapping[Any, tuple[str, str]]) -> list[tuple[str, str]]:
        return [(str(key), words.pick(pair)) for key, pair in table.items()]

    colours = [(str(Colour.RED), _("红牌")), (str(Colour.YELLOW), _("黄牌"))]
    stands = [("closed", _("原因已消除")), ("all", _("全部"))]
    return [
        options("colour", _("颜色"), _("红牌和黄牌"), colours),
        options("trigger", _("情形"), _("全部情形"), named(states.TRIGGER_NAMES)),
        options("state", _("说明情况"), _("全部进度"), named(states.CARD_STATE_NAMES)),
        options("stands", _("是否仍在"), _("仍在的"), stands),
        options("agency", _("机关"), _("全部机关"), [(code, names.agency(code)) for code in names.agencies]),
        options("town", _("镇街"), _("全部镇街"), [(town.code, names.place(town.code)) for town in towns]),
    ]


@staff(*Permission)
@require_GET
def red_list(request: HttpRequest) -> HttpResponse:
    """All red cards that stand, for everybody inside government, with the agency that answers for them."""
    names = Names()
    page = Paginator(queries.red_list(), PAGE).get_page(request.GET.get("page"))
    rows = [card_row(card, names) for card in page.object_list]
    return render(request, "desk/red_list.html", {"page": page, "rows": rows})


@dataclass(frozen=True)
class Said:
    """One turn of a talk: what was done, by whom, when, in which words."""

    title: str
    who: str
    when: str
    words: str


@dataclass(frozen=True)
class OrderPart:
    """A chase order on a page: how it stands, what was said, what the visitor can do, what they typed in vain."""

    order: Any
    light: parts.Light
    entries: list[Said]
    can: frozenset[str]
    typed: str = ""
    due: str = ""
    failed: str = ""


def _possible(table: Mapping[Any, states.Transition], state: str, sides: frozenset[str]) -> frozenset[str]:
    return frozenset(str(verb) for verb, row in table.items() if state in row.sources and row.who in sides)


def _orders(
    request: HttpRequest, orders: list[Any], sides: frozenset[str], failed: tuple[str, Any]
) -> list[OrderPart]:
    today, day = time.today(), suggested(time.today())
    thread = queries.thread(orders)
    names = parties.account_names([entry.by for entries in thread.values() for entry in entries])
    found = []
    for order in orders:
        tried = failed[0] if failed[1] == order.pk else ""
        found.append(
            OrderPart(
                order,
                order_light(order, today),
                [
                    Said(
                        words.pick(states.ORDER_VERB_NAMES[OrderVerb(entry.verb)]),
                        names.get(entry.by, ""),
                        words.moment(entry.at),
                        entry.words or "",
                    )
                    for entry in thread[order.pk]
                ],
                _possible(states.ORDER_TABLE, order.state, sides),
                request.POST.get("words", "") if tried else "",
                request.POST.get("due", "") if tried else day,
                tried,
            )
        )
    return found


@staff(*SEES)
@require_GET
def card_page(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """One card: what it is for, what was said about it, its chase orders, and what the visitor can do."""
    return show_card(request, card_id)


def show_card(
    request: HttpRequest,
    card_id: uuid.UUID,
    problem: Problem | None = None,
    failed: tuple[str, Any] = ("", None),
) -> HttpResponse:
    """The card; after a form was refused, with the reason. `failed` is which form, and of which order."""
    card, today, names = queries.card_for(request.actor, card_id), time.today(), Names()
    sides = queries.may(request.actor, card)
    people = parties.account_names(
        one for one in (card.answered_by, card.contested_by, card.ruled_by, card.raised_by) if one
    )
    context = {
        "card": card,
        "row": card_row(card, names),
        "talk": _talk(card, people),
        "can": _possible(states.CARD_TABLE, card.state, sides)
        - ({"contest"} if card.contested_at else set()),
        "barred": request.actor.account_id in {card.contested_by, card.raised_by},
        "supervises": "supervisor" in sides,
        "orders": _orders(request, list(card.orders.order_by("id")), sides, failed),
        "opens_case": request.actor.can(Permission.CASE_VIEW),
        "problem": said(problem),
        "failed": failed[0],
        "typed": request.POST.get("words", "") if problem else "",
        "due": request.POST.get("due", "") if problem else suggested(today),
    }
    return render(request, "desk/card.html", context, status=problem.status if problem else 200)


def _talk(card: Any, people: Mapping[uuid.UUID, str]) -> list[Said]:
    ruled = _("异议成立，撤销") if card.state == CardState.LIFTED else _("异议不成立，维持")
    turns = [
        (_("发牌"), card.raised_by, None, card.words),
        (_("说明原因和措施"), card.answered_by, card.answered_at, card.answer),
        (_("提出异议"), card.contested_by, card.contested_at, card.objection),
        (ruled, card.ruled_by, card.ruled_at, card.ruling),
    ]
    done = [turn for turn in turns if turn[3]]
    done.sort(key=lambda turn: (turn[2] is not None, turn[2] or time.now()))
    return [
        Said(title, people.get(who, ""), words.moment(at) if at else cndate(card.raised_on), text)
        for title, who, at, text in done
    ]


@staff(*SEES)
@require_GET
def order_page(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """A chase order; one about a card is shown with it."""
    return show_order(request, order_id)


def show_order(
    request: HttpRequest, order_id: uuid.UUID, problem: Problem | None = None, failed: str = ""
) -> HttpResponse:
    """The order, or the card that it is about."""
    order = queries.order_for(request.actor, order_id)
    if order.card_id:
        if problem:
            return show_card(request, order.card_id, problem, (failed, order.pk))
        return HttpResponseRedirect(f"{reverse('desk-card', args=[order.card_id])}#order-{order.pk}")
    today = time.today()
    context = {
        "row": order_row(order, Names(), today),
        "order": order,
        "orders": _orders(request, [order], queries.may(request.actor, order), (failed, order.pk)),
        "opens_case": request.actor.can(Permission.CASE_VIEW),
        "problem": said(problem),
    }
    return render(request, "desk/order.html", context, status=problem.status if problem else 200)
