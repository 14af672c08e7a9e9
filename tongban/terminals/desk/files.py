"""Materials as an officer looks at them: how each was given, page by page as pictures; letters and the credential."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries, rules
from tongban.kernel.cases.states import GRADE_NAMES, CaseState, Grade
from tongban.kernel.catalogue.states import DocumentKind, WaivedBy
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents import queries as documents
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import drawn, originals, words
from tongban.terminals.desk.opened import Opened, open_case
from tongban.terminals.ui import looking, parts, sending, texts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

# Who compares an upload with the paper at a window.
CHECKS = (Permission.CASE_ACCEPT, Permission.CASE_REVIEW)


@dataclass(frozen=True)
class MaterialRow:
    """A material in the list: how it was given, and the address that shows it in the viewer."""

    id: str
    name: str
    how: str
    tone: parts.Tone
    detail: str
    url: str
    fragment_url: str
    current: bool
    grade: str = ""
    check_url: str = ""


@dataclass(frozen=True)
class Sheet:
    """What the viewer shows: one page as a picture, or the words that stand in for a file."""

    name: str
    picture_url: str = ""
    page: int = 1
    pages: int = 1
    previous: parts.Link | None = None
    following: parts.Link | None = None
    text: str = ""
    original_url: str = ""


def viewer(actor: Actor, opened: Opened, chosen: str, page: str) -> dict[str, Any]:
    """List and sheet. `chosen` is a row's identifier and `page` a number from 1, as they come from the address."""
    rows = _rows(opened)
    current = next((row for row in rows if str(row.pk) == chosen), None) or next(
        (row for row in rows if _file(row)), rows[0] if rows else None
    )
    return {
        "materials": [_material(actor, opened, row, current=row is current) for row in rows],
        "sheet": _sheet(opened, current, page, _original_of(actor, opened, current)) if current else None,
    }


def _rows(opened: Opened) -> list[Any]:
    """The materials that were handed in, in the item's order; what a supplement has not yet handed in stays apart."""
    rows = queries.materials_of(opened.case)
    if opened.case.state == CaseState.SUPPLEMENT_REQUESTED and opened.supplement:
        rows = [row for row in rows if row.added_at <= opened.supplement.asked_at]
    order = {material.id: place for place, material in enumerate(opened.definition.materials)}
    return sorted(rows, key=lambda row: order.get(row.material, len(order)))


def _file(row: Any) -> Any:
    """The stored file behind a material: the upload, or the paper of the credential that was reused."""
    return row.file or (row.credential.file if row.credential else None)


def _name(opened: Opened, row: Any) -> str:
    found = next((m for m in opened.definition.materials if m.id == row.material), None)
    return words.of(found.name) if found else row.material


def _material(actor: Actor, opened: Opened, row: Any, *, current: bool) -> MaterialRow:
    how, tone, detail = _how(opened, row)
    query = urlencode({"material": row.pk})
    checks = any(actor.can(one) for one in CHECKS)
    return MaterialRow(
        id=str(row.pk),
        name=_name(opened, row),
        how=how,
        tone=tone,
        detail=detail,
        url=f"{reverse('desk-case', args=[opened.case.pk])}?{query}#viewer",
        fragment_url=f"{reverse('desk-viewer', args=[opened.case.pk])}?{query}",
        current=current,
        grade=words.pick(GRADE_NAMES[Grade(row.grade)]),
        check_url=reverse("desk-material-check", args=[opened.case.pk, row.pk])
        if checks and row.file and row.grade == Grade.UPLOADED
        else "",
    )


