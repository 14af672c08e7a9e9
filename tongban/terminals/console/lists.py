"""The lists of drafts and items, and the ways to begin a draft: of an item, of a new one, with a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import check_item, check_text
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.terminals.console import editor, words
from tongban.terminals.console.drafts import editors, publishers
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.texts import _

MOST_BYTES = 2_000_000
NEW = ("code", "name_zh", "name_en", "agency")


@dataclass(frozen=True)
class DraftRow:
    """A draft in a list."""

    url: str
    name: str
    code: str
    agency: str
    author: str
    state: str
    tone: parts.Tone
    when: Any


@editors
@require_GET
def draft_list(request: HttpRequest) -> HttpResponse:
    """The editor's items and the open drafts, and the ways to begin one."""
    return render(request, "console/drafts.html", _list_context(request))


def _list_context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    held = catalogue.snapshot()
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    rows = _rows(list(catalogue.drafts(request.actor, "edit")), held)
    drafted = {row.code: row.url for row in rows}
    own = {grant.agency for grant in request.actor.grants}
    return {
        "drafts": rows,
        "items": [
            (_of(one), one, words.agency(agencies, one.definition.data["agency"]), drafted.get(one.code))
            for one in catalogue.items_of(request.actor, Permission.ITEM_EDIT)
        ],
        "agencies": [(code, texts.local(one["name"])) for code, one in agencies.items() if own & {"", code}],
        "errors": [],
        "typed": dict.fromkeys(NEW, ""),
        **more,
    }


def _of(item: Any) -> str:
    return str(item.definition.name.of(texts.language()))


def _rows(drafts: Sequence[Any], held: Any) -> list[DraftRow]:
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    names = parties.account_names(draft.author_id for draft in drafts) if drafts else {}
    return [
        DraftRow(
            reverse("console-draft", args=[draft.pk]),
            _of(held.items[draft.item_code]) if draft.item_code in held.items else draft.item_code,
            draft.item_code,
            words.agency(agencies, draft.agency),
            names.get(draft.author_id, ""),
            str(words.DRAFT_STATES[draft.state][0]),
            words.DRAFT_STATES[draft.state][1],
            draft.changed_at,
        )
        for draft in drafts
    ]


@publishers
@require_GET
def publishing(request: HttpRequest) -> HttpResponse:
    """What waits for this person to publish, and the items with their versions."""
    held = catalogue.snapshot()
    agencies = held.documents.get(DocumentKind.AGENCY, {})
    context = {
        "drafts": _rows(list(catalogue.proposed(request.actor)), held),
        "items": [
            (_of(one), one, words.agency(agencies, one.definition.data["agency"]))
            for one in catalogue.items_of(request.actor, Permission.ITEM_PUBLISH)
        ],
    }
    return render(request, "console/publishing.html", context)


@editors
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft of an item, or the one that is open."""
    catalogue.item_for(request.actor, code, Permission.ITEM_EDIT)
    standing = catalogue.open_draft_of(code)
    draft = standing or actions.open_draft(item_code=code, by=request.actor)
    return redirect("console-draft", draft.pk)


@editors
@require_POST
def begin_new(request: HttpRequest) -> HttpResponse:
    """Begin an item that does not exist yet."""
    typed = {key: editor.typed(request.POST.get(key, "")) for key in NEW}
    errors = [parts.ErrorLink(f"new-{key}", _("请填写这一项")) for key, value in typed.items() if not value]
    if not errors and not check_code(typed["code"]):
        errors = [parts.ErrorLink("new-code", _("编号只用小写字母、数字和连字符，例如 food-licence"))]
    if errors:
        return _list_again(request, errors=errors, typed=typed)
    name = {"zh": typed["name_zh"], "en": typed["name_en"]}
    try:
        draft = actions.new_draft(
            item_code=typed["code"], name=name, agency=typed["agency"], by=request.actor
        )
    except (actions.CodeTaken, actions.DraftTaken) as problem:
        return _list_again(request, errors=[_linked("new-code", problem)], typed=typed)
    return redirect("console-draft", draft.pk)


def check_code(code: str) -> bool:
    """Whether a code has the form that the schema demands."""
    faults = check_item({"code": code}, catalogue.known())
    return not any(fault.where == "code" for fault in faults)


def _linked(anchor: str, problem: Problem) -> parts.ErrorLink:
    lang = texts.language()
    return parts.ErrorLink(anchor, f"{problem.sentence(lang)}{problem.todo(lang)}")


def _list_again(request: HttpRequest, **more: Any) -> HttpResponse:
    return render(request, "console/drafts.html", _list_context(request, **more), status=422)


@editors
@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """Begin a draft with an uploaded pack file of an item."""
    file = request.FILES.get("file")
    if file is None or file.size > MOST_BYTES:
        said = _("请选择一个不超过 2 MB 的 YAML 文件。")
        return _list_again(request, errors=[parts.ErrorLink("import-file", said)])
    text = file.read().decode("utf-8", errors="replace")
    found, faults = check_text(text, file.name, catalogue.known())
    if found is None:
        errors = [
            parts.ErrorLink(
                "import-file", _("第 {line} 行：{fault}", line=fault.line, fault=editor.said(fault))
            )
            for fault in faults
        ]
        return _list_again(request, errors=errors)
    try:
        draft = actions.import_draft(definition=found, by=request.actor)
    except (actions.DraftTaken, catalogue.NoSuchItem) as problem:
        return _list_again(request, errors=[_linked("import-file", problem)])
    return redirect("console-draft", draft.pk)
