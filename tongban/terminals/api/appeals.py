"""JSON for programs of enterprises: hand in an appeal, read one's own, answer, rate. The same actions as behind the pages."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.documents.states import MOST_ATTACHED
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.states import TO_FIRM, Verb, Who
from tongban.terminals.api import rights
from tongban.terminals.api.reading import bad, body, json_answer
from tongban.terminals.ui import attached

MOST = 50
_TEXTS = ("category", "subcategory", "title", "words", "wanted", "contact")
_FLAGS = ("urgent", "confidential")
# What makes two calls with one identifier the same call; files are left out, they go with the first.
_COMPARED = ("category", "subcategory", "title", "words", "wanted", "answers", *_FLAGS)


class SameIdentifier(Problem):
    """The identifier was used for another appeal of the firm."""

    code = "appeal.same_identifier"
    status = 409


def _firm(actor: Actor, text: Any) -> uuid.UUID:
    """The firm that is named, else the one acted for, else the only one. Raises BadRequest."""
    found = _id(text, "organisation") if text else actor.organisation_id
    if found is None and len(actor.represents) == 1:
        found = actor.represents[0]
    if found is None or found not in actor.represents:
        raise bad("organisation", "没有可以代表的企业", "it names no firm that you may act for")
    return found


def _id(value: Any, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise bad(name, f"{name} 不是 UUID", f"{name} is not a UUID") from error


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise bad(name, f"{name} 应为文字", f"{name} must be a text")
    return value


def _flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise bad(name, f"{name} 应为 true 或 false", f"{name} must be true or false")
    return value


def _answers(data: Mapping[str, Any]) -> dict[str, str]:
    """The answers as a form would send them. Raises BadRequest."""
    value = data.get("answers", {})
    if not isinstance(value, dict) or not all(isinstance(one, str | int | bool) for one in value.values()):
        raise bad(
            "answers",
            "answers 应为文字、整数或者 true/false",
            "answers are texts, whole numbers or true/false",
        )
    return {name: str(one).lower() if isinstance(one, bool) else str(one) for name, one in value.items()}


def _files(data: Mapping[str, Any]) -> list[uuid.UUID]:
    value = data.get("files", [])
    if not isinstance(value, list) or len(value) > MOST_ATTACHED:
        raise bad("files", f"files 最多 {MOST_ATTACHED} 个", f"files has at most {MOST_ATTACHED} identifiers")
    return [_id(one, "files") for one in value]


@require_http_methods(["GET", "POST"])
@rights.signed_in(level=2)
def appeals(request: HttpRequest) -> HttpResponse:
    """GET: the firm's appeals, newest first, at most 50. POST: hand one in; the same `submission_id` again is the same appeal."""
    if request.method == "GET":
        firm = _firm(request.actor, request.GET.get("organisation"))
        rows = queries.of_firm(request.actor, firm)[:MOST]
        return json_answer({"appeals": [_shown(one) for one in rows]})
    data = body(request)
    given: dict[str, Any] = {name: _text(data, name) for name in _TEXTS}
    given |= {name: _flag(data, name) for name in _FLAGS} | {"answers": _answers(data)}
    firm = _firm(request.actor, data.get("organisation"))
    # Of the firm too: another firm's program may choose the same identifier.
    reference = str(uuid.uuid5(firm, str(_id(data.get("submission_id"), "submission_id"))))
    files = _files(data)
    try:
        row, replayed = _file(given, files, firm, reference, request.actor)
    except IntegrityError:  # the same call at the same moment was first; now its appeal is there
        row, replayed = _file(given, files, firm, reference, request.actor)
    if replayed:
        return json_answer(_shown(row), Idempotent_Replayed="true")
    return json_answer(_shown(row), status=201)


def _file(
    given: dict[str, Any], files: list[uuid.UUID], firm: uuid.UUID, reference: str, by: Actor
) -> tuple[Any, bool]:
    new = uuid7()
    row = actions.file_appeal(
        organisation_id=firm, reference=reference, files=files, as_id=new, by=by, **given
    )
    if row.pk == new:
        return row, False
    if not _same(row, given):
        raise SameIdentifier(
            sentence_zh="这个 submission_id 已经用于另一件诉求。",
            sentence_en="This submission_id was used for another appeal.",
            todo_zh="请为新的诉求生成新的 submission_id。",
            todo_en="Make a new submission_id for a new appeal.",
            about="submission_id",
        )
    return row, True


