"""Rating a case, answering to what was put right, and the public figures of all ratings."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.ratings import actions
from tongban.modules.ratings import queries as ratings
from tongban.modules.ratings.actions import RatingIncomplete
from tongban.modules.ratings.queries import Figure
from tongban.terminals.portal import rated, words
from tongban.terminals.portal.views.cases import shown_case
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import language

_ON_A_PAGE = 30
_COMMENTS = 12


@signed_in()
@require_POST
def rate(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Keep a rating; one that lacks its level or its reason comes back with what was typed."""
    grade, said = request.POST.get("grade", ""), request.POST.get("words", "")
    # The level is 1 for the best; an unreadable one is none.
    level = int(grade) if grade in set("12345") else 0
    points = request.POST.getlist(f"points-{level}")
    publish = request.POST.get("publish") == "yes"
    try:
        actions.rate(
            case_id=id,
            level=level,
            words=said[: rated.LONGEST],
            channel=rated.channel(request),
            points=points,
            publish=publish,
            by=request.actor,
        )
    except RatingIncomplete as problem:
        typed = {
            "error": f"{problem.sentence(language())}{problem.todo(language())}",
            "grade": grade,
            "points": points,
            "words": said,
            "publish": publish,
        }
        return shown_case(request, cases.case_for(request.actor, id), typed)
    return redirect(f"{reverse('case', args=[id])}#rating")


@signed_in()
@require_POST
def reply(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The rater's answer to a repair: satisfied, or not."""
    actions.reply(
        case_id=id,
        satisfied=request.POST.get("satisfied") == "yes",
        words=request.POST.get("words", "")[: rated.LONGEST],
        by=request.actor,
    )
    return redirect(f"{reverse('case', args=[id])}#rating")


@open_to_all("the results of ratings are published (国办发〔2019〕51号)")
@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """How many handled cases were rated and how, by agency and item; repairs in time; the newest masked comments."""
    held, found = catalogue.snapshot(), ratings.figures(time.today())
    whole, agencies = Figure(), dict[str, Figure]()
    for (agency, _item), figure in found.items():
        whole.add(figure)
        agencies.setdefault(agency, Figure()).add(figure)
    chosen = request.GET.get("agency", "")
    chosen = chosen if chosen in agencies else ""
    items = sorted(
        ((item, figure) for (agency, item), figure in found.items() if chosen in ("", agency)),
        key=lambda one: (-one[1].handled, one[0]),
    )
    page = Paginator(items, _ON_A_PAGE).get_page(request.GET.get("page"))
    names = {code: words.said(item.definition.name) for code, item in held.items.items()}
    context = {
        "whole": rated.row("", whole),
        "agencies": [
            rated.row(words.agency(code, held), figure, f"?agency={code}#items")
            for code, figure in sorted(agencies.items(), key=lambda one: (-one[1].handled, one[0]))
        ],
        "items": [rated.row(names.get(code, code), figure) for code, figure in page.object_list],
        "page": page,
        "page_query": f"agency={chosen}" if chosen else "",
        "chosen": words.agency(chosen, held) if chosen else "",
        "comments": [rated.comment(one, held) for one in ratings.comments(_COMMENTS)],
    }
    return render(request, "portal/ratings.html", context)
