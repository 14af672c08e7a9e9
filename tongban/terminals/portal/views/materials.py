"""Materials of an application: what stands in for them, files handed in, files looked at again."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from tongban.foundation import time
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.catalogue.calc import MaterialNeed
from tongban.kernel.catalogue.states import WaivedBy
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import FileRefused, refuse
from tongban.kernel.documents.states import MEGABYTE
from tongban.terminals.portal import words
from tongban.terminals.portal.course import Draft, frame, on_draft, open_draft
from tongban.terminals.ui import parts
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language
from tongban.terminals.ui.views import not_found

_MOST_FILES = 10
_ENVELOPE = MEGABYTE  # what a multipart body holds beside its files
_MOST_DRAINED = 64 * MEGABYTE


@signed_in()
@on_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The materials of this situation."""
    return _page(request, draft)


def _page(request: HttpRequest, draft: Draft, error: tuple[str, str] = ("", "")) -> HttpResponse:
    asked = draft.points("material")
    held = cases.held_by(cases.case_subject(draft.case), time.today())
    earlier = cases.reusable(draft.case, request.actor)
    drawn = [
        _draw(draft, need, held, (asked or {}).get(need.material.id, ""), error, earlier)
        for need in draft.needs()
    ]
    context = frame(draft, "materials") | {
        "materials": drawn,
        "waived": sum(1 for one in drawn if one.state == "waived"),
        "deferrable": _deferrable(draft),
        "errors": [parts.ErrorLink(f"material-{error[0]}-file", error[1])] if error[1] else [],
    }
    return render(request, "portal/materials.html", context, status=422 if error[1] else 200)


def _deferrable(draft: Draft) -> dict[str, Any] | None:
    """The choice of tolerant acceptance: which materials may follow, within what time, which were chosen."""
    application = draft.application
    if draft.supplementing or not application.deferrable or application.tolerance is None:
        return None
    names = {one.id: words.said(one.name) for one in application.definition.materials}
    return {
        "rows": [(id, names[id], id in draft.case.deferred) for id in application.deferrable],
        "days": application.tolerance.value,
        "workdays": application.tolerance.unit == "workdays",
    }


def _draw(
    draft: Draft,
    need: MaterialNeed,
    held: dict[str, Any],
    note: str,
    error: tuple[str, str],
    earlier: dict[str, list[Any]],
) -> parts.Material:
    material = need.material
    rows = [row for row in draft.materials if row.material == material.id and row.file_id]
    fresh = [row for row in rows if draft.fresh(row)]
    credential = held.get(material.waiver) if need.waived == WaivedBy.CREDENTIAL else None
    if fresh:
        state = "given"
    elif need.waived and not draft.supplementing:
        state = "waived"
    elif draft.supplementing:
        state = "needed"
    else:
        state = {"required": "needed", "deferrable": "later"}.get(material.necessity, "optional")
    _label, _tone, how = words.how_given(need, known=True)
    kinds = "、".join(material.formats).upper()
    return parts.Material(
        id=material.id,
        name=words.said(material.name),
        state=state,
        how=how if state == "waived" else note or words.either(material.note, material.note_en),
        note="" if state == "waived" else material.standard,
        files=[_file(draft, row) for row in rows],
        upload_url="" if state == "waived" else reverse("material-upload", args=[draft.id, material.id]),
        resume_url="" if state == "waived" else reverse("upload-begin", args=[draft.id, material.id]),
        accept=",".join(
            f".{kind}" for kind in (*material.formats, *(["jpeg"] * ("jpg" in material.formats)))
        ),
        limit=_(
            "{kinds}，每个不超过 {most} MB，最多 {count} 个",
            kinds=kinds,
            most=material.max_mb,
            count=_MOST_FILES,
        ),
        multiple=True,
        error=error[1] if error[0] == material.id else "",
        view_url=reverse("credential", args=[credential.pk]) if credential else "",
        reuse=[]
        if rows or state == "waived"
        else [_reusable(draft, one, material.id) for one in earlier.get(material.id, [])],
    )