def _how(opened: Opened, row: Any) -> tuple[str, parts.Tone, str]:
    """How it was given, the tag's tone, and the detail that lets somebody check it."""
    fresh = opened.supplement is not None and row.added_at > opened.supplement.asked_at
    if row.file:
        kilobytes = max(1, row.file.size // 1024)
        detail = f"{row.file.name} · {kilobytes} KB · SHA-256 {row.digest[:12]}…"
        source = queries.source_of(row)
        if source is not None:
            detail = f"{detail} · {_('来自 {number}', number=source.case.short_no)}"
            return _("复用"), "green", detail
        return (_("补正上传"), "amber", detail) if fresh else (_("上传"), "blue", detail)
    if row.waived == WaivedBy.CREDENTIAL and row.credential:
        return _("电子证照"), "green", f"{row.credential.number} · {row.credential.issuer_name}"
    if row.waived == WaivedBy.COMMITMENT:
        return _("承诺"), "amber", _("申请人已签署承诺书")
    return _("数据核验"), "green", _source(opened, row)


def _source(opened: Opened, row: Any) -> str:
    material = next((m for m in opened.definition.materials if m.id == row.material), None)
    fact = opened.documents.get(DocumentKind.FACT, {}).get(material.waiver if material else "", {})
    return opened.agency(fact["source"]) if fact else ""


def _original_of(actor: Actor, opened: Opened, row: Any) -> str:
    """Where the upload is fetched byte for byte; empty without the right, or where the pack names no purpose."""
    if not row.file or not originals.offered() or not rules.POLICY.offers(actor, "original", opened.case):
        return ""
    return reverse("desk-material-original", args=[opened.case.pk, row.pk])


def _sheet(opened: Opened, row: Any, page: str, original: str) -> Sheet:
    name, file = _name(opened, row), _file(row)
    if file is None:
        return Sheet(name, text=_instead(opened, row))
    pages, why = drawn.pages_of(file)
    if why:
        return Sheet(name, text=why, original_url=original)
    number = drawn.number(page, pages)
    return Sheet(
        original_url=original,
        name=name,
        picture_url=reverse("desk-material-page", args=[opened.case.pk, row.pk, number]),
        page=number,
        pages=pages,
        previous=_turn(opened, row, number - 1, _("上一页")) if number > 1 else None,
        following=_turn(opened, row, number + 1, _("下一页")) if number < pages else None,
    )


def _turn(opened: Opened, row: Any, page: int, label: str) -> parts.Link:
    return parts.Link(label, urlencode({"material": row.pk, "page": page}))


def _instead(opened: Opened, row: Any) -> str:
    """What the officer reads where there is no file: the signed commitment, or who answers for the data."""
    material = next((m for m in opened.definition.materials if m.id == row.material), None)
    if row.waived == WaivedBy.COMMITMENT and material:
        signed = [c for c in opened.definition.data["commitments"] if c["id"] == material.waiver]
        if signed:
            return f"{texts.local(signed[0]['text'])}\n{texts.local(signed[0]['consequences'])}"
    return _("由{agency}的数据核验，不需要提交文件。", agency=_source(opened, row) or _("数据提供机关"))


@staff(Permission.CASE_VIEW)
@require_GET
def fragment(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The viewer alone, for htmx: turning a page must not lose what is typed in the decision pane."""
    case = queries.case_for(request.actor, case_id)
    looking.at(request, case)
    opened = open_case(request.actor, case)
    context = viewer(request.actor, opened, request.GET.get("material", ""), request.GET.get("page", ""))
    return render(request, "desk/viewer.html", {"case": opened.case, **context})


@staff(Permission.CASE_VIEW)
@require_GET
def page_picture(request: HttpRequest, case_id: uuid.UUID, row_id: uuid.UUID, page: int) -> HttpResponse:
    """One page of a material as WebP. The file itself is never sent: it may carry more than it shows."""
    case = queries.case_for(request.actor, case_id)
    opened = open_case(request.actor, case)
    row = next((row for row in _rows(opened) if row.pk == row_id and _file(row)), None)
    if row is None:
        raise Http404
    looking.at(request, case, Look.FILE)
    return drawn.picture(request, _file(row), page, _mark(request, opened, row))


@staff(Permission.MATERIAL_ORIGINAL)
@require_http_methods(["GET", "POST"])
def original(request: HttpRequest, case_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
    """The upload as it came, to whoever may examine originals and says what for."""
    case = queries.case_for(request.actor, case_id, "original")
    opened = open_case(request.actor, case)
    row = next((row for row in _rows(opened) if row.pk == row_id and row.file), None)
    if row is None:
        raise Http404
    query = urlencode({"material": row.pk})
    back = parts.Link(case.short_no, f"{reverse('desk-case', args=[case.pk])}?{query}#viewer")
    return originals.fetched(request, row.file, about=case, name=_name(opened, row), back=back)


def _seen_by(request: HttpRequest, opened: Opened) -> str:
    return drawn.mark(request, f"办件 {opened.case.short_no} ")


def _mark(request: HttpRequest, opened: Opened, row: Any) -> str:
    """What stands across a material; of one that was handed in for another case also from where it comes."""
    mark, source = _seen_by(request, opened), queries.source_of(row)
    if source is None or (row.credential and not row.file):
        return mark
    return f"{mark}，复用自 {source.case.short_no}"


@staff(*CHECKS)
def check_original(request: HttpRequest, case_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
    """Note that the window has compared an upload with its original; with the next case it need not be seen again."""
    if request.method == "POST":
        actions.check_original(case_id=case_id, row_id=row_id, by=request.actor)
    query = urlencode({"material": row_id})
    return HttpResponseRedirect(f"{reverse('desk-case', args=[case_id])}?{query}#viewer")


@dataclass(frozen=True)
class Paper:
    """A letter or the credential that came out of the case."""

    name: str
    number: str
    url: str


def papers(opened: Opened) -> list[Paper]:
    """The letters about the case, oldest first, then the credential."""
    names = opened.documents.get(DocumentKind.LETTER, {})
    found = [
        Paper(
            texts.local(names[letter.kind]["name"]) if letter.kind in names else letter.kind,
            letter.number,
            reverse("desk-letter", args=[opened.case.pk, letter.pk]),
        )
        for letter in documents.letters_about(opened.case.pk)
    ]
    credential = credentials.of_case(opened.case.pk)
    if credential is not None:
        name = words.pick((credential.name_zh, credential.name_en))
        found.append(Paper(name, credential.number, reverse("desk-credential", args=[opened.case.pk])))
    return found


@staff(Permission.CASE_VIEW)
@require_GET
def letter(request: HttpRequest, case_id: uuid.UUID, letter_id: uuid.UUID) -> HttpResponse:
    """A sealed letter about the case."""
    case = queries.case_for(request.actor, case_id)
    found: Sequence[Any] = [row for row in documents.letters_about(case.pk) if row.pk == letter_id]
    if not found:
        raise Http404
    looking.at(request, case, Look.FILE)
    return sending.file(request, found[0].file, inline=True)


@staff(Permission.CASE_VIEW)
@require_GET
def credential(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The sealed credential that came out of the case."""
    case = queries.case_for(request.actor, case_id)
    found = credentials.of_case(case.pk)
    if found is None:
        raise Http404
    looking.at(request, case, Look.FILE)
    return sending.file(request, found.file, inline=True)


def step_files(opened: Opened) -> list[tuple[str, parts.Link]]:
    """What officers attached to steps: the step's title, and a link to the picture."""
    if not opened.steps:
        return []
    titles = {step.id: words.of(step.title) for step in opened.definition.steps}
    return [
        (
            titles.get(row.step.step, row.step.step),
            parts.Link(row.file.name, reverse("desk-step-file", args=[opened.case.pk, row.pk]), "image"),
        )
        for row in queries.step_files_of(opened.case)
    ]


@staff(Permission.CASE_VIEW)
@require_GET
def step_picture(request: HttpRequest, case_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
    """The first page of what was attached to a step, as WebP."""
    case = queries.case_for(request.actor, case_id)
    row = next((row for row in queries.step_files_of(case) if row.pk == row_id), None)
    if row is None:
        raise Http404
    looking.at(request, case, Look.FILE)
    return drawn.picture(request, row.file, 1, _seen_by(request, open_case(request.actor, case)))
