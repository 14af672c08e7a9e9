"""The draft as text: read, replaced, exported; and one rule looked at while it is typed."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.criteria import CriteriaProblem
from tongban.foundation.packs import PackError
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import actions
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import check_rule, check_text, text_of
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.console import editor
from tongban.terminals.console.drafts import both, editors, faults_of, head, on_draft
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.rulewords import RuleWords
from tongban.terminals.ui.texts import _

YAML = "application/yaml; charset=utf-8"


@both
@require_http_methods(["GET", "POST"])
@on_draft
def text(request: HttpRequest, draft: Any) -> HttpResponse:
    """The whole draft as the text of its file, with every fault by line. A post replaces the draft."""
    if request.method == "POST":
        seen = request.POST.get("revision", "")
        actions.replace_text(
            draft_id=draft.pk,
            text=editor.typed(request.POST.get("text", "")),
            by=request.actor,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        )
        return redirect(f"{request.path}?saved=1")
    written = draft.text or text_of(draft.definition)
    faults: list[PackError] = []
    if draft.text or faults_of(draft):  # read again for the lines only where something has to be shown on one
        _found, faults = check_text(written, draft.item_code, catalogue.known())
    lines = written.split("\n")
    context = {
        **head(request, draft),
        "text": written,
        "rows": min(40, len(lines) + 2),
        "faults": [_row(fault, lines) for fault in faults],
    }
    return render(request, "console/expert.html", context)


def _row(fault: PackError, lines: list[str]) -> tuple[int, str, str]:
    """A fault as its line, the text of the line, and the sentence."""
    written = lines[fault.line - 1].strip() if 0 < fault.line <= len(lines) else ""
    return fault.line, written[:80], editor.said(fault)


@both
@require_GET
@on_draft
def export(request: HttpRequest, draft: Any) -> HttpResponse:
    """The draft as a pack file."""
    return download(f"{draft.item_code}-draft.yaml", text_of(draft.definition))


@staff(Permission.ITEM_EDIT, Permission.ITEM_PUBLISH)
@require_GET
def export_version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A published version as a pack file."""
    catalogue.item_for(request.actor, code, Permission.ITEM_EDIT, Permission.ITEM_PUBLISH)
    return download(f"{code}.yaml", text_of(catalogue.definition_of(code, version)))


def download(name: str, written: str) -> HttpResponse:
    """A text as a file to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written, content_type=YAML, headers=headers)


@editors
@require_GET
def rule(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Whether a rule can be read, while it is typed: what it says in words, or what is wrong with it."""
    draft = catalogue.draft_for(request.actor, id)
    typed = request.GET.get(request.GET.get("for", ""), "").strip()
    context: dict[str, Any] = {"wrong": "", "said": ""}
    if typed:
        held = catalogue.snapshot()
        try:
            criterion = check_rule(typed, draft.definition, held.fact_types)
        except CriteriaProblem as problem:
            context["wrong"] = problem.sentence(texts.language())
        else:
            # The words come from what is in force: a draft in the middle of a change may not be readable as a whole.
            base = held.items.get(draft.item_code)
            facts = held.documents.get(DocumentKind.FACT, {})
            words = RuleWords(base.definition, facts).criterion(criterion) if base else criterion.text
            context["said"] = _("可以理解：{rule}", rule=words)
    return render(request, "console/rule_said.html", context)
