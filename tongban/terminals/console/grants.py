"""Rights, for the security administrator: who holds what, given, confirmed by a second person, ended."""

import datetime as dt
import re
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access import actions
from tongban.kernel.access import queries as access
from tongban.kernel.access.actions import Terms
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.terminals.console.grantwords import grant_row, place_names, role_name
from tongban.terminals.console.officers import agencies
from tongban.terminals.ui import texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later

PAGE = 50
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TYPED = ("role", "agency", "place", "items", "starts_on", "ends_on")
DONE = {
    "given": later("权限已授予，对方下一次点击起生效。"),
    "waits": later("已经登记，等另一位安全管理员确认后生效。"),
    "confirmed": later("已确认，权限生效。"),
    "ended": later("权限已终止，对方下一次点击起不能再用。"),
}


@staff(Permission.GRANT_MANAGE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Officers with their roles, and what waits for a second person."""
    text = request.GET.get("q", "").strip()
    page = Paginator(parties.officers(text), PAGE).get_page(request.GET.get("page"))
    held, names, waiting = catalogue.snapshot(), place_names(), list(access.waiting())
    grants: dict[uuid.UUID, list[Any]] = {}
    for grant in access.grants_of([row.pk for row in page.object_list]).filter(ended_at__isnull=True):
        grants.setdefault(grant.account_id, []).append(grant_row(grant, held, names))
    people = parties.account_names(
        [one.account_id for one in waiting] + [o.made_by for o in waiting if o.made_by]
    )
    context = {
        "rows": [(row, [g for g in grants.get(row.pk, []) if g.tone]) for row in page.object_list],
        "page": page,
        "q": text,
        "waiting": [
            (
                grant_row(one, held, names),
                one.account_id,
                people.get(one.account_id, ""),
                people.get(one.made_by, _("系统")),
                request.actor.account_id not in (one.made_by, one.account_id),
            )
            for one in waiting
        ],
        "done": str(DONE.get(request.GET.get("done", ""), "")),
    }
    return render(request, "console/grants.html", context)


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    names = place_names()
    return [
        (_("区域"), [("", _("全市")), *((one.path, names[one.code]) for one in places.towns())]),
        (
            _("服务大厅"),
            [(one.path, texts.local({"zh": one.name_zh, "en": one.name_en})) for one in places.halls()],
        ),
    ]


def _page(request: HttpRequest, id: uuid.UUID, problem: Problem | None = None) -> HttpResponse:
    row = parties.officer(id)
    if row is None:
        raise Http404
    held, names = catalogue.snapshot(), place_names()
    found = list(access.grants_of([row.pk]))
    people = parties.account_names([one.made_by for one in found if one.made_by])
    own = row.pk == request.actor.account_id
    context = {
        "row": row,
        "agency": dict(agencies()).get(row.agency, row.agency),
        "grants": [
            (
                grant_row(one, held, names),
                people.get(one.made_by, _("系统")),
                one.ended_at is None and one.origin != "recusal" and not own,
                one.waits and not own and one.made_by != request.actor.account_id,
            )
            for one in found
        ],
        "own": own,
        "roles": [
            (
                name,
                role_name(name),
                texts.local({"zh": role.sentence_zh, "en": role.sentence_en}),
                role.weighty,
            )
            for name, role in ROLES.items()
            if role.given
        ],
        "agencies": agencies(),
        "places": _places(),
        "typed": {name: request.POST.get(name, "") for name in _TYPED}
        | {"agency": request.POST.get("agency", row.agency)},
        "problem": said(problem),
        "done": str(DONE.get(request.GET.get("done", ""), "")),
    }
    return render(request, "console/grant.html", context, status=problem.status if problem else 200)


@staff(Permission.GRANT_MANAGE)
@require_GET
def one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What one officer holds and held, and the form that gives more."""
    return _page(request, id)


class NotReadable(Problem):
    """A field of the form that cannot be read."""

    code = "grant.not_readable"
    status = 422


def _unread(zh: str, en: str) -> NotReadable:
    return NotReadable(
        sentence_zh=zh, sentence_en=en, todo_zh="请核对后再提交。", todo_en="Check it and send it again."
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise _unread("日期不对。", "This is no day.") from None


def _terms(request: HttpRequest) -> Terms:
    agency, place = request.POST.get("agency", ""), request.POST.get("place", "")
    items = tuple(dict.fromkeys(request.POST.get("items", "").replace("，", " ").replace(",", " ").split()))
    known = {path for _label, some in _places() for path, _name in some}
    if agency and agency not in dict(agencies()):
        raise _unread("没有这个机构。", "There is no such agency.")
    path = place
    if place not in known:
        found = places.by_code(place)
        if found is None:
            raise _unread("没有这个区域。", "There is no such place.")
        path = found.path
    if not all(map(_CODE.fullmatch, items)):
        raise _unread("事项编码不对。", "This is no code of an item.")
    return Terms(
        agency=agency,
        place_path=path,
        items=items,
        starts_on=_day(request.POST.get("starts_on", "")),
        ends_on=_day(request.POST.get("ends_on", "")),
    )


@staff(Permission.GRANT_MANAGE)
@require_POST
@fresh
def give(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give an officer a role; a weighty one waits for a second person."""
    if parties.officer(id) is None:
        raise Http404
    try:
        row = actions.give(
            account_id=id, role=request.POST.get("role", ""), terms=_terms(request), by=request.actor
        )
    except (actions.GrantNotPossible, actions.SidesMixed, actions.UnknownRole, NotReadable) as problem:
        return _page(request, id, problem)
    return redirect(f"{reverse('console-grant', args=[id])}?done={'waits' if row.waits else 'given'}")


@staff(Permission.GRANT_MANAGE)
@require_POST
@fresh
def act(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Confirm a grant that waits, or end one."""
    row = access.one(id)
    if row is None:
        raise Http404
    try:
        if request.POST.get("what") == "confirm":
            actions.confirm(grant_id=id, by=request.actor)
            done = "confirmed"
        else:
            actions.end(grant_id=id, by=request.actor)
            done = "ended"
    except actions.GrantNotPossible as problem:
        return _page(request, row.account_id, problem)
    return redirect(f"{reverse('console-grant', args=[row.account_id])}?done={done}")
