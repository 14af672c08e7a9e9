"""Signatures: who has to sign a draft, for its applicant; what waits for one's own signature, for everybody else."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation.errors import Problem
from tongban.foundation.ids import mask_id
from tongban.foundation.readers import reading_everything
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.queries import signing
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.states import Step
from tongban.kernel.signatures import actions, queries
from tongban.kernel.signatures.states import STATE_NAMES, SignatureState
from tongban.terminals.portal import words
from tongban.terminals.portal.course import Draft, frame, on_draft
from tongban.terminals.ui import codes, parts, sending, texts
from tongban.terminals.ui.rights import LEVELS, signed_in
from tongban.terminals.ui.texts import _, language
from tongban.terminals.ui.whence import address_of

_TONES: dict[str, parts.Tone] = {"asked": "amber", "signed": "green", "refused": "red", "void": ""}
_KEY = "signing_code"


def _state(state: str) -> tuple[str, parts.Tone]:
    return words.either(*STATE_NAMES[SignatureState(state)]), _TONES[state]


def _roles(row: Any) -> str:
    return texts.listed(texts.local(role) for role in row.roles)


@signed_in()
@on_draft
def of_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Who has to sign and how it stands; the button asks everybody who has not been asked under this text."""
    problem, status = "", 200
    if request.method == "POST":
        try:
            cases.ask_signatures(case_id=draft.id, by=request.actor)
            return redirect("application-signatures", draft.id)
        except cases.NotReadyToSign as refused:
            problem = f"{refused.sentence(language())} {refused.todo(language())}"
            status = refused.status
    paper = signing.paper_of(draft.case, draft.application, draft.materials)
    if paper is None:
        raise Http404
    found = queries.standing(draft.id, paper.digest, [one.id_no for one in paper.signers])
    known = {row.id_no: row for row in found.rows}
    rows = [
        {
            "name": one.name,
            "id_no": mask_id(one.id_no),
            "roles": texts.listed(words.said(role) for role in one.roles),
            "row": known.get(one.id_no),
            "state": _state(known[one.id_no].state) if one.id_no in known else (_("还没有请求"), ""),
        }
        for one in paper.signers
    ]
    context = frame(draft, "signatures")
    context |= {
        "rows": rows,
        "standing": found,
        "ready": draft.application.ready,
        "askable": draft.application.ready and bool(found.missing or found.refused),
        "problem": problem,
        "statement": texts.local(paper.text["statement"]),
        "own": any(one.id_no == _own_id(request) for one in paper.signers),
    }
    return render(request, "portal/signatures.html", context, status=status)


def _own_id(request: HttpRequest) -> str:
    person = request.actor.person_id
    return party_queries.person(person).id_no if person else ""


@require_GET
@signed_in()
def to_sign(request: HttpRequest) -> HttpResponse:
    """What waits for the visitor's signature, and what they answered before."""
    answered = [(row, _roles(row), *_state(row.state)) for row in queries.answered(request.actor)]
    waiting = [(row, _roles(row)) for row in queries.to_sign(request.actor)]
    return render(request, "portal/to_sign.html", {"waiting": waiting, "answered": answered})


@require_GET
@signed_in()
def one(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The whole text that one is asked to sign, and nothing else of the case."""
    return _page(request, queries.one_for(request.actor, id))


def _page(
    request: HttpRequest, row: Any, *, error: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    asked = request.session.get(_KEY, {})
    label, tone = _state(row.state)
    digest = row.text.digest
    context = {
        "row": row,
        "text": row.text.text,
        "roles": _roles(row),
        "state": label,
        "tone": tone,
        "open": row.state == SignatureState.ASKED,
        "low": request.actor.level < row.level,
        "level": LEVELS[min(row.level, 4)],
        "digest": " ".join(digest[at : at + 8] for at in range(0, 64, 8)),
        "statement": texts.local(row.text.text["statement"]),
        "code_asked": asked.get("for") == str(row.pk),
        "code": asked.get("code", "") if asked.get("for") == str(row.pk) else "",
        "error": error,
        "refusal": refusal,
    }
    return render(request, "portal/signature.html", context, status=status)


@signed_in()
@require_POST
def code(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Send a fresh code to the signer's own account; the page then asks for it."""
    row = queries.one_for(request.actor, id)
    account = party_queries.account(request.actor.account_id)
    if account is None:
        raise Http404
    _count(request, Step.ASK, str(account.pk))
    sent = parties.ask_code(account=account)
    codes.send(account, sent)
    request.session[_KEY] = {"for": str(row.pk), "code": sent if settings.DEMO else ""}
    return redirect(f"{request.path.removesuffix('code/')}#sign")


def _count(request: HttpRequest, step: Step, who: str) -> None:
    # Whoever is signed in counts for themself; nobody else can use up their share.
    parties.admit(step=step, who=who, address=address_of(request), device="signing")


@signed_in()
@require_POST
def sign(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Sign with the code; a wrong one is said on the same page."""
    try:
        _count(request, Step.TRY, str(request.actor.account_id))
        actions.sign(id=id, code=request.POST.get("code", ""), by=request.actor)
    except parties.WrongCode as problem:
        return _again(request, id, problem)
    request.session.pop(_KEY, None)
    return redirect("signature", id)


def _again(request: HttpRequest, id: uuid.UUID, problem: Problem, *, refusing: bool = False) -> HttpResponse:
    said = f"{problem.sentence(language())} {problem.todo(language())}"
    row = queries.one_for(request.actor, id)
    return _page(
        request, row, error="" if refusing else said, refusal=said if refusing else "", status=problem.status
    )


@signed_in()
@require_POST
def refuse(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Decline, with a reason that the applicant reads."""
    try:
        actions.refuse(id=id, reason=request.POST.get("reason", ""), by=request.actor)
    except actions.ReasonMissing as problem:
        return _again(request, id, problem, refusing=True)
    return redirect("signature", id)


@require_GET
@signed_in()
def file(request: HttpRequest, id: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """A file that belongs to the text one is asked to sign, as a download; no other of the case."""
    found = queries.one_for(request.actor, id)
    named = {one["row"]: one["sha256"] for one in found.text.text["files"]}
    with (
        reading_everything()
    ):  # the case is not the signer's: which of its files they may read, the text says
        stored = case_queries.files_under(found.text.case_id, named).get(row)
    if stored is None:
        raise Http404
    return sending.file(request, stored)
