"""What is done about cards and chase orders from their pages: explain, contest, decide, chase, answer, close."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.modules.supervision import actions
from tongban.modules.supervision.queries import NoSuchCard
from tongban.modules.supervision.rules import HANDLING
from tongban.terminals.desk.supervision import show_board, show_card, show_order
from tongban.terminals.ui.rights import staff


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")[:2000]


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.POST.get("due", ""))
    except ValueError:
        return None


def _act(
    request: HttpRequest,
    back: str,
    perform: Callable[[], Any],
    again: Callable[[Problem], HttpResponse],
) -> HttpResponse:
    """Run one action and go back; a foreseen failure shows the page with its sentence and what was typed."""
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchCard:
        raise
    except Problem as problem:
        return again(problem)
    return HttpResponseRedirect(back)


def _on_card(request: HttpRequest, card_id: uuid.UUID, name: str, perform: Callable[[], Any]) -> HttpResponse:
    return _act(
        request,
        reverse("desk-card", args=[card_id]),
        perform,
        lambda problem: show_card(request, card_id, problem, (name, None)),
    )


def _on_order(
    request: HttpRequest, order_id: uuid.UUID, name: str, perform: Callable[[], Any]
) -> HttpResponse:
    return _act(
        request,
        reverse("desk-order", args=[order_id]),
        perform,
        lambda problem: show_order(request, order_id, problem, name),
    )


@staff(*HANDLING)
def answer_card(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """Explain a card."""
    return _on_card(
        request,
        card_id,
        "answer",
        lambda: actions.answer_card(card_id=card_id, words=_words(request), by=request.actor),
    )


@staff(*HANDLING)
def contest(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """Object to a card."""
    return _on_card(
        request,
        card_id,
        "contest",
        lambda: actions.contest(card_id=card_id, reasons=_words(request), by=request.actor),
    )


@staff(Permission.SUPERVISE)
def rule(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """Decide an objection; the pressed button says which way."""
    return _on_card(
        request,
        card_id,
        "rule",
        lambda: actions.rule(
            card_id=card_id,
            upheld=request.POST.get("ruling") != "lift",
            words=_words(request),
            by=request.actor,
        ),
    )


@staff(Permission.SUPERVISE)
def settle(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """Take note of the explanation."""
    return _on_card(request, card_id, "settle", lambda: actions.settle(card_id=card_id, by=request.actor))


@staff(Permission.SUPERVISE)
def chase(request: HttpRequest, card_id: uuid.UUID) -> HttpResponse:
    """Write a chase order about a card."""
    return _on_card(
        request,
        card_id,
        "chase",
        lambda: actions.chase(card_id=card_id, words=_words(request), due_on=_day(request), by=request.actor),
    )


@staff(Permission.SUPERVISE)
def by_number(request: HttpRequest) -> HttpResponse:
    """Raise a card for, or write a chase order about, the case with a number; back to the board."""
    number, trigger = request.POST.get("number", "")[:24], request.POST.get("trigger", "")

    def perform() -> Any:
        if trigger:
            return actions.raise_card(number=number, trigger=trigger, words=_words(request), by=request.actor)
        return actions.chase_case(
            number=number, words=_words(request), due_on=_day(request), by=request.actor
        )

    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk-supervision"))
    try:
        done = perform()
    except Problem as problem:  # an unknown number too: it was typed, not followed
        return show_board(request, problem)
    return HttpResponseRedirect(reverse("desk-card" if trigger else "desk-order", args=[done.pk]))


@staff(*HANDLING)
def answer_order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Answer a chase order."""
    return _on_order(
        request,
        order_id,
        "answer",
        lambda: actions.answer_order(order_id=order_id, words=_words(request), by=request.actor),
    )


@staff(Permission.SUPERVISE)
def send_back(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Send an answer back."""
    return _on_order(
        request,
        order_id,
        "send_back",
        lambda: actions.send_back(
            order_id=order_id, words=_words(request), due_on=_day(request), by=request.actor
        ),
    )


@staff(Permission.SUPERVISE)
def close_order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Close a chase order."""
    return _on_order(
        request,
        order_id,
        "close",
        lambda: actions.close_order(order_id=order_id, words=_words(request), by=request.actor),
    )
