"""The form by which an officer hands in an appeal for a firm from elsewhere on the desk: a visit, a project's issue."""

from typing import Any

from django.http import HttpRequest

from tongban.foundation.errors import Problem
from tongban.modules.appeals import actions as appeals
from tongban.modules.appeals import queries
from tongban.modules.appeals.states import Channel
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui.pages import said


def shown(request: HttpRequest, organisation_id: Any, problem: Problem | None) -> dict[str, Any]:
    """What `desk/appeal_form.html` shows: first the categories, then the questions of the one chosen, with what was typed."""
    form, named = request.POST, words.Names()
    code = form.get("category") or request.GET.get("category", "")
    chosen = named.book.categories.get(code)
    own = queries.own_rules(queries.town_of_firm(organisation_id) if chosen else "")
    return {
        "groups": named.groups(),
        "code": code,
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": [*words.subform(own, chosen, form), *words.form(chosen, form)],
        "typed": {name: form.get(name, "") for name in ("title", "words", "contact")},
        "problem": said(problem),
    }


def filed(request: HttpRequest, source: Any, organisation_id: Any, channel: Channel) -> str:
    """Hand the appeal in; its number. Sent again after a break, the same is found by the source. Raises Problem."""
    form = request.POST
    made = appeals.file_appeal(
        organisation_id=organisation_id,
        category=form.get("category", ""),
        title=form.get("title", ""),
        words=form.get("words", ""),
        contact=form.get("contact", ""),
        answers=words.given(form),
        subcategory=form.get("sub", "")[:60],
        channel=channel,
        came_from=source.pk,
        reference=str(source.pk),
        by=request.actor,
    )
    return str(made.number)
