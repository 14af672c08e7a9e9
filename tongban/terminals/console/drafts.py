"""Drafts of items: the lists, one draft with what it changes, and its way to publication."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.packs import PackError
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import check_item, differences, dotted, path_of
from tongban.kernel.catalogue.states import EDITABLE, DraftState
from tongban.kernel.parties import queries as parties
from tongban.terminals.console import editor, offered, words
from tongban.terminals.ui import texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import staff

editors = staff(Permission.ITEM_EDIT)
publishers = staff(Permission.ITEM_PUBLISH)
both = staff(Permission.ITEM_EDIT, Permission.ITEM_PUBLISH)


@dataclass(frozen=True)
class Part:
    """A page of the editor with the number of its faults."""

    title: str
    url: str
    faults: int


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view its draft; another agency's is not there."""

    @wraps(view)
    def opened(request: HttpRequest, id: uuid.UUID, **rest: Any) -> HttpResponse:
        return view(request, catalogue.draft_for(request.actor, id), **rest)

    return opened


def faults_of(draft: Any) -> list[PackError]:
    """Every fault of the draft, found in one pass."""
    return check_item(draft.definition, catalogue.known())


def name_of(definition: Any) -> str:
    """What a definition calls its item."""
    return texts.local(definition.get("name")) or str(definition.get("code", ""))


def head(request: HttpRequest, draft: Any) -> dict[str, Any]:
    """What every page of a draft shows above its own content."""
    state, tone = words.DRAFT_STATES[draft.state]
    return {
        "draft": draft,
        "name": name_of(draft.definition),
        "state": str(state),
        "tone": tone,
        "editable": draft.state in EDITABLE and request.actor.can(Permission.ITEM_EDIT),
        "saved": "saved" in request.GET,
    }


@both
@require_GET
@on_draft
def draft_page(request: HttpRequest, draft: Any) -> HttpResponse:
    """One draft: its parts with their faults, what it changes, and what can be done with it."""
    return render(request, "console/draft.html", _draft_context(request, draft))


def _draft_context(
    request: HttpRequest, draft: Any, typed: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    errors = faults_of(draft)
    counted: dict[str, int] = {}
    for error in errors:
        part = editor.part_of(dotted(path_of(error.where)))
        counted[part] = counted.get(part, 0) + 1
    base = catalogue.definition_of(draft.item_code, draft.base_version) if draft.base_version else None
    names = parties.account_names([draft.author_id, draft.publisher_id])
    may_publish = request.actor.can(Permission.ITEM_PUBLISH) and draft.state == DraftState.PROPOSED
    return {
        **head(request, draft),
        "parts": [
            Part(
                str(offered.PLACES[part].title),
                reverse("console-draft-part", args=[draft.pk, part]),
                counted.get(part, 0),
            )
            for part in offered.PARTS
        ],
        "elsewhere": [
            editor.said(error) for error in errors if not editor.part_of(dotted(path_of(error.where)))
        ],
        "faults": len(errors),
        "is_new": base is None,
        "changes": changes(base, draft.definition) if base else [],
        "author": names.get(draft.author_id, ""),
        "publisher": names.get(draft.publisher_id, ""),
        "may_publish": may_publish,
        "own": str(request.actor.account_id) in draft.hands,
        "today": time.today().isoformat(),
        "problem": None,
        "typed": {"valid_from": "", "note": "", **(typed or {})},
        **more,
    }


def changes(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """What differs, as rows: kind, its colour, the sentence."""
    english = texts.language() == texts.ENGLISH
    return [
        (str(words.CHANGES[one.kind][0]), words.CHANGES[one.kind][1], one.en if english else one.zh)
        for one in differences(old, new)
    ]


@editors
@require_POST
def propose(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send the draft to another person."""
    return _settle(request, id, lambda: actions.propose(draft_id=id, by=request.actor))


@editors
@require_POST
def discard(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give the draft up."""
    actions.discard(draft_id=id, by=request.actor)
    return redirect("console-drafts")


@publishers
@fresh
@require_POST
def approve(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Publish the draft, now or from a day."""
    text = request.POST.get("valid_from", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    return _settle(
        request, id, lambda: actions.approve(draft_id=id, by=request.actor, valid_from=day), valid_from=text
    )


@publishers
@require_POST
def return_draft(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send the draft back with the reason."""
    note = editor.typed(request.POST.get("note", ""))
    return _settle(
        request, id, lambda: actions.return_draft(draft_id=id, note=note, by=request.actor), note=note
    )


def _settle(request: HttpRequest, id: uuid.UUID, act: Callable[[], Any], **typed: str) -> HttpResponse:
    """Do one step of the way to publication; what is refused is explained on the draft's page."""
    try:
        act()
    except (catalogue.NoSuchDraft, catalogue.NoSuchItem):
        raise
    except Problem as problem:
        lang = texts.language()
        said = {"sentence": problem.sentence(lang), "todo": problem.todo(lang)}
        draft = catalogue.draft_for(request.actor, id)
        context = _draft_context(request, draft, problem=said, typed=typed)
        return render(request, "console/draft.html", context, status=problem.status)
    return redirect("console-draft", id)
