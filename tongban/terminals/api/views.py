"""JSON for other programs: the catalogue, the search, and applications. The same actions as behind every page."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions, queries
from tongban.kernel.catalogue import queries as catalogue
from tongban.terminals.api import rights
from tongban.terminals.api.reading import bad, body, json_answer, shown
from tongban.terminals.ui import looking, session, texts
from tongban.terminals.ui.rights import open_to_all

_SHAPES = {"item": str, "situation": dict, "answers": dict, "signed": list}


def _application(data: dict[str, Any]) -> dict[str, Any]:
    """The parts of an application, each of its type. Raises BadRequest."""
    try:
        id = uuid.UUID(str(data.get("submission_id")))
    except ValueError as error:
        raise bad("submission_id", "submission_id 不是 UUID", "submission_id is not a UUID") from error
    parts = {name: data.get(name, shape()) for name, shape in _SHAPES.items()}
    for name, shape in _SHAPES.items():
        if not isinstance(parts[name], shape):
            raise bad(name, f"{name} 的类型不对", f"{name} has the wrong type")
    plain = [*parts["situation"].values(), *parts["signed"]]
    if not all(isinstance(value, str) for value in plain):
        raise bad(
            "situation", "situation 和 signed 的值应为文字", "values of situation and signed must be texts"
        )
    return {"id": id, **parts}


@require_POST
@rights.signed_in(level=2)
def submit(request: HttpRequest) -> HttpResponse:
    """Apply in one request. The same `submission_id` again answers with the same case and Idempotent-Replayed."""
    parts = _application(body(request))
    refusal = _not_sure_enough(request, catalogue.item(parts["item"]).definition.data)
    if refusal is not None:
        return refusal
    try:
        try:
            case, replayed = _file(parts, request.actor)
        except IntegrityError:  # the same call at the same moment was first; now its case is there
            case, replayed = _file(parts, request.actor)
    except actions.NotComplete as problem:
        return _not_complete(problem)
    if replayed:
        return json_answer(shown(case), Idempotent_Replayed="true")
    return json_answer(shown(case), status=201)


def _not_sure_enough(request: HttpRequest, item: Mapping[str, Any]) -> HttpResponse | None:
    """A refusal where the item asks for a higher level, or for a fresh check of who is calling."""
    if request.actor.level < item["level"]:
        todo = texts._("请先在“实名等级”页提高等级。")
        return rights.error(403, "access.level_too_low", texts._("实名等级不够。"), todo)
    if item.get("fresh") and not session.is_fresh(request):
        todo = texts._("请重新登录，再调用一次。")
        return rights.error(403, "access.not_fresh", texts._("提交前要再确认一次是本人。"), todo)
    return None


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
    row = queries.case_for(request.actor, case_id)
    looking.at(request, row)
    return json_answer(shown(row))


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
    return json_answer({"items": [_item(one) for one in catalogue.items()]})


@require_GET
@open_to_all("anybody may search the public catalogue")
def search(request: HttpRequest) -> HttpResponse:
    """Items for `q`, best first."""
    found = catalogue.find(request.GET.get("q", "")).items
    return json_answer({"items": [{**_item(one), "score": round(score, 4)} for one, score in found]})
