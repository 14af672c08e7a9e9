"""What an applicant does in the middle of a case: ask for a hearing, supply what was promised, promise it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.foundation import time
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions.hearings import may_ask
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import FileRefused
from tongban.kernel.documents.states import MEGABYTE
from tongban.terminals.portal.views.cases import confirm, shown_case
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _
from tongban.terminals.ui.views import not_found


@signed_in()
def ask_hearing(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask once more, then ask for the hearing; the clocks stand still."""
    case = cases.case_for(request.actor, id, "edit")
    if request.method == "POST":
        actions.ask_hearing(case_id=id, by=request.actor)
        return redirect("case", id)
    if not may_ask(case, cases.hearing_of(case)):
        return redirect("case", id)
    return confirm(
        request,
        title=_("申请听证"),
        text=_(
            "申请后，本机关应当在二十个工作日内组织听证，并提前七日通知时间和地点。听证不收费，所需时间不计入办理期限。"
        ),
        button=_("确认申请听证"),
        back=reverse("case", args=[id]),
        danger=False,
    )


@signed_in()
@require_POST
def supply(request: HttpRequest, id: uuid.UUID, material: str) -> HttpResponse:
    """Take in the file of a material that was promised; a refused one is explained on the case's page."""
    case = cases.case_for(request.actor, id, "edit")
    wanted = next((one for one in cases.version_of(case).definition.materials if one.id == material), None)
    if wanted is None:
        return not_found(request)
    file = request.FILES.get("file")
    problem = _("请先选择文件。") if file is None else ""
    if file is not None:
        try:
            stored = documents.take_in(
                chunks=file.chunks(),
                name=file.name,
                formats=wanted.formats,
                most_bytes=wanted.max_mb * MEGABYTE,
                by=request.actor,
            )
            actions.supply(case_id=id, material=material, file=stored, by=request.actor)
        except FileRefused as refused:
            problem = f"{refused.sentence(texts.language())} {refused.todo(texts.language())}"
    if problem:
        return shown_case(request, case, supply_error=(material, problem))
    return redirect(f"{reverse('case', args=[id])}#deferrals")


@signed_in()
@require_POST
def defer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Note on the draft which materials shall follow (容缺受理); free to change until it is handed in."""
    case = cases.case_for(request.actor, id, "edit")
    open_to_promise = set(cases.application(case, time.today()).deferrable)
    chosen = [one for one in request.POST.getlist("deferred") if one in open_to_promise]
    actions.save(case_id=id, by=request.actor, deferred=chosen)
    return redirect("application-materials", id)
