"""A password as a way of signing in: typing it, setting it, changing it, removing it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.identities import actions
from tongban.kernel.identities import queries as identities
from tongban.kernel.identities.calc.passwords import MOST
from tongban.kernel.identities.states import Way
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Step
from tongban.terminals.portal import entering
from tongban.terminals.portal.views.security import page
from tongban.terminals.portal.views.signing import count, named
from tongban.terminals.ui import city, codes, session
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import language
from tongban.terminals.ui.views import local_path
from tongban.terminals.ui.whence import address_of


@open_to_all("signing in comes before everything else")
@never_cache
@sensitive_post_parameters("password")
def sign_in_password(request: HttpRequest) -> HttpResponse:
    """Take an account and its password: the first factor. Counted before anything is hashed.

    An unknown account, one without a password and a wrong password get the same answer after the same work.
    """
    next_url = local_path(request.POST.get("next") or request.GET.get("next", ""))
    context = {"next": next_url, "username": "", "error": ""}
    if request.method != "POST":
        return render(request, "portal/sign_in_password.html", context)
    username = named(request)
    account = identities.account_named(username)
    try:
        count(request, Step.PASSWORD, username, account)
        actions.use_password(account=account, typed=request.POST.get("password", ""))
    except parties.TooManyTries as problem:
        return codes.too_many(request, problem, reverse("sign-in"))
    except actions.WrongPassword as problem:
        context |= {"username": username, "error": _said(problem)}
        return render(request, "portal/sign_in_password.html", context, status=problem.status)
    assert account is not None  # of nobody no password is right
    return entering.proceed(request, account, [Way.PASSWORD], next_url)


def _said(problem: Problem) -> str:
    return f"{problem.sentence(language())} {problem.todo(language())}"


@signed_in(level=0)
@never_cache
@sensitive_post_parameters("password")
@fresh
def password(request: HttpRequest) -> HttpResponse:
    """Take a password to sign in by from now on, in place of an older one; all other sessions end."""
    problem: Problem | None = None
    if request.method == "POST" and "password" in request.POST:
        # Whoever is signed in counts for themself: a hash and a service that is asked cost something.
        who = str(request.user.pk)
        parties.admit(step=Step.PASSWORD, who=who, address=address_of(request), device="password")
        shown = city.current()
        try:
            account = actions.set_password(
                typed=request.POST["password"],
                words=[shown.brand_zh, shown.brand_en, shown.name_zh, shown.name_en],
                keep=request.session.session_key,
                by=request.actor,
            )
        except (actions.BadPassword, actions.NotChecked) as refused:
            problem = refused
        else:
            session.stays(request, account)
            return redirect(f"{reverse('security')}#password")
    context = {
        "username": request.user.username,
        "has_password": request.user.has_usable_password(),
        "least": settings.PASSWORD_LEAST,
        "most": MOST,
        "error": _said(problem) if problem else "",
    }
    return render(request, "portal/password.html", context, status=problem.status if problem else 200)


@signed_in(level=0)
@require_POST
@fresh
def remove_password(request: HttpRequest) -> HttpResponse:
    """Remove the password; all other sessions end."""
    try:
        account = actions.remove_password(keep=request.session.session_key, by=request.actor)
    except actions.NotRemovable as problem:
        return page(request, problem)
    session.stays(request, account)
    return redirect(f"{reverse('security')}#password")
