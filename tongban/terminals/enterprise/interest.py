"""Banks' reports of the interest that firms paid: a table is sent, checked row by row, taken whole, and withdrawn where wrong."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.modules.claims import actions, rules
from tongban.modules.claims.calc.reports import COLUMNS, MOST_ROWS, Fault
from tongban.modules.claims.queries import reports as queries
from tongban.modules.claims.states import REPORT_NAMES, ReportState
from tongban.terminals.ui import texts
from tongban.terminals.ui.factwords import money
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _

PAGE, MOST_BYTES, LEVEL = 20, 1_000_000, 3
_SHOWN = 100  # faults that a page shows; the others come when these are corrected


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


@require_http_methods(["GET", "POST"])
@signed_in(level=LEVEL)
def page(request: HttpRequest) -> HttpResponse:
    """The form, what is wrong with the table that was sent, and the bank's reports."""
    if request.method != "POST":
        return _show(request)
    file = request.FILES.get("table")
    content = file.read(MOST_BYTES + 1) if file is not None else b""
    try:
        if not 0 < len(content) <= MOST_BYTES:
            raise actions.BadTable(
                [Fault(0, "请选择不超过 1 MB 的 CSV 文件", "choose a CSV file of at most 1 MB")]
            )
        actions.send_report(fact=request.POST.get("kind", ""), content=content, by=request.actor)
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show(request, problem)
    return redirect(f"{reverse('policies-interest')}?done=sent")


def _show(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    bank, kinds = queries.bank_of(request.actor), queries.kinds()
    rows = Paginator(queries.reports(request.actor), PAGE).get_page(request.GET.get("page"))
    faults = getattr(problem, "faults", ())
    names = {fact: _pick((one.zh, one.en)) for fact, one in kinds.items()}
    context = {
        "name": bank.name,
        "year": time.today().year - 1,
        "kinds": [(fact, names[fact], fact == request.POST.get("kind")) for fact in kinds],
        "columns": ", ".join(COLUMNS),
        "most": MOST_ROWS,
        "faults": [(one.line, _pick((one.zh, one.en))) for one in faults[:_SHOWN]],
        "more": max(0, len(faults) - _SHOWN),
        "page": rows,
        "rows": [
            {
                "id": one.pk,
                "kind": names.get(one.fact, one.fact),
                "year": one.year,
                "many": one.many,
                "interest": money(one.interest_fen),
                "at": one.sent_at,
                "digest": one.digest,
                "state": _pick(REPORT_NAMES[ReportState(one.state)]),
                "in_force": one.state == ReportState.IN_FORCE,
            }
            for one in rows.object_list
        ],
        "done": {"sent": _("已收下，企业画像已更新"), "withdrawn": _("已撤回")}.get(
            request.GET.get("done", ""), ""
        ),
        "problem": said(problem),
    }
    return render(request, "enterprise/interest.html", context, status=problem.status if problem else 200)


@require_POST
@signed_in(level=LEVEL)
def withdraw(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Take a wrong report back."""
    try:
        actions.withdraw_report(report_id=id, by=request.actor)
    except rules.NoSuchClaim:
        raise
    except Problem as problem:
        return _show(request, problem)
    return redirect(f"{reverse('policies-interest')}?done=withdrawn")


@require_GET
@signed_in(level=LEVEL)
def template(request: HttpRequest) -> HttpResponse:
    """An empty table with the names of the columns."""
    queries.bank_of(request.actor)
    headers = {"Content-Disposition": 'attachment; filename="interest.csv"'}
    return HttpResponse(",".join(COLUMNS) + "\r\n", content_type="text/csv; charset=utf-8", headers=headers)
