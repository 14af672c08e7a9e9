"""The sealed log in public, and what of it speaks of one's own case: to be kept, and checked without us."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from tongban.foundation.time import SHANGHAI
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.states import TRANSITIONS
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.states import CREDENTIAL_ISSUED
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.states import LETTER_ISSUED
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import EVENTS
from tongban.kernel.evidence import queries as evidence
from tongban.terminals.portal import words
from tongban.terminals.ui.rights import open_to_all, signed_in
from tongban.terminals.ui.texts import _

# What an applicant is told anyway: how the case came from state to state, and its letters.
_TOLD = {row.event for row in TRANSITIONS.values()} | {LETTER_ISSUED}


@open_to_all("whoever checks must not have to ask")
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, its key and its last signed heads."""
    heads = evidence.heads()
    context = {"heads": heads, "newest": heads[0] if heads else None}
    return render(request, "portal/log.html", context | {"fingerprint": evidence.fingerprint(evidence.key())})


@open_to_all("whoever checks must not have to ask")
def head(request: HttpRequest) -> HttpResponse:
    """The last signed head and the key, as evidence of no event: to be kept and compared later."""
    return JsonResponse(evidence.evidence([]), json_dumps_params={"ensure_ascii": False, "indent": 1})


@open_to_all("whoever checks must not have to ask")
def grown(request: HttpRequest) -> HttpResponse:
    """The proof that the log of `to` entries begins with that of `from` entries."""
    newest = evidence.newest()
    size = newest.size if newest else 0
    try:
        old, new = int(request.GET.get("from", "")), int(request.GET.get("to", "") or size)
        if new > size:
            raise ValueError(new)
        proof = evidence.grown(old, new)
    except (ValueError, KeyError):
        error = _("from 和 to 是日志的条数，from 不小于 1、不大于 to，to 不大于 {size}。", size=size)
        return JsonResponse({"error": error}, status=422, json_dumps_params={"ensure_ascii": False})
    return JsonResponse({"from": old, "to": new, "proof": proof})


def _told(case: Any) -> list[Any]:
    """The events of a case that its applicant is told of, oldest first."""
    letters = [letter.pk for letter in documents.letters_about(case.pk)]
    return events.histories([case.pk, *letters], _TOLD)


@signed_in()
def of_case(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What happened to a case, and where each event stands in the log."""
    case = cases.case_for(request.actor, id)
    rows = _told(case)
    numbers = evidence.numbers_of(row.pk for row in rows)
    newest = evidence.newest()
    size = newest.size if newest else 0
    kinds = {str(letter.pk): words.LETTERS[letter.kind] for letter in documents.letters_about(case.pk)}
    lines = [
        {
            "what": _sentence(row, kinds),
            "at": row.at.astimezone(SHANGHAI),
            "number": numbers[row.pk] + 1 if numbers.get(row.pk, size) < size else None,
        }
        for row in rows
    ]
    context = {
        "case": case,
        "name": words.said(cases.version_of(case).definition.name),
        "lines": lines,
        "newest": newest,
        "waiting": sum(line["number"] is None for line in lines),
        "own": not request.actor.is_staff,
        "log_address": request.build_absolute_uri(reverse("log")),
    }
    return render(request, "portal/evidence.html", context)


def _sentence(row: Any, kinds: dict[str, Any]) -> str:
    kind = kinds.get(str(row.subject_id))
    if kind is not None:
        return _("出具文书：{kind}", kind=kind)
    return words.either(EVENTS[row.name].sentence_zh, EVENTS[row.name].sentence_en)


@signed_in()
def file(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The evidence of a case, as a file; with `content`, for the applicant alone, what was handed in as well."""
    whole = "content" in request.GET
    case = cases.case_for(request.actor, id, "edit" if whole else "view")
    document = evidence.evidence(_told(case))
    if whole:
        document["content"] = cases.content_of(case, cases.materials_of(case))
    return _download(document, f"{case.short_no}-evidence.json")


@open_to_all("whoever holds a paper may see that it was sealed")
def of_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The evidence that a letter or a licence was issued, by the code printed on it: identifiers and digests only."""
    paper = credentials.by_code(code) or documents.letter_by_code(code)
    if paper is None:
        raise Http404
    return _download(evidence.evidence(issued(paper)), f"{paper.number}-evidence.json")


def issued(paper: Any) -> list[Any]:
    """The event by which a letter or a licence was issued."""
    return events.histories([paper.pk], {LETTER_ISSUED, CREDENTIAL_ISSUED})


def place_in_log(paper: Any) -> dict[str, Any] | None:
    """Where the paper stands in the log, and under which signed head; None while it waits for its seal."""
    newest = evidence.newest()
    number = next(iter(evidence.numbers_of(row.pk for row in issued(paper)).values()), None)
    if newest is None or number is None or number >= newest.size:
        return None
    return {"number": number + 1, "size": newest.size, "at": newest.at.astimezone(SHANGHAI)}


def _download(document: dict[str, Any], name: str) -> HttpResponse:
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
