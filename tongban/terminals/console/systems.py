"""The register of systems that people sign on to, and the keys that sign what these are told."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.signon import actions, queries
from tongban.modules.signon.states import Realm, Scope
from tongban.terminals.ui import texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later

REALMS = {Realm.PEOPLE: later("群众和企业"), Realm.STAFF: later("工作人员")}
SCOPES = {
    Scope.PROFILE: later("姓名（隐去一部分）；工作人员的还有所在机构"),
    Scope.REALNAME: later("完整姓名"),
    Scope.ACTING_FOR: later("代表哪个企业"),
    Scope.OFFLINE_ACCESS: later("登录期间更新令牌"),
}
_TEXTS = (
    "agency",
    "name_zh",
    "name_en",
    "purpose_zh",
    "purpose_en",
    "backchannel_uri",
    "sector",
    "least_level",
)
_LISTS = ("redirect_uris", "logout_uris")


def _agencies() -> list[tuple[str, str]]:
    found = catalogue.snapshot().documents.get("agency", {})
    return [(code, texts.local(data["name"])) for code, data in found.items()]


@staff(Permission.SIGNON_MANAGE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """All systems, and the keys with the time from which each signs."""
    names = dict(_agencies())
    rows = [
        {
            "id": one.pk,
            "name": texts.local({"zh": one.name_zh, "en": one.name_en}),
            "client_id": one.client_id,
            "agency": names.get(one.agency, one.agency),
            "realm": REALMS[Realm(one.realm)],
            "state": _state(one),
        }
        for one in queries.systems(request.actor)
    ]
    context = {
        "rows": rows,
        "keys": queries.keys_of(request.actor),
        "now": time.now(),
        "issuers": [
            (label, f"{queries.issuer(realm)}/.well-known/openid-configuration")
            for realm, label in REALMS.items()
        ],
    }
    return render(request, "console/systems.html", context)


def _state(row: Any) -> tuple[str, str]:
    if row.stopped_at:
        return _("已停用"), "red"
    return (_("在用"), "green") if row.secret_digest else (_("还没有密钥"), "amber")


def _typed(request: HttpRequest) -> dict[str, Any]:
    typed: dict[str, Any] = {
        name: request.POST.get(name, "").strip() for name in (*_TEXTS, "client_id", "realm")
    }
    for name in _LISTS:
        typed[name] = request.POST.get(name, "").split()
    typed["scopes"] = [one for one in request.POST.getlist("scopes") if one in SCOPES]
    level = typed["least_level"]
    typed["least_level"] = int(level) if level in {"1", "2", "3", "4"} else 0
    return typed


def _form(request: HttpRequest, typed: dict[str, Any], row: Any = None, problem: Any = None) -> HttpResponse:
    context = {
        "row": row,
        "state": _state(row) if row else None,
        "typed": {**typed, **{name: "\n".join(typed[name]) for name in _LISTS}},
        "problem": said(problem),
        "about": problem.about if problem else "",
        "agencies": _agencies(),
        "realms": [(one.value, label) for one, label in REALMS.items()],
        "scopes": [(one.value, label, one in typed["scopes"]) for one, label in SCOPES.items()],
        "levels": [(number, name) for number, name in sorted(settings.ACR_NAMES.items())],
    }
    return render(request, "console/system.html", context, status=problem.status if problem else 200)


@staff(Permission.SIGNON_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a system; its secret is on the page that answers, and nowhere afterwards."""
    typed = _typed(request)
    if request.method != "POST":
        return _form(request, {**typed, "realm": Realm.PEOPLE.value, "least_level": 1})
    try:
        row, secret = actions.register_system(
            client_id=typed["client_id"], realm=typed["realm"], data=typed, by=request.actor
        )
    except actions.NotRegistered as problem:
        return _form(request, typed, problem=problem)
    return _secret(request, row, secret)


@staff(Permission.SIGNON_MANAGE)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Look at a registration and change it."""
    row = queries.system(request.actor, id)
    if request.method != "POST":
        kept = {name: getattr(row, name) for name in (*_TEXTS, *_LISTS, "scopes", "client_id", "realm")}
        return _form(request, kept, row)
    typed = {**_typed(request), "client_id": row.client_id, "realm": row.realm}
    try:
        actions.change_system(system_id=id, data=typed, by=request.actor)
    except actions.NotRegistered as problem:
        return _form(request, typed, row, problem)
    return redirect("console-system", id=id)


def _secret(request: HttpRequest, row: Any, secret: str) -> HttpResponse:
    discovery = f"{queries.issuer(row.realm)}/.well-known/openid-configuration"
    return render(
        request, "console/system_secret.html", {"row": row, "secret": secret, "discovery": discovery}
    )


@staff(Permission.SIGNON_MANAGE)
@require_POST
def renew_secret(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Another secret, on the page that answers."""
    return _secret(request, *actions.renew_secret(system_id=id, by=request.actor))


@staff(Permission.SIGNON_MANAGE)
@require_POST
def stop(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Stop a system, or let it in again."""
    turn = actions.resume_system if request.POST.get("resume") else actions.stop_system
    turn(system_id=id, by=request.actor)
    return redirect("console-system", id=id)


@staff(Permission.SIGNON_MANAGE)
@require_POST
def renew_key(request: HttpRequest) -> HttpResponse:
    """Make the next signing key: in its time, or at once for one that somebody may have copied."""
    actions.renew_key(by=request.actor, at_once=request.POST.get("when") == "now")
    return redirect(f"{reverse('console-systems')}#keys")
