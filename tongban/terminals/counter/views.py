"""Receiving at a window: find the item, identify the person, fill in what is missing, hand in, give the receipt."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents import queries as letters
from tongban.kernel.documents.states import MEGABYTE, LetterKind
from tongban.kernel.places import queries as places
from tongban.kernel.receptions import actions, queries
from tongban.kernel.receptions.states import MODE_NAMES, PROOF_NAMES, Mode, Proof
from tongban.modules.halls import actions as halls
from tongban.modules.halls import queries as papers
from tongban.modules.halls.states import PAPER_NAMES, PaperState
from tongban.terminals.counter import consenting, filling, words
from tongban.terminals.ui import duties, looking, parts, sending, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _, later
from tongban.terminals.ui.views import not_found

PAGE, MOST_FOUND = 20, 20
_TABS = {"open": later("正在收件"), "received": later("已收件")}
_TYPED = ("name", "id_no", "phone", "uscc", "proof", "note", "hall")


@staff(Permission.CASE_RECEIVE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this window's halls are taking in, and what they have received."""
    which = request.GET.get("list", "")
    which = which if which in _TABS else "open"
    page = Paginator(queries.receptions(request.actor, which), PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [
            {"label": str(label), "url": f"?list={name}", "current": name == which}
            for name, label in _TABS.items()
        ],
        "page": page,
        "query": f"list={which}",
        "rows": [_row(one) for one in page],
        "halls": [words.hall(one) for one in queries.halls_of(request.actor)],
    }
    return render(request, "counter/home.html", context)


def _row(row: Any) -> dict[str, Any]:
    case = row.case
    return {
        "url": reverse("counter-reception", args=[row.pk]),
        "number": case.short_no or _("未交件"),
        "item": case.item_name,
        "applicant": words.applicant(case),
        "hall": words.hall(places.hall(row.hall)),
        "mode": words.pick(MODE_NAMES[Mode(row.mode)]) if row.mode else "",
        "state": words.state(case),
        "at": words.moment(row.received_at or row.opened_at),
        "handling": words.pick(queries.duties(case, row).handling) if row.received_at else "",
    }


@staff(Permission.CASE_RECEIVE)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Find the item in the words that people use, and see whether it can be received here."""
    text = request.GET.get("q", "").strip()[:60]
    own = queries.halls_of(request.actor)
    hall = next((one for one in own if one.code == request.GET.get("hall")), own[0] if own else None)
    found = _found(text) if text else []
    rows = [_choice(request, hall, item) for item in found] if hall else []
    context = {
        "q": text,
        "rows": rows,
        "hall": hall.code if hall else "",
        "halls": [(one.code, words.hall(one)) for one in own],
    }
    return render(request, "counter/choose.html", context)


def _found(text: str) -> list[Any]:
    # Items made from policies are in no directory: a window finds them by their names and words.
    claims = [
        one
        for one in catalogue.derived()
        if any(
            text.lower() in word.lower()
            for word in (words.said(one.definition.name), *one.definition.data["words"])
        )
    ]
    named = [one for one in catalogue.items() if text.lower() in words.said(one.definition.name).lower()]
    said = [item for item, _score in catalogue.find(text, most=MOST_FOUND).items]
    return list({one.code: one for one in [*claims, *said, *named]}.values())[:MOST_FOUND]


def _choice(request: HttpRequest, hall: Any, item: Any) -> dict[str, Any]:
    offer, data = queries.offer(request.actor, hall, item), item.definition.data
    return {
        "name": words.said(item.definition.name),
        "agency": words.agency(data["agency"]),
        "scope": str(words.SCOPES[data["handle_scope"]]),
        "handled": _("市级办理") if data["handled_at"] == "city" else _("镇街办理"),
        "why": "" if offer.allowed else words.pick((offer.why_zh, offer.why_en)),
        "todo": words.pick((offer.todo_zh, offer.todo_en)),
        "url": f"{reverse('counter-begin', args=[item.code])}?hall={hall.code}",
    }


@staff(Permission.CASE_RECEIVE)
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Identify the person at the window; the number comes by POST and is nowhere in an address."""
    item = catalogue.item(code)
    typed = {name: request.POST.get(name, "") for name in _TYPED}
    problem = None
    if request.method == "POST":
        try:
            row = actions.begin(
                item_code=code,
                by=request.actor,
                situation=_situation(item.definition, request.POST),
                **typed,
            )
        except Problem as refused:
            problem = refused
        else:
            return redirect("counter-reception", row.pk)
    own = queries.halls_of(request.actor)
    context = {
        "name": words.said(item.definition.name),
        "scope": str(words.SCOPES[item.definition.data["handle_scope"]]),
        "questions": item.definition.questions,
        "proofs": [(one.value, words.pick(PROOF_NAMES[one])) for one in Proof],
        "halls": [(one.code, words.hall(one)) for one in own],
        "organisation": bool({"organisation", "sole_trader"} & set(item.definition.data["audience"])),
        "typed": typed | {"hall": typed["hall"] or request.GET.get("hall", "")},
        "problem": _said(problem),
    }
    return render(request, "counter/begin.html", context, status=problem.status if problem else 200)