def _same(row: Any, given: Mapping[str, Any]) -> bool:
    sent = {name: given[name].strip() if isinstance(given[name], str) else given[name] for name in _COMPARED}
    kept = {name: getattr(row, name) for name in _COMPARED}
    kept["wanted"] = kept["wanted"] or ""
    kept["answers"] = {name: _said(value) for name, value in (kept["answers"] or {}).items()}
    sent["answers"] = {name: value.strip() for name, value in sent["answers"].items() if value.strip()}
    return sent == kept


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(row: Any) -> dict[str, Any]:
    """What a firm's program knows of an appeal in a list."""
    return {
        "id": str(row.pk),
        "number": row.number,
        "organisation": str(row.organisation_id),
        "category": row.category,
        "subcategory": row.subcategory,
        "title": row.title,
        "state": row.state,
        "outcome": row.outcome if row.state in ("rating", "planned", "closed") else "",
        "office": row.agency,
        "waits_for_firm": row.owner == "firm" or row.extension is not None,
        "next_on": row.next_on.isoformat() if row.next_on else None,
        "close_on": row.close_on.isoformat() if row.close_on else None,
        "filed_at": row.filed_at.astimezone(SHANGHAI).isoformat(),
        "stars": row.stars,
    }


@require_GET
@rights.signed_in(level=2)
def appeal(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One appeal of the firm with its course as the firm reads it, and what it can do now; another's is 404."""
    return json_answer(_whole(request.actor, id))


def _whole(actor: Actor, id: uuid.UUID) -> dict[str, Any]:
    row = queries.own(actor, id)
    entries = queries.entries(row)
    files = queries.files_of(entries, firm=True)
    can = queries.verbs_of(row, {Who.FIRM}, queries.tasks_of(row), time.today())
    course, answer = [], None
    for one in entries:
        if one.verb in (Verb.ANSWER, Verb.DELIVER):
            answer = one
        if one.verb not in TO_FIRM:
            continue
        source = answer if one.verb == Verb.APPROVE and answer is not None else one
        course.append(
            {
                "verb": one.verb,
                "at": one.at.astimezone(SHANGHAI).isoformat(),
                "words": source.words or "",
                "files": [{"id": str(each.pk), "name": each.name} for each in files.get(source.pk, ())],
            }
        )
    shown = {**_shown(row), "words": row.words, "wanted": row.wanted or "", "answers": row.answers or {}}
    return {
        **shown,
        "urgent": row.urgent,
        "confidential": row.confidential,
        "course": course,
        "can": sorted(can),
    }


@require_POST
@rights.signed_in(level=2)
def act(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take one of the firm's steps: `{"verb": "rate", "stars": 5}`. Answers with the appeal, or 409 and 422 as its page would."""
    data = body(request)
    verb = str(data.get("verb"))
    if verb not in _VERBS:
        raise bad("verb", "没有这个动作", f"there is no such verb; known are {', '.join(sorted(_VERBS))}")
    _VERBS[verb](id, data, request.actor)
    return json_answer(_whole(request.actor, id))


def _rate(id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    stars = data.get("stars")
    if not isinstance(stars, int) or isinstance(stars, bool):
        raise bad("stars", "stars 是 1 到 5 的数", "stars is a number from 1 to 5")
    return actions.rate(appeal_id=id, stars=stars, words=_text(data, "words"), by=by)


_VERBS: dict[str, Callable[[uuid.UUID, Mapping[str, Any], Actor], Any]] = {
    Verb.SUPPLY: lambda id, data, by: actions.supply(
        appeal_id=id, words=_text(data, "words"), files=_files(data), by=by
    ),
    Verb.CONSENT: lambda id, data, by: actions.consent(
        appeal_id=id, agreed=True, words=_text(data, "words"), by=by
    ),
    Verb.DECLINE: lambda id, data, by: actions.consent(
        appeal_id=id, agreed=False, words=_text(data, "words"), by=by
    ),
    Verb.RATE: _rate,
    Verb.WITHDRAW: lambda id, data, by: actions.withdraw(appeal_id=id, words=_text(data, "words"), by=by),
}


@require_POST
@rights.signed_in(level=2)
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one file (multipart, `file`) for the next call; its identifier. 422 says why a file is not taken."""
    file = request.FILES.get("file")
    if file is None:
        raise bad("file", "没有 file", "there is no file")
    return json_answer({"id": str(attached.take(file, request.actor))}, status=201)


@require_GET
@rights.signed_in(level=2)
def file(request: HttpRequest, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a step that is said to the firm."""
    row = queries.own(request.actor, id)
    return attached.sent(request, queries.file_of(row, queries.entries(row), file, firm=True))
