"""Who can see a case or an appeal, and why: read from the policy itself, line by line and grant by grant."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tongban.foundation.ids import mask_name
from tongban.kernel.access import queries as access
from tongban.kernel.access.calc import Granted
from tongban.kernel.access.queries import Opening
from tongban.kernel.access.states import GLASS, ROLES, Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases import rules
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries as appeals
from tongban.modules.appeals import rules as appeal_rules
from tongban.terminals.desk import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.seeing import of_case, openings
from tongban.terminals.ui.texts import _

WATCHES = (Permission.SUPERVISE, Permission.AUDIT_VIEW)


@dataclass(frozen=True)
class Seer:
    """Somebody who is let in, or kept out although something would let them in."""

    name: str
    why: Sequence[tuple[str, Sequence[str]]]
    barred: Sequence[str]
    glass: bool


def seer(opening: Opening) -> Seer:
    """One of them in words: officers by name, who act in public office; all others with their names masked."""
    actor = opening.actor
    name = actor.name if actor.kind == ActorKind.STAFF else mask_name(actor.name)
    return Seer(
        name=name,
        why=[
            (words.pick((line.because_zh, line.because_en)), [granted(one) for one in grants])
            for line, grants in opening.lines
        ],
        barred=[words.pick((line.because_zh, line.because_en)) for line in opening.bars],
        glass=any(one.role == GLASS for _line, grants in opening.lines for one in grants),
    )


def granted(grant: Granted) -> str:
    """A grant in words: role, agency, place, items."""
    role = ROLES[grant.role]
    title = words.pick((role.title_zh, role.title_en))
    if grant.subject_id:
        return _("{role}，只限这一件", role=title)
    held = catalogue.snapshot()
    agency = held.documents.get(DocumentKind.AGENCY, {}).get(grant.agency)
    code = grant.place_path.rstrip("/").rsplit("/", 1)[-1]
    names = places.names().get(code)
    items = [words.of(held.items[one].definition.name) if one in held.items else one for one in grant.items]
    return " · ".join(
        (
            title,
            texts.local(agency["name"]) if agency else grant.agency or _("全部机构"),
            words.pick(names) if names else code or _("全市"),
            texts.listed(items) or _("全部事项"),
        )
    )


@staff(Permission.CASE_VIEW, *WATCHES)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Look a case up by its number."""
    number = request.GET.get("number", "").strip()
    found = cases.explained_by_number(request.actor, number) if number else None
    if found is not None:
        return redirect("desk-case-seen", case_id=found.pk)
    return render(request, "desk/seen_find.html", {"number": number}, status=404 if number else 200)


@staff(Permission.CASE_VIEW, *WATCHES)
@require_GET
def case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Who can see this case and why; its number, item and state, and nothing of the application."""
    row = cases.case_for(request.actor, case_id, "explain")
    found = of_case(row)
    recused = access.recusals([one for one in (row.pk, row.person_id, row.organisation_id) if one])
    names = parties.account_names([one.account_id for one in recused])
    sees = request.actor.can(Permission.CASE_VIEW) and rules.visible(request.actor).filter(pk=row.pk).exists()
    context = {
        "case": row,
        "title": row.short_no,
        "item": words.of(cases.version_of(row).definition.name),
        "state": words.state_name(row.state),
        "officers": [seer(one) for one in found if one.actor.kind == ActorKind.STAFF],
        "people": [seer(one) for one in found if one.actor.kind != ActorKind.STAFF],
        "recused": sorted(names.get(one.account_id, "") for one in recused),
        "opens": sees,
    }
    return render(request, "desk/seen.html", context)


@staff(*appeal_rules.SEES)
@require_GET
def appeal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Who can see this appeal and why."""
    row = appeals.appeal_for(request.actor, id)
    found = openings(
        appeal_rules.POLICY,
        appeals.one_row(row.pk),
        "look",
        person_id=None,
        organisation_id=row.organisation_id,
    )
    firm = openings(
        appeal_rules.POLICY,
        appeals.one_row(row.pk),
        appeal_rules.Who.FIRM,
        person_id=None,
        organisation_id=row.organisation_id,
    )
    context = {
        "appeal": row,
        "title": row.number,
        "officers": [seer(one) for one in found if one.actor.kind == ActorKind.STAFF],
        "people": [seer(one) for one in firm if one.actor.kind != ActorKind.STAFF],
        "recused": [],
        "opens": True,
    }
    return render(request, "desk/seen.html", context)
