"""Who somebody is, confirmed at the window: the document is in the officer's hand, the code is of the person's account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.foundation.errors import Problem
from tongban.kernel.access.states import Permission
from tongban.kernel.identities import actions
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Step
from tongban.terminals.ui.documentwords import DOCUMENTS
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.whence import address_of

_FIELDS = ("code", "name", "id_type", "id_no", "country")


@staff(Permission.CASE_RECEIVE)
@fresh
def page(request: HttpRequest) -> HttpResponse:
    """Compare document and account, and raise the account's level. Numbers go by POST alone and are not shown again."""
    typed = {name: request.POST.get(name, "").replace("\x00", "")[:60] for name in _FIELDS}
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _verify(request, typed)
        except Problem as refused:
            problem = refused
        else:
            return redirect(f"{reverse('counter-identities')}?done=1")
    context = {
        "typed": typed | {"id_no": "", "id_type": typed["id_type"] or "111"},
        "documents": [(one.value, label) for one, label in DOCUMENTS.items()],
        "done": "done" in request.GET and problem is None,
        "problem": said(problem),
    }
    return render(request, "counter/identities.html", context, status=problem.status if problem else 200)


def _verify(request: HttpRequest, typed: dict[str, str]) -> None:
    if "seen" not in request.POST:
        raise actions.BadParticulars(
            sentence_zh="请先核对证件原件和本人。",
            sentence_en="Look at the original and at the person first.",
            todo_zh="核对无误后勾选，再确认。",
            todo_en="Tick the box when both agree, then confirm.",
        )
    # An officer cannot try codes or numbers without end.
    who = str(request.actor.account_id)
    parties.admit(step=Step.TRY, who=who, address=address_of(request), device="counter-verifying")
    row = actions.verify_at_counter(**typed, by=request.actor)
    if not row.matched:
        raise actions.refusal()
