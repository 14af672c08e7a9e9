"""Pages that browsers pass on their way to a system, and the own list of systems."""

import uuid
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauthlib.oauth2.rfc6749.errors import FatalClientError, OAuth2Error

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.modules.signon import actions, calc, queries
from tongban.modules.signon.states import Ending, Realm, Scope
from tongban.terminals.signon import words
from tongban.terminals.signon.engine import Engine, Provider
from tongban.terminals.signon.leaving import error_address, leave, not_answered, refused
from tongban.terminals.signon.standing import FRESH, Standing, Step, fresh_from_now
from tongban.terminals.ui import pages, session
from tongban.terminals.ui.rights import LEVEL, open_to_all, signed_in
from tongban.terminals.ui.texts import _, local

# What a system is told when it wants no page shown and one would be needed (OpenID Connect Core 3.1.2.6).
_SILENT = {
    Step.SIGN_IN: ("login_required", "The person has to sign in."),
    Step.OTHER_ACCOUNT: ("login_required", "Another account has to sign in."),
    Step.STEP_UP: ("interaction_required", "The person has to prove more surely who they are."),
    Step.CONSENT: ("consent_required", "The person has to agree."),
}


def _read(request: HttpRequest, realm: str) -> Standing:
    """The request to sign on, checked. Raises FatalClientError, OAuth2Error, ValueError."""
    uri = f"{settings.PUBLIC_URL}{request.path}?{request.GET.urlencode()}"
    _scopes, found = Engine(Provider(realm)).validate_authorization_request(uri)
    return Standing(request, found["request"])


@csrf_exempt  # a system may send its request as a form; it is only led on to the same request as an address
@require_http_methods(["GET", "POST"])
@open_to_all("systems send browsers here before anybody has signed in")
def authorize(request: HttpRequest, realm: str) -> HttpResponse:
    """Sign the visitor on to a system: by a page that is still needed, or at once."""
    if request.method == "POST":
        return HttpResponse(status=303, headers={"Location": f"{request.path}?{request.POST.urlencode()}"})
    try:
        standing = _read(request, realm)
        step = standing.missing()
    except (FatalClientError, ValueError) as error:
        return not_answered(request, error)
    except OAuth2Error as error:
        return refused(request, realm, error)
    if step is None:
        return _grant(request, realm, standing, standing.consent())
    if "none" in standing.prompts:
        return leave(request, error_address(standing.asked, *_SILENT[step]))
    if step is Step.SIGN_IN:
        return redirect(_sign_in_address(request, standing))
    if step is Step.CONSENT:
        return redirect(f"{reverse('oidc-consent', args=[realm])}?{request.GET.urlencode()}")
    return _explained(request, standing, step)


def _back(request: HttpRequest) -> str:
    query = request.GET.copy()
    query[FRESH] = fresh_from_now()
    return f"{request.path}?{query.urlencode()}"


def _sign_in_address(request: HttpRequest, standing: Standing) -> str:
    # `level` makes the page of signing in show itself to somebody who has signed in already.
    return f"{reverse('sign-in')}?{urlencode({'next': _back(request), 'level': standing.needed})}"


def _level_address(request: HttpRequest, standing: Standing) -> str:
    """The page where levels are raised, which leads back to this very request: a sign-in that was fresh stays fresh."""
    question = {"next": f"{request.path}?{request.GET.urlencode()}", "level": standing.needed}
    return f"{reverse(LEVEL)}?{urlencode(question)}"


def _explained(request: HttpRequest, standing: Standing, step: Step) -> HttpResponse:
    """The page for somebody who is signed in, but not as this system needs."""
    system = words.name(standing.asked.client)
    staff = standing.asked.client.realm == Realm.STAFF
    again = pages.WayOut(_("换账号登录"), _sign_in_address(request, standing))
    ways = [again]
    if step is Step.STEP_UP:
        # Whoever cannot raise this account may have another one that is higher. An officer's is raised by nobody online.
        ways = [again] if staff else [pages.WayOut(_("去认证"), _level_address(request, standing)), again]
        title, error = _("需要更高的实名等级"), "unmet_authentication_requirements"
        sentence = _(
            "“{system}”需要{level}实名认证，您现在的等级不够。",
            system=system,
            level=words.level(standing.needed),
        )
        todo = _("请用更高等级的方式认证，认证后自动回到这里；也可以带身份证到任一服务大厅办理。")
    else:
        title, error = _("请换一个账号"), "access_denied"
        sentence = (
            _("“{system}”是工作人员用的，要用工作人员账号登录。", system=system)
            if staff
            else _(
                "“{system}”不接受您现在的账号：工作人员账号不能用于个人和企业的系统，或者它要的是另一个人。",
                system=system,
            )
        )
        todo = _("请用合适的账号重新登录，登录后自动回到这里。")
    back = error_address(standing.asked, error, "The person's account does not reach what was asked for.")
    return pages.explain(
        request,
        status=403,
        title=title,
        sentence=sentence,
        todo=todo,
        code=f"oidc.{step.value}",
        ways=(*ways, pages.WayOut(_("不登录了，回到“{system}”", system=system), back)),
    )