def _situation(definition: Any, posted: Any) -> dict[str, str]:
    chosen = {one.id: posted.get(f"s-{one.id}", "") for one in definition.questions}
    return {
        one.id: chosen[one.id]
        for one in definition.questions
        if chosen[one.id] in {option.id for option in one.options}
    }


def _said(problem: Problem | None) -> dict[str, str] | None:
    language = texts.language()
    return {"sentence": problem.sentence(language), "todo": problem.todo(language)} if problem else None


@staff(Permission.CASE_RECEIVE)
@require_GET
def reception(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One application: to be filled in, or received with its receipt, duties and papers."""
    return _page(request, id)


def _page(
    request: HttpRequest,
    id: uuid.UUID,
    *,
    problem: Problem | None = None,
    checked: bool = False,
    scan: tuple[str, str] = ("", ""),
) -> HttpResponse:
    row = queries.reception_for(request.actor, id)
    case = row.case
    looking.at(request, case)
    draft = row.received_at is None and case.state == CaseState.DRAFT
    open_ = draft and queries.helps(row, time.now())
    context = {
        "row": row,
        "case": case,
        "head": _row(row),
        "proof": words.pick(PROOF_NAMES[Proof(row.proof)]),
        "duties": duties.lines(case, row),
        "papers": [_paper(one) for one in papers.papers_of(case.pk)],
        "problem": _said(problem),
        "open": open_,
        **consenting.panel(request, row, draft=draft),
        "receipt": next(
            (one for one in letters.letters_about(case.pk) if one.kind == LetterKind.RECEIPT), None
        )
        if row.received_at
        else None,
        "sections": [],
        "materials": [],
        "errors": [],
        "verdicts": [],
    }
    if open_:
        context |= _form(request, row, checked=checked, scan=scan)
    return render(request, "counter/reception.html", context, status=problem.status if problem else 200)


def _form(request: HttpRequest, row: Any, *, checked: bool, scan: tuple[str, str]) -> dict[str, Any]:
    application = filling.application_of(row.case)
    drawn = filling.sections(application, checked=checked)
    if request.method == "POST":
        drawn = filling.with_values(drawn, request.POST)
    errors = filling.mistakes(drawn) if checked else []
    if scan[1]:
        errors.append(parts.ErrorLink(f"material-{scan[0]}-file", scan[1]))
    return {
        "sections": drawn,
        "questions": application.definition.questions,
        "situation": row.case.situation,
        "materials": filling.materials(row, application, cases.materials_of(row.case), scan),
        "commitments": application.commitments,
        "signed": row.case.signed,
        "complete": application.complete,
        "verdicts": _verdicts(application) if application.definition.subsidy else [],
        "errors": errors,
    }


def _verdicts(application: Any) -> list[parts.Check]:
    """What the data say of each condition of a subsidy, to be told to the person at the window before it is handed in."""
    notes = {True: _("系统核验：已满足"), False: _("系统核验：不满足")}
    return [
        parts.Check(
            words.said(one.text),
            one.outcome.verdict if one.outcome else None,
            notes.get(one.outcome.verdict if one.outcome else None, _("待核实")),
        )
        for one in application.conditions
    ]


def _paper(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "count": row.count,
        "original": row.original,
        "state": words.pick(PAPER_NAMES[PaperState(row.state)]),
        "held": row.state == PaperState.HELD,
        "bag": row.bag.number if row.bag_id else "",
        "bag_url": reverse("counter-bag", args=[row.bag_id]) if row.bag_id else "",
    }


def then(
    request: HttpRequest, id: uuid.UUID, perform: Callable[[], object], *, checked: bool = False
) -> HttpResponse:
    """Run one action and go back to the page; a foreseen failure shows it with its sentence."""
    try:
        perform()
    except Problem as problem:
        if problem.status == queries.NoSuchReception.status:
            raise
        return _page(request, id, problem=problem, checked=checked)
    return redirect("counter-reception", id)


@staff(Permission.CASE_RECEIVE)
@require_POST
def save(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Keep everything that was typed; with "then=hand_in" also hand it in."""
    row = queries.reception_for(request.actor, id)
    application = filling.application_of(row.case)
    known = {one["id"] for one in application.commitments}
    answers, cleared = filling.read(application, request.POST)

    def perform() -> object:
        actions.save(
            reception_id=id,
            by=request.actor,
            answers=answers,
            cleared=cleared,
            situation=_situation(application.definition, request.POST),
            signed=[one for one in request.POST.getlist("signed") if one in known],
        )
        if request.POST.get("then") == "hand_in":
            return actions.hand_in(reception_id=id, by=request.actor)
        return None

    try:
        perform()
    except NotComplete as problem:
        return _page(request, id, problem=problem, checked=True)
    except Problem as problem:
        if problem.status == queries.NoSuchReception.status:
            raise
        return _page(request, id, problem=problem)
    return redirect("counter-reception", id)


@staff(Permission.CASE_RECEIVE)
@require_POST
def upload(request: HttpRequest, id: uuid.UUID, material: str) -> HttpResponse:
    """Take in scans made at the window."""
    row = queries.reception_for(request.actor, id)
    needs = {one.material.id: one.material for one in filling.application_of(row.case).needs}
    if material not in needs:
        return not_found(request)
    wanted, files = needs[material], request.FILES.getlist("file")[: filling.MOST_FILES]
    if not files:
        return _page(request, id, scan=(material, _("请先选择文件。")))
    try:
        for file in files:
            stored = documents.take_in(
                chunks=file.chunks(),
                name=file.name,
                formats=wanted.formats,
                most_bytes=wanted.max_mb * MEGABYTE,
                by=request.actor,
            )
            actions.add_scan(reception_id=id, material=material, file=stored, by=request.actor)
    except Problem as problem:
        said = f"{problem.sentence(texts.language())} {problem.todo(texts.language())}"
        return _page(request, id, problem=problem, scan=(material, said))
    return redirect(f"{reverse('counter-reception', args=[id])}#material-{material}")


@staff(Permission.CASE_RECEIVE)
@require_POST
def remove_scan(request: HttpRequest, id: uuid.UUID, scan: uuid.UUID) -> HttpResponse:
    """Take a scan out again."""
    return then(request, id, lambda: actions.remove_scan(reception_id=id, scan_id=scan, by=request.actor))


@staff(Permission.CASE_RECEIVE)
@require_POST
def discard(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Drop an application that was not handed in."""
    actions.discard(reception_id=id, by=request.actor)
    return redirect("counter")


@staff(Permission.CASE_RECEIVE)
@require_POST
def note_paper(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Note a paper that the window keeps."""
    typed = request.POST
    count = int(typed.get("count", "")) if typed.get("count", "").isdecimal() else 0

    def perform() -> object:
        return halls.note_paper(
            reception_id=id,
            name=typed.get("name", ""),
            count=count,
            original="original" in typed,
            by=request.actor,
        )

    return then(request, id, perform)


@staff(Permission.CASE_RECEIVE)
@require_POST
def remove_paper(request: HttpRequest, id: uuid.UUID, paper: uuid.UUID) -> HttpResponse:
    """Remove a paper noted by mistake."""
    return then(request, id, lambda: halls.remove_paper(paper_id=paper, by=request.actor))


@staff(Permission.CASE_RECEIVE)
@require_GET
def receipt(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The sealed receipt, to be printed at the window."""
    row = queries.reception_for(request.actor, id)
    found = [one for one in letters.letters_about(row.case_id) if one.kind == LetterKind.RECEIPT]
    if row.received_at is None or not found:
        return not_found(request)
    return sending.file(request, found[0].file, inline=True)
