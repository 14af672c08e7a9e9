"""How a browser leaves for a system, and pages that say why it does not."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2.rfc6749 import errors

from tongban.modules.signon import queries
from tongban.terminals.ui.pages import WayOut, explain
from tongban.terminals.ui.texts import _


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to a registered address.

    After a form of ours (signing in, consent) by a page that goes on by itself: our policy allows forms to lead to our
    own addresses only, and browsers count what a form's answer redirects to.
    """
    if request.method == "POST" or request.headers.get("Sec-Fetch-Site") == "same-origin":
        response = render(request, "signon/leaving.html", {"url": url})
    else:
        response = HttpResponse(status=302, headers={"Location": url})
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def error_address(asked: Any, error: str, description: str) -> str:
    """The address that tells a system why it gets no code."""
    said = [("error", error), ("error_description", description), ("iss", queries.issuer(asked.client.realm))]
    if asked.state:
        said.append(("state", asked.state))
    return str(add_params_to_uri(asked.redirect_uri, said))


def refused(request: HttpRequest, realm: str, error: errors.OAuth2Error) -> HttpResponse:
    """A request that is wrong, told to the system that has sent it."""
    if not error.redirect_uri:
        return not_answered(request, error)
    url = error.in_uri(error.redirect_uri)
    return leave(request, str(add_params_to_uri(url, [("iss", queries.issuer(realm))])))


def not_answered(request: HttpRequest, error: Exception) -> HttpResponse:
    """A request that cannot be answered to anybody: nobody knows whether the address is the system's own."""
    if isinstance(error, errors.InvalidClientIdError | errors.MissingClientIdError):
        sentence = _("发起登录的系统没有在本平台登记，或者已经停用。")
    elif isinstance(
        error,
        errors.MismatchingRedirectURIError | errors.MissingRedirectURIError | errors.InvalidRedirectURIError,
    ):
        sentence = _("发起登录的系统要求跳回一个没有登记的地址。为防止您的登录信息被别人截走，没有继续。")
    else:
        sentence = _("发起登录的系统发来的请求读不懂。")
    return explain(
        request,
        status=400,
        title=_("不能登录到这个系统"),
        sentence=sentence,
        todo=_("请回到那个系统的官方网址重新打开；还是不行，请把下面的代码告诉它的管理单位。"),
        code=f"oidc.{_code(error)}",
        ways=[WayOut(_("回到首页"), reverse("home"))],
    )


def _code(error: Exception) -> str:
    return {
        errors.InvalidClientIdError: "unknown_system",
        errors.MissingClientIdError: "unknown_system",
        errors.MismatchingRedirectURIError: "unknown_address",
        errors.MissingRedirectURIError: "unknown_address",
        errors.InvalidRedirectURIError: "unknown_address",
    }.get(type(error), "unreadable")
