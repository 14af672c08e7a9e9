"""JSON for other programs: the catalogue, the search, and applications. The same actions as behind every page."""

import json
import uuid
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation.errors import Problem
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions, queries
from tongban.kernel.catalogue import queries as catalogue
from tongban.terminals.api import rights
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import open_to_all

MOST_BYTES = 256 * 1024
_SHAPES = {"item": str, "situation": dict, "answers": dict, "signed": list}


class BadRequest(Problem):
    """The body is not what the address takes; `about` names the part."""

    code = "api.bad_request"
    status = 400


def _bad(about: str, zh: str, en: str) -> BadRequest:
    return BadRequest(
        sentence_zh=f"请求内容不对：{zh}。",
        sentence_en=f"The request cannot be read: {en}.",
        todo_zh="请按 docs/operations.md 中的格式改正后再发。",
        todo_en="Correct it as docs/operations.md describes and send it again.",
        about=about,
    )


def _body(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object. Raises BadRequest."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise _bad("body", "超过 256 KB", "it is larger than 256 KB")
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise _bad("body", "不是 JSON", "it is not JSON") from error
    if not isinstance(data, dict):
        raise _bad("body", "不是 JSON 对象", "it is not a JSON object")
    return data


def _application(data: dict[str, Any]) -> dict[str, Any]:
    """The parts of an application, each of its type. Raises BadRequest."""
    try:
        id = uuid.UUID(str(data.get("submission_id")))
    except ValueError as error:
        raise _bad("submission_id", "submission_id 不是 UUID", "submission_id is not a UUID") from error
    parts = {name: data.get(name, shape()) for name, shape in _SHAPES.items()}
    for name, shape in _SHAPES.items():
        if not isinstance(parts[name], shape):
            raise _bad(name, f"{name} 的类型不对", f"{name} has the wrong type")
    plain = [*parts["situation"].values(), *parts["signed"]]
    if not all(isinstance(value, str) for value in plain):
        raise _bad(
            "situation", "situation 和 signed 的值应为文字", "values of situation and signed must be texts"
        )
    return {"id": id, **parts}


def _shown(case: Any) -> dict[str, Any]:
    """What a client may know of its case."""
    return {
        "id": str(case.pk),
        "short_no": case.short_no,
        "case_no": case.case_no,
        "item": case.item_code,
        "state": case.state,
        "fingerprint": case.fingerprint,
        "submitted_at": case.submitted_at.astimezone(SHANGHAI).isoformat() if case.submitted_at else None,
        "due_on": case.due_on.isoformat() if case.due_on else None,
    }


def _json(data: Any, status: int = 200, **headers: str) -> JsonResponse:
    answer = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    return answer


@require_POST
@rights.signed_in(level=2)
def submit(request: HttpRequest) -> HttpResponse:
    """Apply in one request. The same `submission_id` again answers with the same case and Idempotent-Replayed."""
    parts = _application(_body(request))
    try:
        try:
            case, replayed = _file(parts, request.actor)
        except IntegrityError:  # the same call at the same moment was first; now its case is there
            case, replayed = _file(parts, request.actor)
    except actions.NotComplete as problem:
        return _not_complete(problem)
    if replayed:
        return _json(_shown(case), Idempotent_Replayed="true")
    return _json(_shown(case), status=201)


def _file(parts: dict[str, Any], by: Actor) -> tuple[Any, bool]:
    return actions.file(
        id=parts["id"],
        item_code=parts["item"],
        situation=parts["situation"],
        answers=parts["answers"],
        signed=parts["signed"],
        by=by,
        channel="api",
    )


def _not_complete(problem: actions.NotComplete) -> HttpResponse:
    lang = texts.language()
    chinese = lang.startswith("zh")
    return rights.error(
        problem.status,
        problem.code,
        problem.sentence(lang),
        problem.todo(lang),
        fields=[
            {"field": e.field, "code": e.code, "sentence": e.zh if chinese else e.en} for e in problem.fields
        ],
        materials=list(problem.materials),
        commitments=list(problem.commitments),
        questions=list(problem.questions),
    )


@require_http_methods(["GET"])
@rights.signed_in(level=2)
def case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """One case of the caller's; another's is 404."""
    return _json(_shown(queries.case_for(request.actor, case_id)))


def _item(published: catalogue.Published) -> dict[str, Any]:
    data = published.definition.data
    return {
        "code": published.code,
        "version": published.version,
        "name": {"zh": published.definition.name.zh, "en": published.definition.name.en},
        "task_code": data["task_code"],
        "agency": data["agency"],
        "type": data["type"],
        "kind": data["kind"],
        "limits": {
            "statutory": data["limits"]["statutory"]["value"],
            "promised": data["limits"]["promised"]["value"],
        },
    }


@require_GET
@open_to_all("the catalogue of services is public by law")
def items(request: HttpRequest) -> HttpResponse:
    """All items."""
    return _json({"items": [_item(one) for one in catalogue.items()]})


@require_GET
@open_to_all("anybody may search the public catalogue")
def search(request: HttpRequest) -> HttpResponse:
    """Items for `q`, best first."""
    found = catalogue.search(request.GET.get("q", ""))
    return _json({"items": [{**_item(one), "score": round(score, 4)} for one, score in found]})
