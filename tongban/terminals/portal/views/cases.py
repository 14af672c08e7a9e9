"""One's own cases: the list, one case with its course and its rating, receipt, withdrawal."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation import time
from tongban.kernel.cases import actions, rules
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import OPEN_STATES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.signatures import queries as signatures
from tongban.terminals.portal import handing, interrupted, progress, rated, renewing, within, words
from tongban.terminals.portal.views import messages, payment
from tongban.terminals.ui import duties
from tongban.terminals.ui.parts import Check, Link, Pair
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _

_ON_A_PAGE = 20
_DRAFT, _ASKED = Q(state=CaseState.DRAFT), Q(state=CaseState.SUPPLEMENT_REQUESTED)
_OPEN = Q(state__in=[*OPEN_STATES, CaseState.GRANTED, CaseState.DENIED]) & ~_ASKED
_TABS = {"supplement": _ASKED, "open": _OPEN, "done": ~(_DRAFT | _ASKED | _OPEN), "draft": _DRAFT}
_POLL_SECONDS = 60  # how long a receipt page asks whether its papers are ready


def _labels() -> dict[str, str]:
    return {"supplement": _("待补正"), "open": _("办理中"), "done": _("已办结"), "draft": _("草稿")}


@signed_in()
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases and drafts of the visitor and of those they act for, in tabs."""
    held, today, days = catalogue.snapshot(), time.today(), deadlines.calendar()
    mine = cases.mine(request.actor)
    counts = cases.count_by(mine, _TABS)
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in _TABS else next((name for name in _TABS if counts[name]), "open")
    page = Paginator(mine.filter(_TABS[tab]), _ON_A_PAGE).get_page(request.GET.get("page"))
    unsigned = signatures.waiting_cases([row.pk for row in page if row.state == CaseState.DRAFT])
    rows = [
        {
            "case": row,
            "name": words.item_name(row, held),
            "state": _("等待各方签名") if row.pk in unsigned else words.state(row),
            "light": progress.light(row, today, days),
            "url": reverse("application" if row.state == CaseState.DRAFT else "case", args=[row.pk]),
            "agency": words.agency(row.agency, held, short=True),
        }
        for row in page
    ]
    tabs = [
        {"label": label, "url": f"?tab={name}", "count": counts[name], "current": name == tab}
        for name, label in _labels().items()
    ]
    return render(
        request,
        "portal/cases.html",
        {"rows": rows, "tabs": tabs, "tab": tab, "page": page, "page_query": f"tab={tab}"},
    )


