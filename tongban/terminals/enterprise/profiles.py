"""The profile: every attribute that policies read, from which department, as of when, how far it can be relied on.

Its subject disputes what is wrong, says what nobody has told the city yet, and sees what was known for each award.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.foundation.criteria import FactType
from tongban.foundation.errors import Problem
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import FileRefused
from tongban.kernel.documents.states import MEGABYTE
from tongban.kernel.parties import actions
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.states import DisputeState, FactState, SubjectKind
from tongban.modules.policies.calc.definition import DeclaredFact
from tongban.modules.policies.calc.matching import facts_asked
from tongban.modules.policies.queries import awards, published
from tongban.modules.policies.states import AWARD_NAMES, AwardState
from tongban.terminals.enterprise.views import name_of, profile_of_actor, subject_of
from tongban.terminals.ui import factforms, factwords, texts, told
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui.pages import said
from tongban.terminals.ui.rights import signed_in
from tongban.terminals.ui.texts import _, later

MOST_MB = 10
KINDS = {"organisation": SubjectKind.ORGANISATION, "person": SubjectKind.PERSON}
_ANSWERS = {
    DisputeState.OPEN: later("异议已提交，来源部门核实中"),
    DisputeState.CORRECTED: later("异议已答复：已更正"),
    DisputeState.KEPT: later("异议已答复：维持不变"),
}


def _audience(request: HttpRequest) -> str:
    return "organisation" if request.actor.organisation_id else "person"


@require_GET
@signed_in()
def profile(request: HttpRequest) -> HttpResponse:
    """Every attribute, by department, with what reads it; and the snapshots of awards."""
    actor, audience = request.actor, _audience(request)
    held, known = published.in_force(), profile_of_actor(actor, audience)
    subject = subject_of(actor, audience)
    asked = published.facts_read(audience)
    readers, declared = _readers(held, audience), catalogue.documents(DocumentKind.FACT)
    disputes = parties.own_disputes(actor, subject) if subject else {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in asked:
        row = told.fact(name, known, held.policies, _masked(declared))
        groups.setdefault(row.agency, []).append(_row(row, readers.get(name, []), declared, disputes))
    states = [row["fact"].code for rows in groups.values() for row in rows]
    context = {
        "name": name_of(actor, audience),
        "groups": list(groups.items()),
        "asked": len(asked),
        "counts": [
            (_("已知"), states.count(FactState.KNOWN)),
            (_("没有查到"), states.count("")),
            (_("可能过期"), states.count(FactState.STALE)),
            (_("有异议"), states.count(FactState.DISPUTED)),
            (_("自报，待核实"), states.count(FactState.DECLARED)),
        ],
        "snapshots": [_snapshot(one) for one in awards.own_snapshots(actor, subject)] if subject else [],
        "organisation": audience == "organisation",
        "organisations": parties.organisations_of(actor) if actor.represents else [],
    }
    return render(request, "enterprise/profile.html", context)


def _masked(declared: Mapping[str, Any]) -> set[str]:
    return {name for name, data in declared.items() if data["privacy"] == "sensitive"} | {
        "org.bank_account",
        "person.bank_account",
    }


def _readers(held: published.InForce, audience: str) -> dict[str, list[tuple[str, str]]]:
    """The items that read each fact: name and address."""
    found: dict[str, list[tuple[str, str]]] = {}
    for offer in held.matchers[audience].terms.offers:
        for name in facts_asked([offer]):
            found.setdefault(name, []).append(
                (words.said(offer.item.name), reverse("subsidy", args=[offer.code]))
            )
    return found


def _row(
    row: told.Known, readers: list[tuple[str, str]], declared: Mapping[str, Any], disputes: Mapping[str, Any]
) -> dict[str, Any]:
    data, dispute = declared.get(row.name, {}), disputes.get(row.name)
    return {
        "fact": row,
        "readers": readers,
        "can_dispute": row.code in (FactState.KNOWN, FactState.STALE) and bool(data),
        "can_declare": row.code in ("", FactState.DECLARED) and bool(data.get("declarable")),
        "dispute": str(_ANSWERS[DisputeState(dispute.state)]) if dispute else "",
        "shown": dispute is not None and dispute.file_id is not None,
        "answer": dispute.answer if dispute and dispute.answer else "",
    }


def _snapshot(award: Any) -> dict[str, Any]:
    name = AWARD_NAMES[AwardState(award.state)]
    return {
        "url": reverse("policies-snapshot", args=[award.snapshot_id]),
        "item": words.said(awards.offer_of(award.batch).item.name),
        "as_of": award.snapshot.as_of,
        "digest": award.snapshot.digest,
        "state": name[1] if texts.language() == texts.ENGLISH else name[0],
    }


@require_GET
@signed_in()
def snapshot(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What was known when an award was decided about; it never changes, and its digest says so."""
    award = awards.own_snapshot(request.actor, id)
    held, declared = published.in_force(), catalogue.documents(DocumentKind.FACT)
    masked = _masked(declared)
    rows = []
    for name, value in sorted(award.snapshot.values.items()):
        fact = held.policies.facts.get(name)
        shown = factwords.value(value, fact.type if fact else FactType.MONEY, fact)
        rows.append(
            (
                words.label(name, held.policies),
                f"**** {str(value)[-4:]}" if name in masked else shown,
                words.said(held.policies.source_of(name)),
            )
        )
    context = {
        **_snapshot(award),
        "award": reverse("award", args=[award.pk]),
        "rows": rows,
        "same": awards.digest_of(award.snapshot.values) == award.snapshot.digest,
    }
    return render(request, "enterprise/snapshot.html", context)


