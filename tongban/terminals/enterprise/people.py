"""The people of an enterprise: who does what here; appointed, given other duties and let go by whoever governs it."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.calc.people import COLUMNS, MOST_ROWS, Fault
from tongban.kernel.parties.rules import NoSuchMandate
from tongban.kernel.parties.states import DUTY_AREAS, DUTY_NAMES, GIVEN_DUTIES, Duty, MandateSource
from tongban.terminals.ui import texts
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import later, listed

PAGE, MOST_BYTES, LEVEL = 20, 500_000, 3
_SHOWN = 100  # faults that a page shows; the others come when these are corrected
AREAS = {
    "cases": later("办件和证照"),
    "money": later("兑现和资金"),
    "appeals": later("企业诉求"),
    "market": later("供需对接"),
    "projects": later("投资项目"),
}
_DONE = {
    "added": later("已添加"),
    "changed": later("分工已调整，从下一次点击起生效"),
    "ended": later("已移除，从下一次点击起不能再代表本企业"),
    "imported": later("已导入"),
}


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


@require_GET
@signed_in()
def page(request: HttpRequest) -> HttpResponse:
    """The people with their duties, by name, and the forms."""
    return _page(request)


def _page(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    firm = request.actor.organisation_id
    if firm is None:
        return redirect("enterprise-home")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    people = Paginator(queries.people_of(request.actor, firm, text), PAGE).get_page(request.GET.get("page"))
    faults: list[Fault] = getattr(problem, "faults", [])
    posted = request.POST if problem else {}
    context = {
        "name": queries.subject_name(firm),
        "governs": firm in request.actor.governs,
        "q": text,
        "page": people,
        "page_query": urlencode({"q": text}) if text else "",
        "people": [_row(one) for one in people],
        "duties": [
            (
                duty,
                _pick(DUTY_NAMES[duty]),
                listed(str(AREAS[area]) for area in AREAS if area in DUTY_AREAS[duty]),
            )
            for duty in GIVEN_DUTIES
        ],
        "typed": {name: posted.get(name, "") for name in ("name", "id_no", "ends_on")},
        "chosen": request.POST.getlist("duty") if problem else [],
        "most": MOST_ROWS,
        "columns": listed(COLUMNS),
        "faults": [(one.line, _pick((one.zh, one.en))) for one in faults[:_SHOWN]],
        "more": max(0, len(faults) - _SHOWN),
        "done": _DONE.get(request.GET.get("done", ""), ""),
        "problem": said(problem),
    }
    return render(request, "enterprise/people.html", context, status=problem.status if problem else 200)


def _row(one: Any) -> dict[str, Any]:
    legal = one.source == MandateSource.LEGAL_REPRESENTATIVE
    held = [Duty.LEGAL] if legal else [Duty(duty) for duty in one.duties]
    return {
        "id": one.pk,
        "name": one.agent.name,
        "duties": [_pick(DUTY_NAMES[duty]) for duty in held],
        "held": {str(duty) for duty in held},
        "ends_on": one.ends_on,
        "fixed": legal,
    }


def _then(request: HttpRequest, done: str, perform: Any) -> HttpResponse:
    """Run one action for the enterprise acted for and go back to the page; what was refused is shown on it."""
    firm = request.actor.organisation_id
    if firm is None:
        return redirect("enterprise-home")
    try:
        perform(firm)
    except NoSuchMandate:
        raise
    except Problem as problem:
        return _page(request, problem)
    return redirect(f"{reverse('enterprise-people')}?done={done}")


@require_POST
@signed_in(level=LEVEL)
def add(request: HttpRequest) -> HttpResponse:
    """Appoint somebody with duties."""

    def perform(firm: uuid.UUID) -> None:
        posted = request.POST
        ends_on = actions.day_of(posted.get("ends_on", ""))
        terms = Terms(MandateSource.APPOINTED, duties=tuple(posted.getlist("duty")), ends_on=ends_on)
        actions.give(
            organisation_id=firm,
            agent_name=posted.get("name", "").replace("\x00", ""),
            agent_id_no=posted.get("id_no", "").replace("\x00", ""),
            terms=terms,
            by=request.actor,
        )

    return _then(request, "added", perform)


@require_POST
@signed_in(level=LEVEL)
def change(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Give somebody other duties, or with "do=end" let them go."""

    def perform(firm: uuid.UUID) -> None:
        if request.POST.get("do") == "end":
            actions.end(mandate_id=id, by=request.actor)
        else:
            actions.change_duties(mandate_id=id, duties=request.POST.getlist("duty"), by=request.actor)

    return _then(request, "ended" if request.POST.get("do") == "end" else "changed", perform)


@require_POST
@signed_in(level=LEVEL)
def take_in(request: HttpRequest) -> HttpResponse:
    """Appoint everybody of a table; where one row is wrong nobody is, and every fault is said with its line."""

    def perform(firm: uuid.UUID) -> None:
        file = request.FILES.get("table")
        content = file.read(MOST_BYTES + 1) if file is not None else b""
        if not 0 < len(content) <= MOST_BYTES:
            raise actions.BadPeople(
                [Fault(0, "请选择不超过 500 KB 的 CSV 文件", "Choose a CSV file of at most 500 KB")]
            )
        actions.appoint_all(organisation_id=firm, content=content, by=request.actor)

    return _then(request, "imported", perform)


@require_GET
@signed_in()
def template(request: HttpRequest) -> HttpResponse:
    """An empty table with the names of the columns."""
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    # With its mark at the beginning, spreadsheets read UTF-8 as such.
    body = "\ufeff" + ",".join(COLUMNS) + "\r\n"
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
