"""Acting for others: what one has given and holds, giving, accepting, ending. Switching is in the head of every page."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.states import DUTY_NAMES, SOURCE_NAMES, Duty, MandateSource
from tongban.terminals.portal import words
from tongban.terminals.portal.views.lending import AUTHORISING
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.parts import Link
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, listed

PAGE = 20
USUAL_DAYS = 365
_TYPED = ("of", "name", "id_no", "source", "scope", "starts_on", "ends_on")


@require_GET
@signed_in()
def page(request: HttpRequest) -> HttpResponse:
    """Who may act for me, or for an organisation that I govern, and for whom I may act."""
    actor = request.actor
    of = _of(actor, request.GET.get("of", ""))
    given = Paginator(queries.mandates_given(actor, of), PAGE).get_page(request.GET.get("page"))
    names, items = queries.principals(actor), catalogue.snapshot().items
    context = {
        "sides": [
            Link(name, f"?of={id or ''}", current=id == of)
            for id, name in [(None, _("我本人")), *((one, names.get(one, "")) for one in actor.governs)]
        ],
        "of": of or "",
        "page": given,
        "page_query": f"of={of or ''}",
        "given": [{**_row(one, items), "name": one.agent.name} for one in given],
        "held": [_held(one, items) for one in queries.mandates_held(actor)[:100]],
    }
    return render(request, "portal/mandates.html", context)


def _of(actor: Actor, text: str) -> uuid.UUID | None:
    """The governed organisation that an address names; None: oneself."""
    return next((one for one in actor.governs if str(one) == text), None)


def _row(one: Any, held: Mapping[str, Any]) -> dict[str, Any]:
    """A mandate as it is listed; `held` are the items by code."""
    today = time.today()
    if one.ended_at is not None:
        state = (_("已收回"), "")
    elif one.ends_on is not None and one.ends_on < today:
        state = (_("已到期"), "")
    elif one.accepted_at is None:
        state = (_("等对方接受"), "amber")
    elif one.starts_on > today:
        state = (_("还没有开始"), "blue")
    else:
        state = (_("有效"), "green")
    items = [words.said(held[code].definition.name) for code in one.items if code in held]
    duties = [words.either(*DUTY_NAMES[Duty(duty)]) for duty in one.duties]
    return {
        "id": one.pk,
        "source": words.either(*SOURCE_NAMES[MandateSource(one.source)]),
        "scope": listed(items or duties) if one.items or duties else _("全部事项"),
        "state": state,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "open": one.ended_at is None and one.source != MandateSource.LEGAL_REPRESENTATIVE,
        "waits": one.accepted_at is None and one.ended_at is None,
    }


def _held(one: Any, items: Mapping[str, Any]) -> dict[str, Any]:
    principal = one.organisation if one.organisation is not None else one.principal
    drawn = _row(one, items)
    live = queries.holds(one, time.today())
    return {**drawn, "name": principal.name, "principal": principal.pk if live else ""}


@require_GET
@signed_in()
def one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From a notice about a mandate to the side of the page on which it stands."""
    row = queries.mandate_for(request.actor, id)
    if row.agent_id == request.actor.person_id:
        return redirect(f"{reverse('mandates')}#held")
    return redirect(f"{reverse('mandates')}?of={row.organisation_id or ''}")


@signed_in(level=AUTHORISING)
def give(request: HttpRequest) -> HttpResponse:
    """Give a mandate: to whom, for which items, from when to when."""
    actor, posted = request.actor, request.method == "POST"
    given = request.POST if posted else request.GET
    typed = {name: given.get(name, "").replace("\x00", "")[:60] for name in _TYPED}
    of = _of(actor, typed["of"])
    known = catalogue.snapshot().items
    items = [code for code in given.getlist("item") if code in known]
    problem = None
    if posted:
        try:
            actions.give(
                organisation_id=of,
                agent_name=typed["name"],
                agent_id_no=typed["id_no"],
                terms=_terms(typed, items, of),
                by=actor,
            )
        except Problem as refused:
            problem = refused
        else:
            return redirect(f"{reverse('mandates')}?of={of or ''}")
    today = time.today()
    context = {
        "of": of or "",
        "principal": queries.subject_name(of) if of else actor.name,
        "typed": typed
        | {
            "scope": typed["scope"] or ("some" if items or of else "all"),
            "source": typed["source"] or (MandateSource.ONLINE if of else MandateSource.FAMILY),
            "starts_on": typed["starts_on"] or today.isoformat(),
            "ends_on": typed["ends_on"] if posted else (today + timedelta(days=USUAL_DAYS)).isoformat(),
        },
        "sources": []
        if of
        else [
            (one.value, words.either(*SOURCE_NAMES[one]))
            for one in (MandateSource.FAMILY, MandateSource.ONLINE)
        ],
        "items": _choices(of, items),
        "problem": said(problem),
    }
    return render(request, "portal/mandate_new.html", context, status=problem.status if problem else 200)


def _terms(typed: dict[str, str], items: list[str], of: uuid.UUID | None) -> Terms:
    if typed["scope"] == "some" and not items:
        raise actions.BadMandate(
            sentence_zh="没有选择事项。",
            sentence_en="No item was chosen.",
            todo_zh="请勾选授权的事项，或者选择“全部事项”。",
            todo_en="Tick the items, or choose all items.",
        )
    source = MandateSource.ONLINE if of or typed["source"] != MandateSource.FAMILY else MandateSource.FAMILY
    return Terms(
        source=source,
        items=tuple(items) if typed["scope"] == "some" else (),
        starts_on=actions.day_of(typed["starts_on"]),
        ends_on=actions.day_of(typed["ends_on"]),
    )


def _choices(of: uuid.UUID | None, chosen: list[str]) -> list[tuple[str, str, bool]]:
    """The items that the principal can apply for, those chosen first."""
    audience = {"organisation", "sole_trader"} if of else {"person"}
    fitting = [
        one
        for one in catalogue.items()
        if audience & set(one.definition.data["audience"]) or one.code in chosen
    ]
    rows = [(one.code, words.said(one.definition.name), one.code in chosen) for one in fitting]
    return sorted(rows, key=lambda row: not row[2])


@require_POST
@signed_in()
def accept(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take a mandate on; from the next page on one can act under it."""
    actions.accept(mandate_id=id, by=request.actor)
    return redirect(f"{reverse('mandates')}#held")


@require_POST
@signed_in()
def end(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take a mandate back, decline it or give it up: at once."""
    row = actions.end(mandate_id=id, by=request.actor)
    if row.agent_id == request.actor.person_id:
        return redirect(f"{reverse('mandates')}#held")
    return redirect(f"{reverse('mandates')}?of={row.organisation_id or ''}")
