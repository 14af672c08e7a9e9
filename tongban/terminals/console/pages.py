"""The pages on which a draft is edited, one for each part and for each section, field, material and step."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Edit, dotted
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import editor
from tongban.terminals.console.drafts import both, faults_of, head, on_draft
from tongban.terminals.ui import parts


@both
@require_http_methods(["GET", "POST"])
@on_draft
def part(request: HttpRequest, draft: Any, where: str) -> HttpResponse:
    """A page of the editor. A post saves what was typed, right or wrong, and does what its button says."""
    fixed = catalogue.published_ids_of(draft)
    opened = editor.open_place(where, draft.definition, catalogue.snapshot(), fixed)
    if opened is None:
        raise catalogue.no_such_item(where)
    if request.method == "POST":
        return _save(request, draft, where, opened)
    faults = editor.faults_by_place(faults_of(draft))
    own, lists = editor.draw(opened, faults)
    context = {
        **head(request, draft),
        "where": where,
        "title": editor.title(opened),
        "up": _ups(draft, opened),
        "controls": own,
        "lists": lists,
        "errors": _summary(own, lists),
    }
    return render(request, "console/part.html", context)


def _save(request: HttpRequest, draft: Any, where: str, opened: editor.Opened) -> HttpResponse:
    edits = editor.read(opened, request.POST)
    more, following = editor.operation(opened, request.POST.get("op", ""))
    seen = request.POST.get("revision", "")
    edits += derived(draft, edits) + more
    actions.change(
        draft_id=draft.pk,
        edits=edits,
        by=request.actor,
        seen=int(seen) if seen.isdecimal() and seen.isascii() and len(seen) < 9 else -1,
    )
    if request.POST.get("op") == "overview":
        return redirect("console-draft", draft.pk)
    url = reverse("console-draft-part", args=[draft.pk, following or where])
    return redirect(f"{url}?saved=1")


def derived(draft: Any, edits: Sequence[Any]) -> list[Any]:
    """The implementation code follows from agency, level and catalogue code: written whenever one of them changes."""
    new = {edit.path[0]: edit.value for edit in edits if edit.path in (("use_level",), ("catalog_code",))}
    agency = catalogue.documents(DocumentKind.AGENCY).get(draft.agency)
    if not new or agency is None:
        return []
    both_parts = {**draft.definition, **new}
    code = f"{agency['uscc']}{both_parts.get('use_level', '')}{both_parts.get('catalog_code', '')}"
    return [Edit("set", ("task_code",), code)]


def _summary(own: Sequence[editor.Drawn], lists: Sequence[editor.DrawnList]) -> list[parts.ErrorLink]:
    """The faults of a page with the controls they stand at; pages below count theirs in the rows."""
    drawn = [*own, *(one for listing in lists for entry in listing.entries for one in entry.drawn)]
    found = [
        parts.ErrorLink(one.field.id, f"{one.field.label}：{one.field.error}")
        for one in drawn
        if one.field.error
    ]
    return found + [
        parts.ErrorLink(f"list-{one.at}", f"{one.title}：{one.error}") for one in lists if one.error
    ]


def _ups(draft: Any, opened: editor.Opened) -> list[parts.Link]:
    """The pages above this one."""
    ups = []
    for length in range(1, len(opened.base)):
        path = opened.base[:length]
        where = dotted(path)
        upper = editor.open_place(where, draft.definition, opened.held, frozenset())
        if upper is not None:
            ups.append(parts.Link(editor.title(upper), reverse("console-draft-part", args=[draft.pk, where])))
    return ups