@signed_in()
def case_page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One case: how it stands, its course, its papers. Officers have the desk, where the look is on record."""
    case = cases.case_for(request.actor, id, "edit")
    if case.state == CaseState.DRAFT:
        return redirect("application", id)
    return shown_case(request, case)


def shown_case(
    request: HttpRequest,
    case: Any,
    typed: dict[str, Any] | None = None,
    supply_error: tuple[str, str] = ("", ""),
) -> HttpResponse:
    """The page of a case; with what was `typed` into a rating that was not taken, and its error.

    `supply_error` is the material whose file was refused, and why.
    """
    held, today, days = catalogue.snapshot(), time.today(), deadlines.calendar()
    letters = documents.letters_about(case.pk)
    supplement, credential = cases.supplement_of(case), credentials.of_case(case.pk)
    own = credentials.visible(request.actor).filter(case_id=case.pk).exists() if credential else False
    mine = rules.visible(request.actor, "rate").filter(pk=case.pk).exists()
    definition = cases.version_of(case).definition
    by_kind = {letter.kind: letter for letter in letters}
    shown = credential if own else None
    running = case.state in OPEN_STATES and not case.paused
    hearing = cases.hearing_of(case) if case.state == CaseState.SUSPENDED else None
    in_hearing = progress.in_hearing(case, hearing)
    context = {
        "case": case,
        "name": words.said(definition.name),
        "agency": words.agency(case.agency, held),
        "state": _("听证中") if in_hearing else words.state(case),
        "light": progress.light(case, today, days, hearing=in_hearing),
        "clock": progress.clock(case, today),
        "summary": progress.summary(case, today, hearing=in_hearing),
        "left": progress.days_left(case.due_on, today, days) if running else None,
        "timeline": progress.course(
            case, cases.steps_of(case), by_kind, supplement, shown, hearing, cases.agent_of(case)
        ),
        "duties": duties.lines(case),
        "paper": duties.papers(case),
        "letters": [(str(words.LETTERS[one.kind]), one) for one in letters],
        "materials": _materials(case, definition),
        "pairs": _pairs(case, definition),
        "supplement": _supplement(case, supplement, definition, by_kind) if mine else None,
        "credential": shown,
        "mine": mine,
        "can_withdraw": mine and case.state in OPEN_STATES,
        "error": typed["error"] if typed else supply_error[1],
        "talk": messages.panel(request.actor, case),
        **within.of_case(case, today, request.actor),
        **renewing.of_case(case),
        **handing.of_case(case, mine=mine),
        **payment.of_case(case, mine=mine),
        **interrupted.of_case(case, mine=mine, error=supply_error),
        **rated.of_case(request, case, mine=mine, typed=typed),
    }
    return render(request, "portal/case.html", context, status=422 if typed or supply_error[1] else 200)


def _materials(case: Any, definition: Any) -> list[Check]:
    names = {material.id: words.said(material.name) for material in definition.materials}
    rows = []
    for row in cases.materials_of(case):
        label = str(words.WAIVERS[row.waived][0]) if row.waived else _("已上传")
        url = reverse("material-file", args=[case.pk, row.pk]) if row.file_id else ""
        link = Link(row.file.name, url) if row.file_id else None
        rows.append(Check(names.get(row.material, row.material), verdict=True, note=label, link=link))
    return rows


def _pairs(case: Any, definition: Any) -> list[Pair]:
    rows = [
        Pair(_("编号"), case.short_no),
        Pair(_("办件编号"), case.case_no),
        Pair(_("申请人"), case.applicant_name),
    ]
    for question in definition.questions:
        chosen = case.situation.get(question.id)
        label = next((words.said(option.label) for option in question.options if option.id == chosen), "")
        rows.append(Pair(words.said(question.question), label))
    if case.benefit_fen is not None:
        per = {"month": _("每月"), "year": _("每年"), "once": _("一次性")}.get(case.benefit_per, "")
        rows.append(
            Pair(_("发放标准"), _("{per} {amount} 元", per=per, amount=words.format_yuan(case.benefit_fen)))
        )
    return rows


def _supplement(case: Any, supplement: Any, definition: Any, letters: Any) -> dict[str, Any] | None:
    if supplement is None or case.state != CaseState.SUPPLEMENT_REQUESTED:
        return None
    names = {material.id: words.said(material.name) for material in definition.materials}
    names |= {id: words.said(field.label) for id, field in definition.fields.items()}
    letter = letters.get(LetterKind.SUPPLEMENT)
    return {
        "points": [(names.get(p["id"], p["id"]), p.get("note", "")) for p in supplement.points],
        "message": supplement.message,
        "asked_at": supplement.asked_at,
        "letter": reverse("letter", args=[case.pk, letter.pk]) if letter else "",
    }


@signed_in()
def receipt(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What was handed in, its number, what happens next; the papers as soon as they are made."""
    case = cases.case_for(request.actor, id)
    if case.state == CaseState.DRAFT:
        return redirect("application", id)
    letters = {letter.kind: letter for letter in documents.letters_about(case.pk)}
    credential = credentials.visible(request.actor).filter(case_id=case.pk).first()
    instant = cases.version_of(case).definition.instant
    ready = LetterKind.RECEIPT in letters and (credential or not instant or case.state == CaseState.REFUSED)
    young = (time.now() - case.submitted_at).total_seconds() < _POLL_SECONDS
    context = {
        "case": case,
        "name": words.item_name(case),
        "letter": letters.get(LetterKind.RECEIPT),
        "credential": credential,
        "instant": instant,
        "waiting": not ready and young,
        "summary": progress.summary(case, time.today()),
        "over": case.state in progress.OVER,
    }
    return render(request, "portal/receipt.html", context)


@signed_in()
def withdraw(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take the application back."""
    case = cases.case_for(request.actor, id, "withdraw")
    if request.method == "POST":
        actions.withdraw(case_id=id, by=request.actor)
        return redirect("case", id)
    return confirm(
        request,
        title=_("撤回申请"),
        text=_(
            "撤回“{item}”（{number}）后，这个办件就此结束；需要时可以重新申请。",
            item=words.item_name(case),
            number=case.short_no,
        ),
        button=_("确认撤回"),
        back=reverse("case", args=[id]),
    )


@signed_in()
def delete_draft(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask once more, then throw a draft away."""
    case = cases.case_for(request.actor, id, "edit")
    if request.method == "POST":
        actions.delete_draft(case_id=id, by=request.actor)
        return redirect(f"{reverse('cases')}?tab=draft")
    return confirm(
        request,
        title=_("删除草稿"),
        text=_("“{item}”已填写的内容和上传的文件会一并删除，不能恢复。", item=words.item_name(case)),
        button=_("确认删除"),
        back=reverse("application", args=[id]),
    )


def confirm(
    request: HttpRequest, *, title: str, text: str, button: str, back: str, danger: bool = True
) -> HttpResponse:
    """A question before something that cannot be undone; its button posts to the same address."""
    context = {"title": title, "text": text, "button": button, "back": back, "danger": danger}
    return render(request, "portal/confirm.html", context)