def _reusable(draft: Draft, row: Any, material: str) -> parts.Reusable:
    return parts.Reusable(
        row.file.name,
        words.item_name(row.case),
        row.added_at,
        reverse("material-reuse", args=[draft.id, material, row.pk]),
    )


def _file(draft: Draft, row: Any) -> parts.FileEntry:
    return parts.FileEntry(
        row.file.name,
        words.size(row.file.size),
        reverse("material-file", args=[draft.id, row.pk]),
        reverse("material-remove", args=[draft.id, row.pk]) if draft.fresh(row) else "",
    )


def is_full(case: Any, material: str) -> bool:
    """Whether the material has as many files as it may."""
    rows = cases.materials_of(case)
    return sum(1 for row in rows if row.material == material and row.file_id) >= _MOST_FILES


def too_many() -> str:
    """The sentence for one file too many."""
    return _("每份材料最多 {count} 个文件，请删除不需要的再上传。", count=_MOST_FILES)


def explained(request: HttpRequest, case: Any, material: str, why: str) -> HttpResponse:
    """The page that keeps all others and says why a file was not taken, with 422."""
    return _page(request, open_draft(cases.case_for(request.actor, case.pk, "edit")), (material, why))


@csrf_exempt  # only until the size is known to be sane: the token stands in the body, which is then read and checked
@signed_in()
@require_POST
def upload(request: HttpRequest, id: uuid.UUID, material: str) -> HttpResponse:
    """Take in files for one material; a refused one is explained with 422 on the page that keeps all others."""
    case = cases.case_for(request.actor, id, "edit")
    draft = open_draft(case)
    known = (*draft.needs(), *draft.application.needs)
    need = next((one for one in known if one.material.id == material), None)
    if need is None:
        return not_found(request)
    most = need.material.max_mb * MEGABYTE * _MOST_FILES + _ENVELOPE
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > most:
        _drain(request, length)
        return _page(request, draft, (material, _too_much(need.material.max_mb * _MOST_FILES)))
    return csrf_protect(_take_in)(request, draft, need)


def _drain(request: HttpRequest, length: int) -> None:
    # A browser that is still sending shows a broken connection instead of our sentence.
    left = min(length, _MOST_DRAINED)
    while left > 0 and (piece := request.read(min(left, MEGABYTE))):
        left -= len(piece)


def _too_much(most: int) -> str:
    problem = refuse(
        f"一共超过 {most} MB。", f"is larger than {most} MB in all.", "请分几次上传。", "Upload in parts.", ""
    )
    return f"{problem.sentence(language())} {problem.todo(language())}"


def _take_in(request: HttpRequest, draft: Draft, need: MaterialNeed) -> HttpResponse:
    material = need.material
    files = request.FILES.getlist("file")
    given = sum(1 for row in draft.materials if row.material == material.id and row.file_id)
    problem = ""
    if not files:
        problem = _("请先选择文件。")
    elif given + len(files) > _MOST_FILES:
        problem = too_many()
    else:
        try:
            for file in files:
                stored = documents.take_in(
                    chunks=file.chunks(),
                    name=file.name,
                    formats=material.formats,
                    most_bytes=material.max_mb * MEGABYTE,
                    by=request.actor,
                )
                actions.add_material(case_id=draft.id, material=material.id, file=stored, by=request.actor)
        except FileRefused as refused:
            problem = f"{refused.sentence(language())} {refused.todo(language())}"
    if problem:
        return explained(request, draft.case, material.id, problem)
    return redirect(f"{reverse('application-materials', args=[draft.id])}#material-{material.id}")


@signed_in()
@require_POST
def remove(request: HttpRequest, id: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """Take an uploaded file out again."""
    actions.remove_material(case_id=id, row_id=row, by=request.actor)
    return redirect("application-materials", id)


@signed_in()
@require_POST
def reuse(request: HttpRequest, id: uuid.UUID, material: str, source: uuid.UUID) -> HttpResponse:
    """Use a file that was handed in with an earlier case."""
    actions.reuse_material(case_id=id, material=material, source_id=source, by=request.actor)
    return redirect(f"{reverse('application-materials', args=[id])}#material-{material}")
