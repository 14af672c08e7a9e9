"""A second look at who sits there, before something that cannot be undone: deciding, sealing, publishing, giving rights.

Where the last check is too old, a form is answered with a page that asks for the number, the code or the passkey. What was
typed goes with that page and is sent again with the answer, to the same address: nothing is lost and nothing is stored.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.queries import passkeys
from tongban.kernel.identities.states import FactorKind, Way
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Step
from tongban.terminals.ui import codes, proving, session
from tongban.terminals.ui.rights import SIGN_IN
from tongban.terminals.ui.texts import language
from tongban.terminals.ui.whence import address_of

View = Callable[..., HttpResponseBase]
_WITHHELD = {"csrfmiddlewaretoken", "password"}  # a password is typed anew and never goes out with a page
PREFIX = "again-"
_SENT = "again_sent"


def fresh(view: View) -> View:
    """Forms of this view are taken only from whoever has shown lately who they are. Stands below the view's right.

    Not for forms with files: a browser does not send those a second time.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = demand(request) if request.method == "POST" else None
        return view(request, *args, **kwargs) if asked is None else asked

    checked.tongban_fresh = True  # type: ignore[attr-defined]  # read by the guard over all routes
    return checked


def demand(request: HttpRequest) -> HttpResponse | None:
    """None when the last check is fresh or this form brings one; else the page that asks for it."""
    if session.is_fresh(request):
        return None
    if not session.row_of(request):
        back = urlencode({"next": request.path})
        return HttpResponseRedirect(f"{reverse(SIGN_IN)}?{back}")
    account, how, error = request.user, request.POST.get(f"{PREFIX}how", ""), None
    if how == "send":
        _count(request, Step.ASK)
        code = parties.ask_code(account=account)
        codes.send(account, code)
        request.session[_SENT] = code if settings.DEMO else "sent"
    elif how:
        try:
            _count(request, Step.TRY)
            session.renew(request, _proved(request, account, how))
        except (actions.WrongNumber, parties.WrongCode, passkeys.BadPasskey) as problem:
            error = problem
        else:
            request.session.pop(_SENT, None)
            request.POST = _without(request)
            return None
    return _ask(request, account, error)


def _count(request: HttpRequest, step: Step) -> None:
    # Whoever is signed in counts for themself; nobody else can use up their share.
    who = str(request.actor.account_id)
    parties.admit(step=step, who=who, address=address_of(request), device="again")


def _proved(request: HttpRequest, account: Any, how: str) -> Way:
    typed = request.POST.get(f"{PREFIX}code", "")
    if how == "passkey":
        if proving.by_passkey(request).pk != account.pk:
            raise passkeys.BadPasskey
        return Way.PASSKEY
    if how == "code" and not account.agency:  # an officer's code is the first factor, and the second is due
        parties.use_code(account=account, code=typed)
        return Way.CODE
    return proving.by_number(account, typed)


def _without(request: HttpRequest) -> Any:
    values = request.POST.copy()
    for name in list(values):
        if name.startswith(PREFIX) or name == "passkey":
            del values[name]
    return values


def _ask(request: HttpRequest, account: Any, error: Any) -> HttpResponse:
    kinds = identities.kinds(account.pk)
    number = FactorKind.TOTP in kinds or bool(account.agency)
    sent = request.session.get(_SENT, "")
    shown = identities.number_now(account.pk) if number else sent
    values = _without(request)
    context = {
        "kept": [(name, one) for name, held in values.lists() if name not in _WITHHELD for one in held],
        "number": number,
        "sent": bool(sent),
        "shown": shown if settings.DEMO else "",
        "passkey": FactorKind.PASSKEY in kinds,
        "error": f"{error.sentence(language())} {error.todo(language())}" if error else "",
    }
    return render(request, "ui/again.html", context, status=422 if error else 403)
