"""An appeal told at the window: the clerk hands it in for the enterprise in front of them, and prints who answers by when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation.errors import Problem
from tongban.foundation.ids import uuid7
from tongban.kernel.access.states import Permission
from tongban.kernel.receptions import actions as receptions
from tongban.kernel.receptions import queries
from tongban.kernel.receptions.states import PROOF_NAMES, Proof, Purpose
from tongban.modules.appeals import actions
from tongban.modules.appeals.actions import BadAppeal
from tongban.modules.appeals.states import Channel
from tongban.terminals.counter import words as counter
from tongban.terminals.ui import appealwords as words
from tongban.terminals.ui import attached, looking, pages, parts
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _

_WHO = ("name", "id_no", "uscc", "proof", "hall")
_TYPED = (*_WHO, "title", "words", "wanted", "contact", "urgent", "confidential")


@staff(Permission.CASE_RECEIVE)
def new(request: HttpRequest) -> HttpResponse:
    """First the category, then who is at the window, checked by their card, and what the enterprise asks for."""
    form, named = request.POST, words.Names()
    problem: Problem | None = None
    if request.method == "POST":
        try:
            row = _file(request)
        except Problem as refused:
            problem = refused
        else:
            return _done(request, row, named)
    code = form.get("category") or request.GET.get("category", "")
    chosen = named.book.categories.get(code)
    context = {
        "groups": named.groups(),
        "chosen": chosen,
        "chosen_name": named.category(code) if chosen else "",
        "questions": [*words.any_subform(chosen, form), *words.form(chosen, form)],
        "halls": [(one.code, counter.hall(one)) for one in queries.halls_of(request.actor)],
        "proofs": [(one.value, counter.pick(PROOF_NAMES[one])) for one in Proof],
        "typed": {name: form.get(name, "") for name in _TYPED},
        "token": form.get("token") or str(uuid7()),
        "problem": pages.said(problem),
    }
    return render(request, "counter/appeal.html", context, status=problem.status if problem else 200)


def _file(request: HttpRequest) -> Any:
    """Check who is there and for which enterprise, then hand in; sent again after a break it is the same appeal."""
    form = request.POST
    who = {name: form.get(name, "") for name in _WHO}
    acting = receptions.show(purpose=Purpose.APPEAL, by=request.actor, **who)
    if acting.organisation_id is None:
        raise BadAppeal(
            sentence_zh="没有填写企业的统一社会信用代码。",
            sentence_en="The enterprise's unified social credit code is missing.",
            todo_zh="企业诉求由企业提出，请填写营业执照上的 18 位代码。",
            todo_en="Appeals are of enterprises: write the 18 signs on the business licence.",
        )
    return actions.file_appeal(
        organisation_id=acting.organisation_id,
        category=form.get("category", ""),
        title=form.get("title", ""),
        words=form.get("words", ""),
        wanted=form.get("wanted", ""),
        contact=form.get("contact", "") or form.get("name", ""),
        answers=words.given(form),
        subcategory=form.get("sub", "")[:60],
        urgent=bool(form.get("urgent")),
        confidential=bool(form.get("confidential")),
        reference=form.get("token", "")[:60],
        files=attached.taken(request),
        channel=Channel.WINDOW,
        by=request.actor,
    )


def _done(request: HttpRequest, row: Any, named: words.Names) -> HttpResponse:
    """The receipt: number, office and day, for the enterprise to take along."""
    looking.at(request, row)
    pairs = [
        parts.Pair(_("编号"), row.number),
        parts.Pair(_("企业"), row.organisation),
        parts.Pair(_("类别"), named.within(row)),
        parts.Pair(_("主办单位"), named.office(row.agency) if row.agency else _("正在分派")),
        parts.Pair(_("办结答复"), _("{day}前", day=cndate(row.close_on)) if row.close_on else ""),
    ]
    response = render(request, "counter/appealed.html", {"pairs": pairs, "title": row.title})
    response.headers["Cache-Control"] = "no-store"
    return response
