"""The interface described for programs (OpenAPI 3.1): every address, what it takes, what it answers. Tests hold it to that.

Values that are enumerations in code are read from there, so that the description cannot fall behind them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.kernel.cases.states import CaseState, Verb, Verdict
from tongban.kernel.documents.states import MOST_ATTACHED
from tongban.kernel.exchange.states import MOST_BYTES
from tongban.modules.appeals.states import State as AppealState
from tongban.modules.appeals.states import Verb as AppealVerb
from tongban.terminals.api.reading import json_answer
from tongban.terminals.ui.rights import open_to_all

Part = dict[str, Any]
_JSON = "application/json"
_TEXT: Part = {"type": "string"}
_ID: Part = {"type": "string", "format": "uuid"}
_WHOLE: Part = {"type": "integer"}
_FLAG: Part = {"type": "boolean"}
_VERBS = (Verb.ACCEPT, Verb.REQUEST_SUPPLEMENT, Verb.REFUSE, Verb.COMPLETE_STEP, Verb.GRANT, Verb.DENY)
_FIRM_VERBS = (
    AppealVerb.SUPPLY,
    AppealVerb.CONSENT,
    AppealVerb.DECLINE,
    AppealVerb.RATE,
    AppealVerb.WITHDRAW,
)


def _object(needed: str, more: Part | None = None, **parts: Part) -> Part:
    """An object whose named parts are there; `more` are parts that may be left out."""
    return {"type": "object", "properties": {**parts, **(more or {})}, "required": needed.split()}


def _closed(**parts: Part) -> Part:
    """An answer of ours: all of these and nothing else."""
    return {**_object(" ".join(parts), **parts), "additionalProperties": False}


def _or_none(part: Part) -> Part:
    return {"anyOf": [part, {"type": "null"}]}


def _list(part: Part, **more: Any) -> Part:
    return {"type": "array", "items": part, **more}


def _named(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Part:
    day, moment = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
    case: Part = {
        "id": _ID,
        "short_no": _TEXT,
        "case_no": _or_none(_TEXT),
        "item": _TEXT,
        "state": {"enum": [str(one) for one in CaseState]},
        "fingerprint": _TEXT,
        "submitted_at": _or_none(moment),
        "due_on": _or_none(day),
    }
    appeal: Part = {
        "id": _ID,
        "number": _TEXT,
        "organisation": _ID,
        "category": _TEXT,
        "subcategory": _TEXT,
        "title": _TEXT,
        "state": {"enum": [str(one) for one in AppealState]},
        "outcome": _TEXT,
        "office": _TEXT,
        "waits_for_firm": _FLAG,
        "next_on": _or_none(day),
        "close_on": _or_none(day),
        "filed_at": moment,
        "stars": _or_none({**_WHOLE, "minimum": 1, "maximum": 5}),
    }
    item: Part = {
        "code": _TEXT,
        "version": _WHOLE,
        "name": _closed(zh=_TEXT, en=_TEXT),
        "task_code": _TEXT,
        "agency": _TEXT,
        "type": _TEXT,
        "kind": _TEXT,
        "limits": _closed(statutory=_WHOLE, promised=_WHOLE),
    }
    step = _closed(verb=_TEXT, at=moment, words=_TEXT, files=_list(_closed(id=_ID, name=_TEXT)))
    whole = {"words": _TEXT, "wanted": _TEXT, "answers": {"type": "object"}, "urgent": _FLAG}
    return {
        "Error": _closed(
            error=_object(
                "code sentence todo",
                {"about": _or_none(_TEXT)},
                code=_TEXT,
                sentence=_TEXT,
                todo=_TEXT,
            )
        ),
        "Case": _closed(**case),
        "QueuedCase": _closed(**case, light=_TEXT),
        "Appeal": _closed(**appeal),
        "WholeAppeal": _closed(**appeal, **whole, confidential=_FLAG, course=_list(step), can=_list(_TEXT)),
        "Item": _closed(**item),
        "FoundItem": _closed(**item, score={"type": "number"}),
    }


def _op(says: str, answers: dict[int, Part | None], refusals: str, **more: Any) -> Part:
    """One operation: 2xx answers by status, statuses of refusals, `query` and `body` where it takes any."""
    responses: Part = {
        str(status): {"description": "done", "content": {_JSON: {"schema": part}} if part else {}}
        for status, part in answers.items()
    }
    for status in refusals.split():
        content = {_JSON: {"schema": _named("Error")}}
        responses[status] = {"description": "refused, with the reason and what to do", "content": content}
    found: Part = {"summary": says, "responses": responses}
    if "query" in more:
        found["parameters"] = [{"name": n, "in": "query", "schema": s} for n, s in more["query"].items()]
    if "body" in more:
        content = more["body"] if "multipart/form-data" in more["body"] else {_JSON: {"schema": more["body"]}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _at(*names: str) -> Part:
    return {"parameters": [{"name": one, "in": "path", "required": True, "schema": _ID} for one in names]}


def _cases() -> Part:
    texts = {"type": "object", "additionalProperties": _TEXT}
    filing = _object(
        "submission_id item",
        {"situation": texts, "answers": {"type": "object"}, "signed": _list(_TEXT)},
        submission_id=_ID,
        item=_TEXT,
    )
    point = {**_object("kind id note", kind=_TEXT, id=_TEXT, note=_TEXT), "additionalProperties": False}
    # The desk's forms leave unused fields empty, and so may programs.
    ids = {"anyOf": [_ID, {"const": ""}]}
    act = _object(
        "verb",
        {
            "points": _list(point),
            "message": _TEXT,
            "reasons": _TEXT,
            "opinion": _TEXT,
            "verdict": {"enum": [Verdict.FITS.value, Verdict.FAULTS.value, ""]},
            "step": ids,
            "second_officer": ids,
        },
        verb={"enum": [str(one) for one in _VERBS]},
    )
    listed = _closed(found=_WHOLE, more=_FLAG, cases=_list(_named("QueuedCase")))
    query = dict.fromkeys(("scope", "lamp", "item", "state", "town"), _TEXT)
    query["page"] = {"type": "integer", "minimum": 1, "maximum": 50}
    case = _named("Case")
    return {
        "/api/cases/": {
            "post": _op(
                "Apply; the same submission_id again is the same case",
                {200: case, 201: case},
                "400 401 403 404 409 422 429",
                body=filing,
            )
        },
        "/api/cases/{case_id}/": {
            **_at("case_id"),
            "get": _op("One case of the caller's", {200: case}, "400 401 403 404 429"),
        },
        "/api/cases/{case_id}/verbs/": {
            **_at("case_id"),
            "post": _op("A verb of the law", {200: case}, "400 401 403 404 409 422 429", body=act),
        },
        "/api/queue/": {
            "get": _op("What waits for the caller", {200: listed}, "400 401 403 404 429", query=query)
        },
    }


def _appeals() -> Part:
    answer = {"type": ["string", "integer", "boolean"]}
    files = _list(_ID, maxItems=MOST_ATTACHED)
    filing = _object(
        "submission_id",
        {
            **dict.fromkeys(("category", "subcategory", "title", "words", "wanted", "contact"), _TEXT),
            "organisation": {"anyOf": [_ID, {"const": ""}]},
            "urgent": _FLAG,
            "confidential": _FLAG,
            "answers": {"type": "object", "additionalProperties": answer},
            "files": files,
        },
        submission_id=_ID,
    )
    act = _object(
        "verb",
        {"words": _TEXT, "stars": {**_WHOLE, "minimum": 1, "maximum": 5}, "files": files},
        verb={"enum": [str(one) for one in _FIRM_VERBS]},
    )
    upload = _object("file", file={"type": "string", "format": "binary"})
    listed, row, whole = _closed(appeals=_list(_named("Appeal"))), _named("Appeal"), _named("WholeAppeal")
    sent = _op("A file that is said to the firm", {200: None, 302: None}, "400 401 403 404 429")
    sent["responses"]["200"]["content"] = {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in ("application/pdf", "image/jpeg", "image/png")
    }
    return {
        "/api/appeals/": {
            "get": _op("The firm's appeals", {200: listed}, "400 401 403 429", query={"organisation": _TEXT}),
            "post": _op(
                "Hand in an appeal; the same submission_id again is the same appeal",
                {200: row, 201: row},
                "400 401 403 404 409 422 429",
                body=filing,
            ),
        },
        "/api/appeals/files/": {
            "post": _op(
                "A file for the next call",
                {201: _closed(id=_ID)},
                "400 401 403 413 422 429 503",
                body={"multipart/form-data": {"schema": upload}},
            )
        },
        "/api/appeals/{id}/": {
            **_at("id"),
            "get": _op("One appeal with its course", {200: whole}, "400 401 403 404 429"),
        },
        "/api/appeals/{id}/verbs/": {
            **_at("id"),
            "post": _op("A step of the firm's", {200: whole}, "400 401 403 404 409 422 429", body=act),
        },
        "/api/appeals/{id}/files/{file}/": {**_at("id", "file"), "get": sent},
    }


def _open() -> Part:
    envelope = {"type": "object", "description": f"a signed envelope, at most {MOST_BYTES} bytes"}
    return {
        "/api/items/": {
            "get": _op("All items", {200: _closed(items=_list(_named("Item")))}, "400 429"),
        },
        "/api/search/": {
            "get": _op(
                "Items for q, best first",
                {200: _closed(items=_list(_named("FoundItem")))},
                "400 429",
                query={"q": _TEXT},
            ),
        },
        "/api/exchange/": {
            "post": _op(
                "A signed message of another platform",
                {200: {"type": "object"}, 202: {"type": "object"}},
                "400 403 409 413 422 429",
                body=envelope,
            ),
        },
        "/api/openapi.json": {"get": _op("This description", {200: {"type": "object"}}, "400 429")},
    }


def description() -> Part:
    """The whole description. Sessions and CSRF tokens are those of the pages: see docs/operations.md."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tongban 通办", "version": "1"},
        "paths": {**_cases(), **_appeals(), **_open()},
        "components": {"schemas": _schemas()},
    }


@require_GET
@open_to_all("what the interface takes and answers is no secret")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description as JSON."""
    return json_answer(description())