def _grant(request: HttpRequest, realm: str, standing: Standing, consent: Any) -> HttpResponse:
    """Leave with a code."""
    provider = Provider(realm, agreed=lambda asked: (consent, standing.described()), by=request.actor)
    uri = f"{settings.PUBLIC_URL}{request.path}?{request.GET.urlencode()}"
    headers, _body, _status = Engine(provider).create_authorization_response(
        uri, scopes=list(standing.asked.scopes)
    )
    return leave(request, headers["Location"])


@require_http_methods(["GET", "POST"])
@signed_in(level=0)
def consent(request: HttpRequest, realm: str) -> HttpResponse:
    """What a system wants to be told, and the answer. Everything is checked again: the address is the request's own."""
    try:
        standing = _read(request, realm)
        step = standing.missing()
    except (FatalClientError, ValueError) as error:
        return not_answered(request, error)
    except OAuth2Error as error:
        return refused(request, realm, error)
    if step not in (None, Step.CONSENT):
        return redirect(f"{reverse('oidc-authorize', args=[realm])}?{request.GET.urlencode()}")
    asked, actor = standing.asked, request.actor
    acting = Scope.ACTING_FOR in asked.scopes
    organisations = parties.organisations_of(actor) if acting and actor.represents else []
    if request.method == "POST":
        if request.POST.get("agree") != "yes":
            return leave(request, error_address(asked, "access_denied", "The person did not agree."))
        wanted = request.POST.get("for", "")
        on_behalf = wanted if wanted in {str(one.pk) for one in organisations} else ""
        return _grant(request, realm, standing, _agreed(standing, on_behalf))
    context = {
        "system": words.name(asked.client),
        "agency": _agencies().get(asked.client.agency, asked.client.agency),
        "purpose": words.purpose(asked.client),
        "told": words.handed_over(asked.scopes),
        "organisations": organisations,
        "acting": acting,
        "who": actor.name,
    }
    return render(request, "signon/consent.html", context)


def _agreed(standing: Standing, on_behalf: str) -> Any:
    asked, by = standing.asked, standing.request.actor
    given = partial(
        actions.give_consent, system=asked.client, on_behalf=on_behalf, scopes=asked.scopes, by=by
    )
    try:
        return given()
    except IntegrityError:  # the same answer at the same moment was first; now its consent is there
        return given()


def _agencies() -> dict[str, str]:
    found = catalogue.snapshot().documents.get("agency", {})
    return {code: local(data["name"]) for code, data in found.items()}


@require_http_methods(["GET", "POST"])
@open_to_all("a system sends browsers here to sign out, whether they are still signed in or not")
def logout(request: HttpRequest, realm: str) -> HttpResponse:
    """Sign out here and at every system that this browser has signed on to.

    At once when the system shows that the sign-on is its own, else after the visitor has said so: nobody is to be
    signed out by a link on some page.
    """
    hint, system, target = _logout_request(request, realm)
    if target is None:
        return not_answered(request, ValueError("post_logout_redirect_uri"))
    own = queries.own_sign_on(hint.get("sid", ""), queries.browser(session.row_of(request))) if hint else None
    if request.actor.is_signed_in and own is None and request.method != "POST":
        return render(request, "signon/logout.html", {"system": words.name(system) if system else ""})
    if own is not None:
        actions.end(sign_on=own, why=Ending.SYSTEM_SIGNED_OUT, by=request.actor)
    session.leave(request)
    return leave(request, target) if target else redirect("home")


def _logout_request(request: HttpRequest, realm: str) -> tuple[dict[str, Any], Any, str | None]:
    """What the hint says, the system, and where to go afterwards: empty for here, None where that is not allowed."""
    hint: dict[str, Any] = {}
    if text := request.GET.get("id_token_hint", ""):
        jwks = [key.public_jwk for key in actions.signing_keys()]
        hint = calc.read_token(text, jwks, issuer=queries.issuer(realm)) or {}
    name = str(hint.get("aud") or request.GET.get("client_id", ""))
    system = queries.live_system(realm, name) if name else None
    target = request.GET.get("post_logout_redirect_uri", "")
    if not target:
        return hint, system, ""
    if system is None or target not in system.logout_uris:
        return hint, system, None
    if state := request.GET.get("state", ""):
        target += f"{'&' if '?' in target else '?'}{urlencode({'state': state[:500]})}"
    return hint, system, target


@require_GET
@signed_in(level=0)
def systems(request: HttpRequest) -> HttpResponse:
    """The systems that the visitor has agreed to, what each is told, and the way to take it back."""
    rows, agencies = queries.consents(request.actor), _agencies()
    names = {
        str(one.pk): one.name
        for one in (parties.organisations_of(request.actor) if request.actor.represents else [])
    }
    context = {
        "rows": [
            {
                "id": row.pk,
                "name": words.name(row.system),
                "agency": agencies.get(row.system.agency, row.system.agency),
                "purpose": words.purpose(row.system),
                "told": words.handed_over(row.scopes),
                "acting": names.get(row.on_behalf, "") if row.on_behalf else "",
                "given": row.given_at,
                "used": row.last_used,
                "stopped": row.system.stopped_at is not None,
            }
            for row in rows
        ],
        "live": queries.live_count(request.actor),
    }
    return render(request, "signon/systems.html", context)


@require_POST
@signed_in(level=0)
def revoke(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take a consent back."""
    actions.revoke_consent(consent_id=id, by=request.actor)
    return redirect("oidc-systems")
