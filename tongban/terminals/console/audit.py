"""The record, for the audit administrator: who did what, who held which right when, and every emergency access. Read only."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import EVENTS, ActorKind
from tongban.kernel.identities import actions
from tongban.kernel.parties import queries as parties
from tongban.modules.exports import calc as tables
from tongban.terminals.console.grantwords import grant_row, place_names
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cntime
from tongban.terminals.ui.texts import _, later

PAGE = 50
MOST_LINES = 10_000
KINDS = {
    ActorKind.PERSON: later("群众、企业"),
    ActorKind.STAFF: later("工作人员"),
    ActorKind.SYSTEM: later("系统"),
}


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), time.SHANGHAI)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _asked(request: HttpRequest, source: Any) -> dict[str, Any]:
    """What is asked for: an officer by the name of the account, one event's name, days from and to."""
    who = source.get("who", "").strip()
    name = source.get("name", "")
    return {
        "who": who,
        "name": name if name in EVENTS else "",
        "from": _day(source.get("from", "")),
        "to": _day(source.get("to", "")),
    }


def _rows(asked: dict[str, Any], before: uuid.UUID | None = None) -> Any:
    """The events that are asked for; none where the account is unknown."""
    account = None
    if asked["who"]:
        account = next(iter(parties.officers(asked["who"]).filter(username=asked["who"])), None)
        if account is None:
            return None
    end = asked["to"]
    return events.audited(
        actor_id=account.pk if account else None,
        name=asked["name"],
        begin=_begin(asked["from"]) if asked["from"] else None,
        end=_begin(end + dt.timedelta(days=1)) if end else None,
        before=before,
    )


def _said(name: str) -> str:
    event = EVENTS.get(name)
    return texts.local({"zh": event.sentence_zh, "en": event.sentence_en}) if event else name


def _lines(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Events in words. Of officers by name, of everybody else only that it was one of them: they act in private."""
    rows = list(found)
    staff_ids = [one.actor_id for one in rows if one.actor_kind == ActorKind.STAFF and one.actor_id]
    names = parties.account_names(staff_ids)
    return [
        {
            "id": one.pk,
            "when": cntime(one.at),
            "who": names.get(one.actor_id) or str(KINDS[ActorKind(one.actor_kind)]),
            "what": _said(one.name),
            "name": one.name,
            "kind": one.subject_kind,
            "about": str(one.subject_id),
            "more": " · ".join(f"{key}={_plain(value)}" for key, value in sorted(one.payload.items())),
        }
        for one in rows
    ]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _query(asked: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in asked.items() if value}


@staff(Permission.AUDIT_VIEW)
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """What was done, newest first, by account, event and days; a page goes on where the last one ended."""
    asked = _asked(request, request.GET)
    rows = _rows(asked, _id(request.GET.get("before", "")))
    found = list(rows[: PAGE + 1]) if rows is not None else []
    more = urlencode({**_query(asked), "before": str(found[PAGE - 1].pk)}) if len(found) > PAGE else ""
    context = {
        "rows": _lines(found[:PAGE]),
        "asked": asked,
        "unknown": rows is None,
        "names": sorted(((name, _said(name)) for name in EVENTS), key=lambda pair: pair[1]),
        "more": f"?{more}" if more else "",
        "later": request.GET.get("before", "") != "",
        "most": MOST_LINES,
    }
    return render(request, "console/audit.html", context)


@staff(Permission.AUDIT_VIEW)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same as a table to keep, up to a number of lines; that it was taken away is an event itself."""
    asked = _asked(request, request.POST)
    rows = _rows(asked)
    found = _lines(rows[:MOST_LINES]) if rows is not None else []
    actions.note_export(asked=_query(asked), lines=len(found), by=request.actor)
    head = [_("时间"), _("谁"), _("做了什么"), _("事件"), _("对象"), _("对象编号"), _("说明")]
    body = [
        [one["when"], one["who"], one["what"], one["name"], one["kind"], one["about"], one["more"]]
        for one in found
    ]
    response = HttpResponse(tables.BOM + tables.lines([head, *body]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@staff(Permission.AUDIT_VIEW)
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Which rights an officer held on a day; without an officer, the list to choose from."""
    text, day = request.GET.get("q", "").strip(), _day(request.GET.get("day", "")) or time.today()
    chosen = parties.officer(who) if (who := _id(request.GET.get("who", ""))) else None
    page = Paginator(parties.officers(text), PAGE).get_page(request.GET.get("page"))
    held, names = catalogue.snapshot(), place_names()
    grants = access.held_on(chosen.pk, _begin(day), day) if chosen else []
    people = parties.account_names(
        [one for row in grants for one in (row.made_by, row.confirmed_by) if one is not None]
    )
    context = {
        "rows": list(page.object_list) if chosen is None else [],
        "page": page,
        "q": text,
        "day": day,
        "chosen": chosen,
        "grants": [
            (
                grant_row(one, held, names),
                people.get(one.made_by, _("系统")),
                people.get(one.confirmed_by, ""),
            )
            for one in grants
        ],
    }
    return render(request, "console/audit_rights.html", context)


@staff(Permission.AUDIT_VIEW)
@require_GET
def glasses(request: HttpRequest) -> HttpResponse:
    """Every emergency access: who, which case, why, until when, what the review says; the overdue ones in red."""
    page = Paginator(access.glasses(), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    wanted = [one for row in rows for one in (row.account_id, row.reviewed_by) if one is not None]
    names = parties.account_names(wanted)
    numbers = cases.numbers_of([row.grant.subject_id for row in rows])
    now = time.now()
    context = {
        "rows": [
            {
                "row": row,
                "who": names.get(row.account_id, ""),
                "by": names.get(row.reviewed_by, ""),
                "number": numbers.get(row.grant.subject_id, ""),
                "open": access.holds_now(row.grant, time.today(), now),
                "late": row.reviewed_at is None and row.due_at < now,
            }
            for row in rows
        ],
        "page": page,
    }
    return render(request, "console/audit_glasses.html", context)