@require_GET
@signed_in()
def told_dispute(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """From the notice of an answer to the fact in the profile."""
    actor = request.actor
    subjects = [one for one in (actor.organisation_id, actor.person_id, *actor.represents) if one]
    for subject in subjects:
        for name, row in parties.own_disputes(actor, subject).items():
            if row.pk == id:
                return redirect(f"{reverse('policies-profile')}#{name}")
    raise Http404


def _fact_or_404(request: HttpRequest, name: str) -> tuple[DeclaredFact, dict[str, Any], uuid.UUID]:
    """A fact about the one for whom the pages speak."""
    audience = _audience(request)
    data = catalogue.documents(DocumentKind.FACT).get(name)
    fact = published.in_force().policies.facts.get(name)
    subject = subject_of(request.actor, audience)
    if data is None or fact is None or subject is None or data["subject"] != audience:
        raise Http404
    return fact, data, subject


@require_http_methods(["GET", "POST"])
@signed_in()
def dispute(request: HttpRequest, name: str) -> HttpResponse:
    """Say that a fact is wrong, why, and what would be right."""
    fact, data, subject = _fact_or_404(request, name)
    known = profile_of_actor(request.actor, _audience(request)).known.get(name)
    if known is None or known.state is FactState.DECLARED:
        raise Http404
    problem: Problem | None = None
    if request.method == "POST":
        try:
            text = request.POST.get("claimed", "")
            claimed = factforms.typed(fact, text) if text.strip() else None
            actions.dispute_with_words(
                subject_id=subject,
                name=name,
                agency=data["source"],
                reason=request.POST.get("reason", ""),
                claimed=claimed,
                file_id=_file(request),
                by=request.actor,
            )
        except (factforms.BadValue, actions.WordsMissing, FileRefused) as failed:
            problem = failed
        else:
            return redirect(f"{reverse('policies-profile')}#{name}")
    return _form(request, "enterprise/fact_dispute.html", fact, data, problem)


def _file(request: HttpRequest) -> uuid.UUID | None:
    """The file that goes with a dispute, looked at and kept; None without one. Raises FileRefused."""
    file = request.FILES.get("file")
    if file is None:
        return None
    return documents.take_in(
        chunks=file.chunks(),
        name=file.name,
        formats=("jpg", "png", "pdf"),
        most_bytes=MOST_MB * MEGABYTE,
        by=request.actor,
    ).pk


@require_http_methods(["GET", "POST"])
@signed_in()
def declare(request: HttpRequest, name: str) -> HttpResponse:
    """Say what nobody has told the city, where the pack allows that; it is marked, and nothing is granted by it."""
    fact, data, subject = _fact_or_404(request, name)
    if not data.get("declarable"):
        raise Http404
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.declare_fact(
                subject_kind=KINDS[_audience(request)],
                subject_id=subject,
                name=name,
                value=factforms.typed(fact, request.POST.get("claimed", "")),
                by=request.actor,
            )
        except (factforms.BadValue, actions.AlreadyKnown) as failed:
            problem = failed
        else:
            return redirect(f"{reverse('policies-profile')}#{name}")
    return _form(request, "enterprise/fact_declare.html", fact, data, problem)


def _form(
    request: HttpRequest, template: str, fact: DeclaredFact, data: Mapping[str, Any], problem: Problem | None
) -> HttpResponse:
    held, audience = published.in_force(), _audience(request)
    context = {
        "fact": told.fact(
            fact.name, profile_of_actor(request.actor, audience), held.policies, _masked({fact.name: data})
        ),
        "control": factforms.control(fact),
        "claimed": request.POST.get("claimed", ""),
        "reason": request.POST.get("reason", ""),
        "problem": said(problem),
        "field_bad": isinstance(problem, factforms.BadValue),
        "file_bad": isinstance(problem, FileRefused),
        "most_mb": MOST_MB,
    }
    return render(request, template, context, status=problem.status if problem else 200)
