"""What requests for JSON carry and what answers look like."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse

from tongban.foundation.errors import Problem
from tongban.foundation.time import SHANGHAI

MOST_BYTES = 256 * 1024


class BadRequest(Problem):
    """The body is not what the address takes; `about` names the part."""

    code = "api.bad_request"
    status = 400


def bad(about: str, zh: str, en: str) -> BadRequest:
    """The refusal of a request, with what is wrong in both languages."""
    return BadRequest(
        sentence_zh=f"请求内容不对：{zh}。",
        sentence_en=f"The request cannot be read: {en}.",
        todo_zh="请按 docs/operations.md 中的格式改正后再发。",
        todo_en="Correct it as docs/operations.md describes and send it again.",
        about=about,
    )


def body(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object. Raises BadRequest."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise bad("body", "超过 256 KB", "it is larger than 256 KB")
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise bad("body", "不是 JSON", "it is not JSON") from error
    if not isinstance(data, dict):
        raise bad("body", "不是 JSON 对象", "it is not a JSON object")
    return data


def shown(case: Any) -> dict[str, Any]:
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


def json_answer(data: Any, status: int = 200, **headers: str) -> JsonResponse:
    """The answer, with `headers` named by underscores."""
    answer = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    return answer
