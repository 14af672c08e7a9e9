"""Files that arrive in pieces: tus 1.0 (core, creation, expiration, termination) over the session and its token.

One step is ours: a complete upload becomes a file only when its address `done/` is asked, which answers with the page.
"""

import base64
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import CaseState
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents import queries as files
from tongban.kernel.documents.calc import FileRefused
from tongban.kernel.documents.states import MEGABYTE
from tongban.terminals.portal.course import open_draft
from tongban.terminals.portal.views import materials
from tongban.terminals.portal.views.cases import shown_case
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, language

_TUS = {
    "Tus-Resumable": "1.0.0",
    "Tus-Version": "1.0.0",
    "Tus-Extension": "creation,expiration,termination",
    "Cache-Control": "no-store",
}
_PIECE = "application/offset+octet-stream"
_FILLED_IN = {CaseState.DRAFT, CaseState.SUPPLEMENT_REQUESTED}


def _spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a program: the headers of the protocol, and a foreseen failure as JSON with its sentences."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            lang = language()
            response = _refusal(
                problem.status, problem.code, problem.sentence(lang), problem.todo(lang), problem.about
            )
            if isinstance(problem, documents.WrongOffset):
                response.headers["Upload-Offset"] = str(problem.offset)
        except UnreadablePostError:
            response = _refusal(400, "upload.cut_off", _("这一段没有传完。"), _("请接着传。"))
        for name, value in _TUS.items():
            response.headers.setdefault(name, value)
        return response

    return answered


def _refusal(status: int, code: str, sentence: str, todo: str, about: str | None = None) -> JsonResponse:
    error = {"code": code, "sentence": sentence, "todo": todo, "about": about}
    return JsonResponse({"error": error}, status=status)


def _malformed(header: str) -> JsonResponse:
    todo = _("请按 tus 1.0 协议发送；浏览器中请刷新页面后再试。")
    return _refusal(400, "upload.malformed", _("上传请求缺少或者写错了 {header}。", header=header), todo)


def _number(request: HttpRequest, header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _name(request: HttpRequest) -> str:
    """The file's name from the metadata: pairs of a key and a value in base64, by comma."""
    pairs = [pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(",")]
    try:
        return base64.b64decode({key: value for key, _space, value in pairs}.get("filename", "")).decode()
    except ValueError:
        return ""


@signed_in()
@require_POST
@_spoken
def begin(request: HttpRequest, id: uuid.UUID, material: str) -> HttpResponse:
    """Open an upload for one material; its address is in `Location`. 413 and 422 say why a file is not taken."""
    case = cases.case_for(request.actor, id, "edit")
    size, name = _number(request, "Upload-Length"), _name(request)
    if size is None or not name:
        return _malformed("Upload-Length" if size is None else "Upload-Metadata")
    wanted = _material(case, material)
    if case.state in _FILLED_IN and materials.is_full(case, material):
        return _refusal(422, "upload.enough", materials.too_many(), "")
    row = documents.begin_upload(
        about_id=case.pk,
        part=material,
        name=name,
        size=size,
        most_bytes=wanted.max_mb * MEGABYTE,
        by=request.actor,
    )
    return _state(row, 201, Location=reverse("upload", args=[row.pk]))


def _material(case: Any, id: str) -> Any:
    """The material for which something may be uploaded now. Raises NoSuchUpload."""
    known = cases.version_of(case).definition.materials
    if case.state in _FILLED_IN:
        draft = open_draft(case)
        known = [need.material for need in (*draft.needs(), *draft.application.needs)]
    if not (found := [one for one in known if one.id == id]):
        raise files.no_such_upload()
    return found[0]


def _state(row: Any, status: int, **headers: str) -> HttpResponse:
    expires = http_date(row.expires_at.timestamp())
    headers |= {
        "Upload-Offset": str(row.offset),
        "Upload-Expires": expires,
        "Upload-Piece": str(settings.UPLOAD_PIECE),
    }
    return HttpResponse(status=status, headers=headers)


@signed_in()
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@_spoken
def upload(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Where an upload stands (HEAD), its next piece (PATCH), or the end of it (DELETE).

    A piece elsewhere than at the offset gets 409 with the right offset; another's upload 404, an old one 410.
    """
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.headers.get("Tus-Resumable") != _TUS["Tus-Resumable"]:
        return HttpResponse(status=412)
    if request.method == "DELETE":
        files.upload(request.actor, id)
        documents.drop_upload(upload_id=id, by=request.actor)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        row = files.upload(request.actor, id)
        sums = {} if row.file_id else {"Upload-Sha256": files.digest_so_far(row)}
        return _state(row, 200, **sums, **{"Upload-Length": str(row.size)})
    return _piece(request, id)


def _piece(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    offset = _number(request, "Upload-Offset")
    if offset is None:
        return _malformed("Upload-Offset")
    if request.content_type != _PIECE:
        return _refusal(415, "upload.type", _("一段内容的类型应为 {type}。", type=_PIECE), "")
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_PIECE:
        most = settings.UPLOAD_PIECE // 1024
        return _refusal(413, "upload.too_large", _("一段最多 {most} KB。", most=most), _("请分成更小的段。"))
    # Read before the row is locked: a slow phone must not keep others waiting.
    row = documents.append(upload_id=id, offset=offset, piece=request.body, by=request.actor)
    return _state(row, 204)


@signed_in()
@require_POST
@_spoken
def done(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Check a complete upload and attach it; asked again it changes nothing. 422 is the page with the reason.

    With `Retry-After` the upload is still there and this can be asked again: the virus scanner did not answer.
    """
    row = files.upload(request.actor, id)
    case = cases.case_for(request.actor, row.about_id, "edit")
    wanted = _material(case, row.part)
    filling = case.state in _FILLED_IN
    try:
        file = documents.take_up(
            upload=row, formats=wanted.formats, most_bytes=wanted.max_mb * MEGABYTE, by=request.actor
        )
    except FileRefused as refused:
        said = f"{refused.sentence(language())} {refused.todo(language())}"
        page = (
            materials.explained(request, case, row.part, said)
            if filling
            else shown_case(request, case, supply_error=(row.part, said))
        )
        if refused.retry_after:  # the upload is still there, whole
            page["Retry-After"] = str(refused.retry_after)
        return page
    if filling:
        actions.add_material(
            case_id=case.pk, material=row.part, file=file, by=request.actor, upload_id=row.pk
        )
        return redirect(f"{reverse('application-materials', args=[case.pk])}#material-{row.part}")
    actions.supply(case_id=case.pk, material=row.part, file=file, by=request.actor, upload_id=row.pk)
    return redirect(f"{reverse('case', args=[case.pk])}#deferrals")
