"""What the city knows of the visitor beyond single facts, and who looked at it: when, from where, for which case."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.identities import queries as identities
from tongban.kernel.parties import queries as parties
from tongban.modules.looks import queries as looks
from tongban.modules.signon import queries as signon
from tongban.terminals.ui import lookwords
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _

_ON_A_PAGE = 20


def subject_of(actor: Actor) -> tuple[uuid.UUID | None, str]:
    """Of whom these pages speak: the organisation for which the visitor acts now, else the visitor."""
    if actor.organisation_id is not None:
        return actor.organisation_id, parties.organisation(actor.organisation_id).name
    return actor.person_id, actor.name


@signed_in()
@require_GET
def looked_at(request: HttpRequest) -> HttpResponse:
    """Who looked at the data of the visitor, or of the organisation they act for; newest first."""
    subject, name = subject_of(request.actor)
    found: Any = looks.at_data_of(request.actor, subject) if subject else []
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {"page": page, "rows": lookwords.said(rows, cases=_numbers(request.actor, rows)), "name": name}
    return render(request, "portal/looks.html", context)


def _numbers(actor: Actor, rows: list[Any]) -> dict[uuid.UUID, tuple[str, str]]:
    """Number and address of the cases among the looks that the visitor may open; one query."""
    ids = {row.about_id for row in rows if row.about_kind == "case"}
    if not ids:
        return {}
    own = cases.mine(actor).filter(pk__in=ids).values_list("pk", "short_no")
    return {pk: (number, reverse("case", args=[pk])) for pk, number in own}


@signed_in()
@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """Everything of one kind in one place: how much there is, and the page that shows it."""
    actor = request.actor
    subject, name = subject_of(actor)
    firm = actor.organisation_id is not None
    mine = cases.mine(actor)
    held = credentials.visible(actor)
    if subject is not None:
        own = {"organisation_id": subject} if firm else {"person_id": subject, "organisation_id": None}
        mine = mine.filter(**own)
        held = held.filter(holder_id=subject)
    kinds = [
        _kind(_("数据项"), len(_facts(actor)), "profile", _("每项的来源、获取时间，有误的可以提出")),
        _kind(_("办件"), mine.count(), "cases", _("提交过的申请和草稿")),
        _kind(_("证照"), held.count(), "wallet", _("签发给您的证照和使用记录")),
        _kind(
            _("查阅记录"),
            looks.at_data_of(actor, subject).count() if subject else 0,
            "looked-at",
            _("谁、什么时候、因为哪件事看过"),
        ),
    ]
    if not firm:
        kinds += [
            _kind(_("代办授权"), _mandates(actor), "mandates", _("您委托的人，委托您的人")),
            _kind(
                _("已登录的系统"),
                len(signon.consents(actor)),
                "oidc-systems",
                _("同意提供信息的部门系统，可以撤回"),
            ),
            _kind(_("登录方式"), len(identities.factors(actor)), "security", _("验证器、通行密钥")),
        ]
    return render(request, "portal/known.html", {"kinds": kinds, "name": name, "firm": firm})


def _mandates(actor: Actor) -> int:
    return parties.mandates_given(actor, None).count() + parties.mandates_held(actor).count()


def _facts(actor: Actor) -> Any:
    person = None if actor.organisation_id else actor.person_id
    return cases.known_of(person, actor.organisation_id, time.today()).facts


def _kind(label: str, count: int, url_name: str, about: str) -> dict[str, Any]:
    return {"label": label, "count": count, "url": reverse(url_name), "about": about}
