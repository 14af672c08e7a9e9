"""Lending a licence: the holder's forms and answers, and the pages of the organisation that may look."""

import uuid
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation import time
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.disclosures import actions, calc, queries
from tongban.kernel.disclosures.actions import CannotLend
from tongban.kernel.disclosures.states import ANSWER_DAYS, LONGEST_LENDING_DAYS, Scope
from tongban.kernel.parties import queries as parties
from tongban.terminals.portal import words
from tongban.terminals.portal.lent import SCOPES, lending_row
from tongban.terminals.portal.views.cases import confirm
from tongban.terminals.portal.views.papers import own_credential
from tongban.terminals.portal.views.wallet import face
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language, local

AUTHORISING = 3  # the level of assurance that giving authority over a licence takes
_MOST_ROWS = 100
_TYPED = (
    "uscc",
    "type",
    "holder_code",
    "number",
    "business_no",
    "purpose",
    "reason",
    "scope",
    "starts_on",
    "ends_on",
    "days",
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CannotLend(
            sentence_zh="日期没有填对。",
            sentence_en="A day is missing or wrong.",
            todo_zh="请选择日期。",
            todo_en="Choose a day.",
        ) from wrong


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _TYPED}


def _said(problem: CannotLend) -> dict[str, str]:
    return {"sentence": problem.sentence(language()), "todo": problem.todo(language())}


def _scopes(chosen: str) -> list[tuple[str, str, bool]]:
    return [(scope.value, str(text), scope.value == (chosen or Scope.FACE)) for scope, text in SCOPES.items()]


@signed_in(level=AUTHORISING)
def lend(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Lend a licence unasked: to whom, for what, from when to when."""
    row, typed = own_credential(request, id), _typed(request)
    problem = None
    if request.method == "POST":
        try:
            actions.lend(
                credential=row,
                receiver_uscc=typed["uscc"],
                purpose=typed["purpose"],
                reason=typed["reason"],
                scope=typed["scope"],
                starts_on=_day(typed["starts_on"]),
                ends_on=_day(typed["ends_on"]),
                by=request.actor,
            )
            return redirect(f"{reverse('credential', args=[id])}#lendings")
        except CannotLend as refused:
            problem = _said(refused)
    today = time.today()
    context = {
        "credential": row,
        "name": words.either(row.name_zh, row.name_en),
        "problem": problem,
        "typed": typed,
        "starts_on": typed["starts_on"] or today.isoformat(),
        "ends_on": typed["ends_on"] or (today + timedelta(days=29)).isoformat(),
        "scopes": _scopes(typed["scope"]),
        "most_days": LONGEST_LENDING_DAYS,
    }
    return render(request, "portal/lend.html", context, status=422 if problem else 200)


@signed_in()
def lendings(request: HttpRequest) -> HttpResponse:
    """All that others asked for or were lent, what waits for an answer first."""
    today = time.today()
    rows = [lending_row(row, today) for row in queries.of_holder(request.actor)[:_MOST_ROWS]]
    rows.sort(key=lambda one: not one["answer_url"])
    return render(request, "portal/lendings.html", {"rows": rows})


@signed_in(level=AUTHORISING)
def answer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A request: who asks, for what, what they would see; agree or refuse."""
    row = queries.lending_for(request.actor, id, "answer")
    if request.method == "POST":
        actions.answer(lending_id=id, agreed=request.POST.get("agree") == "yes", by=request.actor)
        return redirect("lendings")
    shown = calc.disclosed(row.credential.fields, row.scope)
    context = lending_row(row, time.today()) | {"face": face(row.credential, shown)}
    return render(request, "portal/lending_answer.html", context)


@signed_in()
def withdraw(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take it back."""
    row = queries.lending_for(request.actor, id, "answer")
    if request.method == "POST":
        actions.withdraw(lending_id=id, by=request.actor)
        return redirect(f"{reverse('credential', args=[row.credential_id])}#lendings")
    return confirm(
        request,
        title=_("收回授权"),
        text=_("收回后，{receiver}从下一次点击起就不能再查看这份证照。", receiver=row.receiver_name),
        button=_("确认收回"),
        back=reverse("credential", args=[row.credential_id]),
    )


@signed_in()
@require_POST
def copy(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Make an annotated copy of one's own licence."""
    row, typed = own_credential(request, id), request.POST
    made = actions.make_copy(
        credential=row,
        purpose=typed.get("purpose", ""),
        receiver_name=typed.get("receiver", ""),
        expires_on=_day(typed.get("expires_on", "")),
        by=request.actor,
    )
    return redirect(f"{reverse('credential', args=[id])}#copy-{made.pk}")


# ------------------------------------------------------------------------------------------------ the receiving side


@signed_in()
def lent(request: HttpRequest) -> HttpResponse:
    """What the organisation has asked for and been lent; no content, only what it is and whether it can be opened."""
    actor, today = request.actor, time.today()
    organisation = parties.organisation(actor.organisation_id) if actor.organisation_id else None
    context = {
        "organisation": organisation,
        "organisations": parties.organisations_of(actor) if actor.represents else [],
        "rows": [lending_row(row, today) for row in queries.of_receiver(actor)[:_MOST_ROWS]],
        "asked": "asked" in request.GET,
        "days": ANSWER_DAYS,
    }
    return render(request, "portal/lent.html", context)


@signed_in()
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a holder for a licence, for the organisation one acts for."""
    typed, problem = _typed(request), None
    if request.method == "POST":
        days = typed["days"]
        try:
            actions.ask(
                holder_code=typed["holder_code"],
                type=typed["type"],
                number=typed["number"],
                purpose=typed["purpose"],
                reason=typed["reason"],
                scope=typed["scope"],
                days=int(days) if days.isdecimal() and len(days) < 5 else 0,
                business_no=typed["business_no"],
                by=request.actor,
            )
            return redirect(f"{reverse('lent')}?asked=1")
        except CannotLend as refused:
            problem = _said(refused)
    kinds = catalogue.documents("credential")
    context = {
        "problem": problem,
        "typed": typed,
        "scopes": _scopes(typed["scope"]),
        "kinds": sorted(
            ((code, local(data["name"])) for code, data in kinds.items()), key=lambda one: one[1]
        ),
        "days": typed["days"] or "7",
    }
    return render(request, "portal/lent_ask.html", context, status=422 if problem else 200)


@signed_in()
def lent_one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The licence as far as its holder lets this organisation see it, at this moment; each look is written down."""
    row = actions.use(lending_id=id, by=request.actor)
    shown = face(row.credential, calc.disclosed(row.credential.fields, row.scope))
    return render(request, "portal/lent_one.html", lending_row(row, time.today()) | {"face": shown})


@signed_in()
@require_POST
def lent_copy(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """An annotated copy for the receiver: its purpose, its name, the last day of the lending."""
    row = actions.use(lending_id=id, by=request.actor)
    made = actions.make_copy(
        credential=row.credential,
        purpose=row.purpose,
        receiver_name=row.receiver_name,
        expires_on=min(row.ends_on, time.today() + timedelta(days=30)),
        by=request.actor,
        lending=row,
    )
    return redirect("copy-file", made.pk)
