"""Licences that an agency issued: found by number or holder, what happened to each, and the acts that the law allows."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_id, mask_name
from tongban.kernel.access.states import Permission
from tongban.kernel.credentials import actions, queries
from tongban.kernel.credentials.actions import NotEnoughSaid
from tongban.kernel.credentials.queries import NoSuchCredential
from tongban.kernel.credentials.states import LIFE, STATE_CODES, STATE_NAMES, Act, ActState, CredentialState
from tongban.kernel.documents import queries as documents
from tongban.kernel.outcomes import actions as outcomes
from tongban.kernel.parties import queries as parties
from tongban.modules.looks.states import Kind as Look
from tongban.terminals.desk import words
from tongban.terminals.ui import looking, parts, sending, texts
from tongban.terminals.ui.fresh import fresh
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

PAGE = 20
TONES: dict[CredentialState, parts.Tone] = {
    CredentialState.VALID: "green",
    CredentialState.SUSPENDED: "amber",
    CredentialState.MOVED: "amber",
}
_P = Permission
_TYPED = ("act", "ground", "reasons", "document_no", "until", "note")


def _state(row: Any) -> tuple[str, parts.Tone, str]:
    state = queries.state_on(row, time.today())
    return words.pick(STATE_NAMES[state]), TONES.get(state, "red"), STATE_CODES[state]


@staff(_P.CREDENTIAL_MANAGE, _P.CASE_HEAD)
@require_GET
def licences(request: HttpRequest) -> HttpResponse:
    """The agency's licences, newest first, or those of one number or holder; above them what waits for the head."""
    wanted = request.GET.get("q", "").replace("\x00", "")[:120]
    page = Paginator(queries.found_by(request.actor, wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "q": wanted,
        "page": page,
        "query": f"q={wanted}" if wanted else "",
        "rows": [_row(one) for one in page],
        "proposals": [_proposal(one) for one in queries.proposals(request.actor)],
    }
    return render(request, "desk/licences.html", context)


def _row(row: Any) -> dict[str, Any]:
    state, tone, code = _state(row)
    return {
        "url": reverse("desk-licence", args=[row.pk]),
        "number": row.number,
        "name": words.pick((row.name_zh, row.name_en)),
        "holder": mask_name(row.holder_name) if row.holder_kind == "person" else row.holder_name,
        "until": row.valid_until,
        "state": state,
        "tone": tone,
        "code": code,
    }


def _proposal(act: Any) -> dict[str, Any]:
    row = LIFE[Act(act.act)]
    return {
        "url": reverse("desk-licence", args=[act.credential_id]),
        "act": words.pick((row.zh, row.en)),
        "number": act.credential.number,
        "name": words.pick((act.credential.name_zh, act.credential.name_en)),
        "at": act.proposed_at,
    }


@staff(_P.CREDENTIAL_MANAGE, _P.CASE_HEAD)
@require_GET
def licence(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One licence: what it says, what happened to it, what can be done with it now."""
    context = _context(request, id)
    done = request.GET.get("done", "")
    context["done"] = _done(done) if done in {*Act, "agree", "not_agree"} else ""
    return render(request, "desk/licence.html", context)


def _done(verb: str) -> str:
    if verb in set(Act):
        row = LIFE[Act(verb)]
        name = words.pick((row.zh, row.en))
        return _("已提请{act}，等负责人决定", act=name) if row.agreed else _("已{verb}", verb=name)
    return _("已同意，立即生效") if verb == "agree" else _("已退回提请的人")


def _context(
    request: HttpRequest, id: uuid.UUID, failed: str = "", problem: Problem | None = None
) -> dict[str, Any]:
    row = queries.managed(request.actor).filter(pk=id).first()
    if row is None:
        raise queries.no_such()
    looking.at(request, row, about=None)
    language, proposal = texts.language(), queries.proposal_of(row)
    state, manages = queries.state_on(row, time.today()), queries.may(request.actor, row, "manage")
    said = {"sentence": problem.sentence(language), "todo": problem.todo(language)} if problem else None
    history = queries.acts_on(row)
    names = parties.account_names(
        one for act in history for one in (act.proposed_by, act.decided_by) if one is not None
    )
    return {
        "row": row,
        "head": _row(row),
        "fields": [(texts.local(one["label"]), _shown(one)) for one in row.fields],
        "editable": [(one["id"], texts.local(one["label"]), str(one["value"])) for one in row.fields],
        "newer": queries.replaced_by(row),
        "older": row.replaces,
        "history": [_history(one, names) for one in history],
        "verbs": [_verb(line) for line in LIFE.values() if state in line.before]
        if manages and proposal is None
        else [],
        "proposal": _history(proposal, names) if proposal else None,
        "proposal_id": proposal.pk if proposal else None,
        "can_agree": proposal is not None
        and proposal.proposed_by != request.actor.account_id
        and queries.may(request.actor, row, "agree"),
        "failed": failed,
        "typed": {name: request.POST.get(name, "") if failed else "" for name in _TYPED},
        "problem": said,
        "done": "",
        "today": time.today(),
    }


def _shown(field: Any) -> str:
    return mask_id(str(field["value"])) if field["privacy"] == "sensitive" else str(field["value"])


def _verb(line: Any) -> dict[str, Any]:
    return {
        "id": line.act.value,
        "name": words.pick((line.zh, line.en)),
        "grounds": [(one.id, words.pick((one.zh, one.en)), one.basis) for one in line.grounds],
        "agreed": line.agreed,
        "until": line.act == Act.SUSPEND,
        "fields": line.act == Act.REISSUE,
    }


def _history(act: Any, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    row = LIFE[Act(act.act)]
    ground = next((one for one in row.grounds if one.id == act.ground), None)
    states = {ActState.PROPOSED: _("等负责人决定"), ActState.REJECTED: _("负责人没有同意"), ActState.DONE: ""}
    return {
        "act": words.pick((row.zh, row.en)),
        "state": states[ActState(act.state)],
        "ground": words.pick((ground.zh, ground.en)) if ground else "",
        "basis": ground.basis if ground else "",
        "reasons": act.reasons,
        "document_no": act.document_no,
        "until": act.until,
        "note": act.note or "",
        "by": names.get(act.proposed_by, _("系统")) if act.proposed_by else _("系统"),
        "agreed_by": names.get(act.decided_by, "") if act.decided_by != act.proposed_by else "",
        "at": act.decided_at or act.proposed_at,
        "letter_url": reverse("desk-licence-letter", args=[act.credential_id, act.pk])
        if documents.letters_about(act.pk)
        else "",
    }


def _do(request: HttpRequest, id: uuid.UUID, verb: str, perform: Callable[[], Any]) -> HttpResponse:
    back = reverse("desk-licence", args=[id])
    if request.method != "POST":  # after signing in again the browser comes back by GET
        return HttpResponseRedirect(back)
    try:
        perform()
    except NoSuchCredential:
        raise
    except Problem as problem:
        return render(
            request, "desk/licence.html", _context(request, id, verb, problem), status=problem.status
        )
    return HttpResponseRedirect(f"{back}?done={verb}")


@staff(_P.CREDENTIAL_MANAGE)
@fresh
def act(request: HttpRequest, id: uuid.UUID, verb: str) -> HttpResponse:
    """Do, or propose, what the table allows."""
    if verb not in set(Act):
        raise Http404
    typed = request.POST

    def perform() -> object:
        if verb == Act.REISSUE:
            changes = {key.removeprefix("f-"): value for key, value in typed.items() if key.startswith("f-")}
            return outcomes.reissue(
                credential_id=id,
                ground=typed.get("ground", ""),
                reasons=typed.get("reasons", ""),
                changes=changes,
                by=request.actor,
            )
        return actions.propose(
            credential_id=id,
            act=Act(verb),
            ground=typed.get("ground", ""),
            reasons=typed.get("reasons", ""),
            document_no=typed.get("document_no", ""),
            until=_day(typed.get("until", "")),
            by=request.actor,
        )

    return _do(request, id, verb, perform)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise NotEnoughSaid(
            sentence_zh="日期没有填对。",
            sentence_en="The day is wrong.",
            todo_zh="请选择日期，或者留空。",
            todo_en="Choose a day, or leave it empty.",
        ) from wrong


@staff(_P.CASE_HEAD)
@fresh
def agree(request: HttpRequest, id: uuid.UUID, act: uuid.UUID) -> HttpResponse:
    """The head agrees to what was proposed, or does not, saying why."""
    if request.POST.get("agree") == "yes":
        return _do(request, id, "agree", lambda: actions.agree(act_id=act, by=request.actor))
    note = request.POST.get("note", "")
    return _do(request, id, "not_agree", lambda: actions.not_agree(act_id=act, note=note, by=request.actor))


@staff(_P.CREDENTIAL_MANAGE, _P.CASE_HEAD)
@require_GET
def letter(request: HttpRequest, id: uuid.UUID, act: uuid.UUID) -> HttpResponse:
    """The letter about an act."""
    row = queries.managed(request.actor).filter(pk=id).first()
    if row is None or all(one.pk != act for one in queries.acts_on(row)):
        raise Http404
    letters = documents.letters_about(act)
    if not letters:
        raise Http404
    looking.at(request, row, Look.FILE, about=None)
    return sending.file(request, letters[0].file, inline=True)
