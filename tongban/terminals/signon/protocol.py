"""Addresses that systems call themselves: what we are, our keys, tokens, who it is, taking tokens back. JSON."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.actions import TooManyTries
from tongban.kernel.parties.states import Step
from tongban.modules.signon import actions, queries
from tongban.modules.signon.calc.tokens import ALGORITHM
from tongban.modules.signon.states import Scope
from tongban.terminals.signon.engine import FLOWS, Engine, Provider
from tongban.terminals.ui.rights import open_to_all
from tongban.terminals.ui.whence import address_of

_KEPT = "public, max-age=3600"  # shorter than keys are published before they sign
# What an error means here, for the person who connects a system; the protocol allows ASCII only.
_MEANS = {
    "invalid_client": "The system is unknown or stopped, or its secret is wrong or shown in two ways.",
    "invalid_grant": (
        "The code or token is unknown, too old, used already or another system's, or redirect_uri or code_verifier "
        "is not that of the request."
    ),
    "unsupported_grant_type": "Use authorization_code or refresh_token.",
    "invalid_scope": "Ask for openid and what the system is registered for.",
}


@require_GET
@open_to_all("systems find out by it how signing on works; it says nothing of anybody")
def configuration(request: HttpRequest, realm: str) -> HttpResponse:
    """The discovery document of a realm."""

    def address(name: str) -> str:
        return f"{settings.PUBLIC_URL}{reverse(name, args=[realm])}"

    said = {
        "issuer": queries.issuer(realm),
        "authorization_endpoint": address("oidc-authorize"),
        "token_endpoint": address("oidc-token"),
        "userinfo_endpoint": address("oidc-userinfo"),
        "revocation_endpoint": address("oidc-revoke"),
        "end_session_endpoint": address("oidc-logout"),
        "jwks_uri": address("oidc-keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(FLOWS),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": [one.value for one in Scope],
        "claims_supported": ["sub", "name", "agency", "acr", "amr", "auth_time", "sid", "acting_for"],
        "acr_values_supported": [name for _, name in sorted(settings.ACR_NAMES.items())],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["zh-CN", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "authorization_response_iss_parameter_supported": True,
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": _KEPT})


@require_GET
@open_to_all("public halves of keys, by which systems check our tokens")
def keys(request: HttpRequest, realm: str) -> HttpResponse:
    """The keys that sign tokens now, soon or did until lately (JWKS)."""
    found = [key.public_jwk for key in actions.signing_keys()]
    return JsonResponse({"keys": found}, headers={"Cache-Control": _KEPT})


def _called(request: HttpRequest) -> dict[str, Any]:
    """The call as oauthlib reads it. Its own demand for TLS is for the server in front of us to see to."""
    query = request.GET.urlencode()
    return {
        "uri": f"{settings.PUBLIC_URL}{request.path}{'?' if query else ''}{query}",
        "http_method": request.method,
        "body": request.POST.urlencode(),
        "headers": {"Authorization": request.headers["Authorization"]}
        if "Authorization" in request.headers
        else {},
    }


def _answer(headers: dict[str, str], body: str, status: int) -> HttpResponse:
    if status >= 400 and body:
        said = json.loads(body)
        said.setdefault("error_description", _MEANS.get(said["error"], "The request is wrong."))
        if said["error"] == "invalid_client":
            headers = {**headers, "WWW-Authenticate": 'Basic realm="oidc", charset="UTF-8"'}
        body = json.dumps(said)
    response = HttpResponse(body, status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _by_a_system(request: HttpRequest, realm: str, make: str) -> HttpResponse:
    """Let oauthlib answer a call that a secret opens; whoever guesses at secrets is slowed down.

    Only failures are counted: a system with the right secret gets in, whatever others do in its name.
    """
    provider = Provider(realm)
    try:
        answer = getattr(Engine(provider), make)(**_called(request))
    except OAuth2Error as error:
        answer = error.headers, error.json, error.status_code
    except ValueError:
        answer = {}, json.dumps({"error": "invalid_request"}), 400
    if provider.failed_client:
        try:
            parties.admit(
                step=Step.TRY, who=f"system:{provider.failed_client[:60]}", address=address_of(request)
            )
        except TooManyTries as problem:
            said = {
                "error": "temporarily_unavailable",
                "error_description": "Wrong secrets were shown too often. Wait as Retry-After says.",
            }
            return _answer({"Retry-After": str(problem.retry_after)}, json.dumps(said), 429)
    return _answer(*answer)


@csrf_exempt  # no session and no cookie has any say here
@require_POST
@open_to_all("a system shows its own secret, and the code that a person's browser brought it")
def token(request: HttpRequest, realm: str) -> HttpResponse:
    """Tokens for a code, or for a refresh token."""
    return _by_a_system(request, realm, "create_token_response")


@csrf_exempt  # no session and no cookie has any say here
@require_POST
@open_to_all("a system shows its own secret")
def revoke(request: HttpRequest, realm: str) -> HttpResponse:
    """Take back a token; the sign-on that it belongs to ends (RFC 7009)."""
    return _by_a_system(request, realm, "create_revocation_response")


@csrf_exempt  # no session and no cookie has any say here
@require_http_methods(["GET", "POST"])
@open_to_all("what lets a system in is the access token, which it got for a person's consent")
def userinfo(request: HttpRequest, realm: str) -> HttpResponse:
    """Who signed on, as far as they agreed to. The token stands in the header only: addresses end up in logs."""
    called = {**_called(request), "uri": f"{settings.PUBLIC_URL}{request.path}", "body": ""}
    try:
        return _answer(*Engine(Provider(realm)).create_userinfo_response(**called))
    except OAuth2Error as error:
        return _answer(error.headers, error.json, error.status_code)
