"""JSON for programs of officers: the queue, and the verbs of the law on one case. The same rights as on the desk."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.states import STATE_NAMES, Verb, Verdict
from tongban.kernel.places import queries as places
from tongban.terminals.api import rights
from tongban.terminals.api.reading import bad, body, json_answer, shown
from tongban.terminals.ui import session, texts

PAGE = 20
MOST = 1000  # as on the desk: whoever looks further down narrows the list


@require_GET
@rights.staff(Permission.CASE_VIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for the caller, or with `scope=all` those that they may see: 20 a page, soonest due first."""
    asked = request.GET
    listing = queries.Listing(
        mine=asked.get("scope") != "all",
        lamp=_one_of(asked.get("lamp", ""), queries.LAMPS, "lamp"),
        item=asked.get("item", ""),
        state=_one_of(asked.get("state", ""), [str(state) for state in STATE_NAMES], "state"),
        place_path=_place(asked.get("town", "")),
    )
    start, today = (_page(asked.get("page", "1")) - 1) * PAGE, time.today()
    cases = queries.listed(request.actor, listing, today, start, start + PAGE)
    found = queries.listed_up_to(request.actor, listing, today, MOST + 1)
    answer = {
        "found": min(found, MOST),
        "more": found > MOST,
        "cases": [{**shown(case), "light": queries.light_of(case, today)} for case in cases],
    }
    return json_answer(answer)


def _one_of(value: str, known: Any, name: str) -> str:
    if value and value not in known:
        raise bad(name, f"{name} 没有这个值", f"{name} has no such value")
    return value


def _place(code: str) -> str:
    place = places.by_code(code) if code else None
    if code and place is None:
        raise bad("town", "没有这个镇街", "there is no such town")
    return place.path if place else ""


def _page(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= MOST // PAGE:
        raise bad("page", f"page 是 1 到 {MOST // PAGE} 的数", f"page is a number from 1 to {MOST // PAGE}")
    return int(text)


@require_POST
@rights.staff(Permission.CASE_ACCEPT, Permission.CASE_REVIEW, Permission.CASE_DECIDE)
def act(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Take one verb of the law: `{"verb": "accept"}`. Who may, and when, is decided as on the desk."""
    data = body(request)
    perform = _VERBS.get(str(data.get("verb")))
    if perform is None:
        raise bad("verb", "没有这个动作", f"there is no such verb; known are {', '.join(sorted(_VERBS))}")
    if data["verb"] in _DECIDING and not session.is_fresh(request):
        return rights.error(
            403,
            "access.not_fresh",
            texts._("作出决定前要再确认一次是本人。"),
            texts._("请用第二道验证重新登录，再调用一次。"),
        )
    return json_answer(shown(perform(case_id, data, request.actor)))


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise bad(name, f"{name} 应为文字", f"{name} must be a text")
    return value


def _id(data: Mapping[str, Any], name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(data[name])) if data.get(name) else None
    except ValueError as error:
        raise bad(name, f"{name} 不是 UUID", f"{name} is not a UUID") from error


def _points(data: Mapping[str, Any]) -> list[dict[str, str]]:
    points = data.get("points", [])
    names = {"kind", "id", "note"}
    if not isinstance(points, list) or not all(
        isinstance(point, dict) and set(point) == names and all(isinstance(v, str) for v in point.values())
        for point in points
    ):
        raise bad("points", "points 的每一项要有 kind、id、note", "each of points needs kind, id and note")
    return points


def _accept(case_id: uuid.UUID, _data: Mapping[str, Any], by: Actor) -> Any:
    return actions.accept(case_id=case_id, by=by)


def _request_supplement(case_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    return actions.request_supplement(
        case_id=case_id, points=_points(data), message=_text(data, "message"), by=by
    )


def _refuse(case_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    return actions.refuse(case_id=case_id, reasons=_text(data, "reasons"), by=by)


def _complete_step(case_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    verdict = _one_of(_text(data, "verdict"), (Verdict.FITS, Verdict.FAULTS), "verdict") or Verdict.FITS
    return actions.complete_step(
        case_id=case_id,
        step_id=_id(data, "step"),
        opinion=_text(data, "opinion"),
        verdict=verdict,
        second_officer=_id(data, "second_officer"),
        by=by,
    )


def _grant(case_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    return actions.grant(case_id=case_id, opinion=_text(data, "opinion"), by=by)


def _deny(case_id: uuid.UUID, data: Mapping[str, Any], by: Actor) -> Any:
    return actions.deny(case_id=case_id, reasons=_text(data, "reasons"), by=by)


_DECIDING = {Verb.REFUSE, Verb.GRANT, Verb.DENY}
_VERBS: dict[str, Callable[[uuid.UUID, Mapping[str, Any], Actor], Any]] = {
    Verb.ACCEPT: _accept,
    Verb.REQUEST_SUPPLEMENT: _request_supplement,
    Verb.REFUSE: _refuse,
    Verb.COMPLETE_STEP: _complete_step,
    Verb.GRANT: _grant,
    Verb.DENY: _deny,
}
