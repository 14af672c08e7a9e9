"""Inbox, what is known of the visitor, and pages of plain text."""

import uuid
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.notices import actions as notice_actions
from tongban.kernel.notices import queries as notices
from tongban.kernel.parties import actions as party_actions
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import FactState
from tongban.kernel.places import queries as places
from tongban.terminals.portal import words
from tongban.terminals.portal.views.cases import confirm
from tongban.terminals.portal.views.guide import link
from tongban.terminals.portal.views.home import news
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import LEVELS, open_to_all, signed_in
from tongban.terminals.ui.texts import _
from tongban.terminals.ui.views import local_path

_ON_A_PAGE = 20
# What a notice can be about, and the page that shows it.
_ABOUT = {
    "alert": "policy-alert",
    "appeal": "appeal",
    "award": "award",
    "claim": "claim",
    "claimobjection": "claim-objection",
    "factdispute": "policies-dispute",
    "firmnotices": "policies-told-matches",
    "objection": "award-objection",
    "case": "case",
    "casesignature": "signature",
    "credential": "credential",
    "keyquestion": "key-question",
    "lending": "lending-answer",
    "mandate": "mandate",
    "match": "market-match",
    "post": "market-post",
    "project": "enterprise-told-project",
    "visit": "enterprise-told-visit",
}
# What is the same page for everybody, whatever the row.
_OWN = {"account": "security", "signin": "security"}


@signed_in(level=0)
def inbox(request: HttpRequest) -> HttpResponse:
    """The visitor's notices; the button marks all of them as read. Of any level: some are about the account itself."""
    if request.method == "POST":
        notice_actions.read_all(by=request.actor)
        return redirect("inbox")
    page = Paginator(notices.inbox(request.actor), _ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "notice": row,
            "title": words.either(row.title_zh, row.title_en),
            "body": words.either(row.body_zh, row.body_en),
            "url": _page_about(row.about_kind, row.about_id),
        }
        for row in page
    ]
    unread = notices.unread(request.actor)
    return render(request, "portal/inbox.html", {"rows": rows, "page": page, "unread": unread})


def _page_about(kind: str, row: uuid.UUID) -> str:
    if kind in _ABOUT:
        return reverse(_ABOUT[kind], args=[row])
    return reverse(_OWN[kind]) if kind in _OWN else ""


@signed_in()
def profile(request: HttpRequest) -> HttpResponse:
    """What the city knows of the visitor and of the organisation they act for: source, day, way to dispute."""
    actor, held = request.actor, catalogue.snapshot()
    organisation = parties.organisation(actor.organisation_id) if actor.organisation_id else None
    known = cases.known_of(actor.person_id, actor.organisation_id, time.today())
    named = words.place_names()
    subjects: dict[str, list[Any]] = {"person": [], "organisation": []}
    missing: dict[str, list[str]] = {"person": [], "organisation": []}
    for name, data in held.documents.get("fact", {}).items():
        fact = known.get(name)
        if fact is not None:
            subjects[data["subject"]].append(_fact(data, fact, held, named))
        elif data["subject"] == "person" or organisation is not None:
            missing[data["subject"]].append(texts.local(data["label"]))
    context = {
        "subjects": [(_("个人信息"), subjects["person"], "person")],
        "level": LEVELS[min(actor.level, 4)],
        "organisations": parties.organisations_of(actor) if actor.represents else [],
        "organisation": organisation,
        "missing": [*missing["person"], *missing["organisation"]],
    }
    if organisation is not None:
        context["subjects"].append((organisation.name, subjects["organisation"], "organisation"))
    return render(request, "portal/profile.html", context)


def _fact(data: dict[str, Any], fact: Any, held: Snapshot, named: dict[str, str]) -> dict[str, Any]:
    return {
        "name": fact.name,
        "label": texts.local(data["label"]),
        "value": words.fact(data, fact.value, named),
        "source": words.agency(fact.source, held, short=True),
        "as_of": fact.as_of,
        "disputed": fact.state == FactState.DISPUTED,
        "stale": fact.state == FactState.STALE,
        "sensitive": data["privacy"] == "sensitive",
    }


@signed_in()
def dispute(request: HttpRequest, name: str) -> HttpResponse:
    """Say that a fact about oneself, or about the organisation one acts for, is wrong: forms then ask for it."""
    data = catalogue.documents("fact").get(name)
    if data is None:
        raise Http404
    back = local_path(request.POST.get("next") or request.GET.get("next") or reverse("profile"))
    if request.method == "POST":
        subject = _subject(request.actor, data["subject"], request.GET.get("case", ""))
        # An age follows from the date of birth: it is that which is wrong.
        for one in [name, *data.get("derived_from", [])]:
            agency = (catalogue.documents("fact").get(one) or data)["source"]
            if (
                party_actions.dispute(subject_id=subject, name=one, agency=agency, by=request.actor)
                is not None
            ):
                break
        return redirect(back)
    return confirm(
        request,
        title=_("“{label}”有误？", label=texts.local(data["label"])),
        text=_(
            "标记有误后，系统不再使用这项数据，表单会请您自己填写；数据来源单位会收到核实通知。不影响您继续办理。"
        ),
        button=_("标记有误"),
        back=back,
        danger=False,
    )


def _subject(actor: Actor, kind: str, case_id: str) -> Any:
    """Of whom a fact speaks: in a form the case's person or organisation, else whom the actor is or acts for."""
    person_id, organisation_id = actor.person_id, actor.organisation_id
    if case_id:
        try:
            organisation_id = cases.case_for(actor, uuid.UUID(case_id), "edit").organisation_id
        except ValueError as error:
            raise Http404 from error
    subject = person_id if kind == "person" else organisation_id
    if subject is None:
        raise Http404
    return subject


@open_to_all("halls are public")
def halls(request: HttpRequest) -> HttpResponse:
    """All halls; on the map each place leads to its own."""
    rows = [
        {
            "code": hall.place.code,
            "name": words.either(hall.name_zh, hall.name_en),
            "address": words.either(hall.address_zh, hall.address_en),
            "hours": words.either(hall.hours_zh, hall.hours_en),
            "phone": hall.phone,
        }
        for hall in places.halls()
    ]
    return render(request, "portal/halls.html", {"halls": rows, "town": request.GET.get("town", "")})


@open_to_all("news are public")
def notice_list(request: HttpRequest) -> HttpResponse:
    """All notices of the city."""
    rows = [news(one) for one in catalogue.snapshot().pack.get("notices", [])]
    return render(request, "portal/notices.html", {"notices": rows})


@open_to_all("news are public")
def notice(request: HttpRequest, id: str) -> HttpResponse:
    """One notice of the city."""
    held = catalogue.snapshot()
    found = next((one for one in held.pack.get("notices", []) if one["id"] == id), None)
    if found is None:
        raise Http404
    item = held.items.get(found.get("item", ""))
    context = {
        "notice": news(found),
        "text": texts.local(found.get("text")),
        "item": link(item.definition) if item else None,
        "illustrative": found.get("illustrative", False),
    }
    return render(request, "portal/notice.html", context)


@open_to_all("what this site promises is public")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "portal/accessibility.html")


@open_to_all("what happens to personal data is public")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people and why."""
    return render(request, "portal/privacy.html", {"known_days": settings.KNOWN_DEVICE_DAYS})


@open_to_all("the map of the site is public")
def site_map(request: HttpRequest) -> HttpResponse:
    """Every page that has a fixed address, and every guide."""
    held = catalogue.snapshot()
    return render(
        request, "portal/site_map.html", {"items": [link(i.definition) for i in held.items.values()]}
    )
