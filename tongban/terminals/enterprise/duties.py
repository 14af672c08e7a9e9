"""Who in an enterprise is told of what: set by its legal representative, seen by everybody who acts for it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import DUTY_NAMES, GIVEN_DUTIES, Duty
from tongban.modules.policies import actions
from tongban.modules.policies.queries import duties
from tongban.modules.policies.states import TOPIC_NAMES, Topic
from tongban.terminals.ui import texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


@require_http_methods(["GET", "POST"])
@signed_in()
def page(request: HttpRequest) -> HttpResponse:
    """People with their duties, kinds of notices with the duties they go to, and whether new matches are told."""
    firm, problem = request.actor.organisation_id, None
    if request.method == "POST" and firm is not None:
        try:
            _set(request, firm)
        except Problem as found:
            problem = found
        else:
            return redirect(f"{reverse('policies-duties')}?done=1")
    context = {
        **(_shown(request, firm) if firm is not None else {}),
        "firm": firm,
        "organisations": parties.organisations_of(request.actor) if request.actor.represents else [],
        "done": "done" in request.GET,
        "problem": said(problem),
    }
    status = problem.status if problem else 200
    return render(request, "enterprise/duties.html", context, status=status)


def _set(request: HttpRequest, firm: uuid.UUID) -> None:
    people = [one for one in duties.colleagues(firm, time.today()) if not one.appointed]
    given = {one.person_id: request.POST.getlist(f"duty-{one.person_id}") for one in people}
    actions.set_duties(
        organisation_id=firm,
        given={person: chosen for person, chosen in given.items() if chosen},
        routes={topic: request.POST.getlist(f"route-{topic}") for topic in Topic},
        watching="watching" in request.POST,
        by=request.actor,
    )


def _shown(request: HttpRequest, firm: uuid.UUID) -> dict[str, Any]:
    people, notices = duties.colleagues(firm, time.today()), duties.notices_of(firm)
    routes, posted = duties.routes_for(notices), request.method == "POST"

    def chosen(field: str, held: Any) -> list[str]:
        return request.POST.getlist(field) if posted else [str(one) for one in held]

    return {
        "name": parties.organisation(firm).name,
        "may_set": actions.may_set(firm, request.actor),
        "people": [
            {
                "id": one.person_id,
                "name": one.name,
                "legal": _pick(DUTY_NAMES[Duty.LEGAL]) if Duty.LEGAL in one.duties else "",
                "duties": [
                    (duty, _pick(DUTY_NAMES[duty]), duty in chosen(f"duty-{one.person_id}", one.duties))
                    for duty in GIVEN_DUTIES
                ],
            }
            for one in people
            if not one.appointed
        ],
        "topics": [
            {
                "id": topic,
                "name": _pick(TOPIC_NAMES[topic]),
                "duties": [
                    (duty, _pick(DUTY_NAMES[duty]), duty in chosen(f"route-{topic}", routes.get(topic, Duty)))
                    for duty in Duty
                ],
            }
            for topic in Topic
        ],
        "watching": "watching" in request.POST if posted else notices is not None and notices.watching,
    }


@require_GET
@signed_in()
def told_matches(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From the notice of new matches to everything that the enterprise can have."""
    duties.told_notices(request.actor, id)
    return redirect("policies-mine")
