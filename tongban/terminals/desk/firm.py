"""One file per enterprise: what the city knows and does for it, for those who serve it; each part by its own right."""

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.criteria import FactType
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Text
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.parties import queries as parties
from tongban.modules.appeals import queries as appeals
from tongban.modules.appeals.rules import keeps
from tongban.modules.policies.queries import published
from tongban.modules.projects import queries as projects
from tongban.modules.visits import queries as visits
from tongban.modules.visits.rules import manages
from tongban.terminals.desk import questions, served, words
from tongban.terminals.desk.projects import listed
from tongban.terminals.ui import appealwords, factwords, looking, parts, projectwords, told
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

SEES = (Permission.PROJECT_VIEW, Permission.ENTERPRISE_SERVE)
MOST = 10
# What those who serve an enterprise read of its profile: nothing of a person, nothing secret.
SHOWN = ("public", "internal")


def firm_for(actor: Actor, organisation_id: uuid.UUID) -> Any:
    """The enterprise, when the officer serves it, or works on projects or service of its place; otherwise 404."""
    try:
        firm = parties.organisation(organisation_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    within = any(
        Permission.PROJECT_VIEW in grant.permissions and firm.place_path.startswith(grant.place_path)
        for grant in actor.grants
    )
    served = visits.assignments(actor).filter(organisation_id=firm.pk).exists()
    if firm.pk in actor.recused or not (within or served or manages(actor, firm.place_path)):
        raise Http404
    return firm


@staff(*SEES)
@require_GET
def firm(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """The file of one enterprise."""
    actor, today = request.actor, time.today()
    row = firm_for(actor, organisation_id)
    assigned = visits.assignment_of(row.pk)
    serving = visits.assignments(actor).filter(organisation_id=row.pk).exists()
    looking.at(request, row, about=assigned if serving else None)
    people = visits.officers_by_account([assigned.officer_id, assigned.deputy_id]) if assigned else {}
    seen = visits.visits(actor).filter(organisation_id=row.pk)
    promises = visits.promises(actor, open_only=False).filter(organisation_id=row.pk)
    context = {
        "firm": row,
        "where": projectwords.town_name(row.place_path),
        "lists": [served.list_name(one.code) for one in visits.lists_of(row.pk)],
        "officer": people.get(assigned.officer_id) if assigned else None,
        "deputy": people.get(assigned.deputy_id) if assigned and assigned.deputy_id else None,
        "assigned": assigned,
        "facts": facts(row.pk, today),
        "licences": licences(row.pk, today),
        "cases": [_case(one) for one in _cases(actor, row.pk)],
        "policies": policies(row.pk, today),
        "projects": listed(projects.of_firm(actor, row.pk)[:MOST], today),
        "visits": [served.visit_row(one, today) for one in seen[:MOST]],
        "promises": [served.promise_row(one, today) for one in promises.reverse()[:MOST]],
        "appeals": _appeals(actor, row.pk),
        "questions": questions.rows_of(_questions(actor, row.pk), today, today),
        "keeps": keeps(actor, row.place_path),
        "serves": serving,
        "purposes": [(id, served.purpose_name(id)) for id in visits.settings().purposes],
        "today": today.isoformat(),
        "opens": actor.can(Permission.PROJECT_MANAGE),
    }
    return render(request, "desk/firm.html", context)


def _cases(actor: Actor, organisation_id: uuid.UUID) -> list[Any]:
    """The newest cases of the enterprise that the officer may see as a case officer."""
    return list(
        cases.desk(actor).filter(organisation_id=organisation_id).order_by("-submitted_at", "-pk")[:MOST]
    )


def _appeals(actor: Actor, organisation_id: uuid.UUID) -> list[dict[str, Any]]:
    """What the enterprise asked for, as far as the officer may look at appeals."""
    rows = appeals.visible(actor).filter(organisation_id=organisation_id).order_by("-filed_at", "-id")
    found = []
    for one in rows[:MOST]:
        said, tone = appealwords.state(one)
        found.append({"id": one.pk, "number": one.number, "title": one.title, "state": said, "tone": tone})
    return found


def _questions(actor: Actor, organisation_id: uuid.UUID) -> list[Any]:
    """Its questions in the bank, as far as the officer may look at them."""
    return list(appeals.questions(actor).filter(organisation_id=organisation_id)[:MOST])


def _case(case: Any) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.short_no,
        "item": case.item_name,
        "state": words.state_name(case.state),
        "day": words.moment(case.submitted_at)[:10],
    }


def facts(organisation_id: uuid.UUID, today: date) -> list[parts.Pair]:
    """The profile as far as officers who serve read it, in the order of its declaration."""
    declared = catalogue.snapshot().documents.get(DocumentKind.FACT, {})
    known = parties.profile(None, organisation_id, today).facts
    found = []
    for name, fact in declared.items():
        one = known.get(name)
        if one is None or fact["privacy"] not in SHOWN or not name.startswith("org."):
            continue
        label = words.pick((fact["label"]["zh"], fact["label"].get("en", "")))
        found.append(parts.Pair(label, factwords.value(one.value, FactType(fact["type"]), _Declared(fact))))
    return found


class _Declared:
    """A declared fact as `factwords` reads it."""

    def __init__(self, data: dict[str, Any]) -> None:
        unit = data.get("unit", {})
        self.unit = Text(unit.get("zh", ""), unit.get("en", ""))
        self.options = {
            one["id"]: Text(one["label"]["zh"], one["label"].get("en", "")) for one in data.get("options", ())
        }


def licences(organisation_id: uuid.UUID, today: date) -> list[parts.Pair]:
    """The licences that are valid, with their last day."""
    return [
        parts.Pair(
            words.pick((one.name_zh, one.name_en)), cndate(one.valid_until) if one.valid_until else _("长期")
        )
        for one in sorted(credentials.held([organisation_id], today).values(), key=lambda one: str(one.pk))
    ]


def policies(organisation_id: uuid.UUID, today: date) -> dict[str, Any]:
    """What the enterprise can get now, and how many items are nearly there."""
    held = published.in_force()
    profile = published.profile_of(person_id=None, organisation_id=organisation_id)
    groups = told.grouped(published.matches(profile, "organisation"))
    best = sorted(groups["can"], key=told.by_amount)[:5]
    return {
        "can": len(groups["can"]),
        "near": len(groups["near"]),
        "needs": len(groups["needs"]),
        "rows": [told.row(one, profile, held.policies, today) for one in best],
    }
