"""Who can see one's own case and why: officers by office and number, people of one's own side by masked names."""

import uuid
from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.foundation.ids import mask_name
from tongban.kernel.access import queries as access
from tongban.kernel.access.states import GLASS
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.queries.reading import no_such_case
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.events.states import ActorKind
from tongban.terminals.portal import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.seeing import of_case
from tongban.terminals.ui.texts import _


@signed_in()
@require_GET
def of_own(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The list of reasons with how many officers each lets in, and who of one's own side sees the case."""
    case = cases.case_for(request.actor, id)
    if case.state == CaseState.DRAFT:
        raise no_such_case()
    held, found = catalogue.snapshot(), [one for one in of_case(case) if one.open]
    officers: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.actor.kind == ActorKind.STAFF:
            line, grants = one.lines[0]
            emergency = all(grant.role == GLASS for grant in grants)
            codes = sorted({grant.agency for grant in grants if grant.agency})
            office = texts.listed([words.agency(code, held) for code in codes]) or _("全市的工作人员")
            because = (
                _("紧急查阅，要复核理由")
                if emergency
                else texts.local({"zh": line.because_zh, "en": line.because_en})
            )
            officers[office, because] += 1
    people = [
        (
            mask_name(one.actor.name),
            [texts.local({"zh": line.because_zh, "en": line.because_en}) for line, _grants in one.lines],
        )
        for one in found
        if one.actor.kind != ActorKind.STAFF
    ]
    recused = access.recusals([one for one in (case.pk, case.person_id, case.organisation_id) if one])
    context = {
        "case": case,
        "officers": sorted((office, because, many) for (office, because), many in officers.items()),
        "people": people,
        "recused": len({one.account_id for one in recused}),
    }
    return render(request, "portal/seen.html", context)
