"""Words of ratings before they are published: looked at by the ratings officer, withheld only on the grounds that there are."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.modules.ratings import actions, queries
from tongban.modules.ratings.queries import NoSuchWords
from tongban.modules.ratings.states import LEVEL_NAMES, WITHHELD_NAMES, RatingLevel
from tongban.terminals.desk import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff

PAGE = 20


@staff(Permission.RATING_MANAGE)
@require_GET
def comments(request: HttpRequest) -> HttpResponse:
    """What raters let be published and nobody has looked at yet, oldest first."""
    return _drawn(request)


def _drawn(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    page = Paginator(queries.unlooked(request.actor), PAGE).get_page(request.GET.get("page"))
    language = texts.language()
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "grounds": [(one.value, words.pick(names)) for one, names in WITHHELD_NAMES.items()],
        "problem": {"sentence": problem.sentence(language), "todo": problem.todo(language)}
        if problem
        else None,
    }
    return render(request, "desk/comments.html", context, status=problem.status if problem else 200)


def _row(row: Any) -> dict[str, Any]:
    item = catalogue.snapshot().items.get(row.item_code)
    return {
        "id": row.pk,
        "item": words.of(item.definition.name) if item else row.item_code,
        "level": words.pick(LEVEL_NAMES[RatingLevel(row.level)]),
        "words": queries.veiled_words(row),
        "on": row.given_at,
    }


@staff(Permission.RATING_MANAGE)
def look(request: HttpRequest, rating_id: uuid.UUID) -> HttpResponse:
    """Publish, or withhold with a ground."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk-comments"))
    withhold = request.POST.get("ground", "") or "none" if request.POST.get("do") == "withhold" else ""
    try:
        actions.look_at_words(rating_id=rating_id, by=request.actor, withhold=withhold)
    except NoSuchWords:
        raise
    except Problem as problem:
        return _drawn(request, problem)
    return HttpResponseRedirect(reverse("desk-comments"))
