"""What a village or community may be asked for, what not, and what to do instead."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.foundation.guides.village import named
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind, ItemType
from tongban.terminals.portal import words
from tongban.terminals.portal.views.guide import link
from tongban.terminals.ui import texts
from tongban.terminals.ui.rights import open_to_all

_MOST_SHOWN = 2  # beside search results
_SHORTEST = 3  # a shorter query names no proof: "出生" may mean the registration of a birth


def _list() -> Mapping[str, Any]:
    return catalogue.documents(DocumentKind.PACK).get("village-proofs", {})


def _shown(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id": one["id"],
        "name": texts.local(one["name"]),
        "at": texts.local(one["at"]),
        "instead": texts.local(one["instead"]),
    }


def _fits(one: Mapping[str, Any], text: str) -> bool:
    low = text.lower()
    return bool(list(named(text, [one]))) or low in one["name"]["zh"] or low in one["name"]["en"].lower()


def banned(text: str) -> list[dict[str, str]]:
    """The proofs of the negative list that somebody searches for; a query that asks for no proof finds none."""
    asks = "证明" in text or "proof" in text.lower() or "村" in text or "社区" in text or "居委" in text
    if len(text) < _SHORTEST or not asks:
        return []
    return [_shown(one) for one in _list().get("negative", ()) if _fits(one, text)][:_MOST_SHOWN]


@open_to_all("what a village may be asked for is public by the rule that limits it")
def proofs(request: HttpRequest) -> HttpResponse:
    """Both lists: the proofs that a village issues, with their guides, and those that it does not, with the way instead."""
    text = request.GET.get("q", "").strip()[:60]
    held = _list()
    positive = [
        {
            "link": link(one.definition),
            "summary": texts.local(one.definition.data["summary"]),
            "limit": words.limit_text(one.definition.promised({})),
            "days": one.definition.data["result"].get("valid", {}).get("days"),
            "basis": one.definition.data["legal_basis"][0],
        }
        for one in catalogue.items()
        if one.definition.data["type"] == ItemType.VILLAGE_PROOF
    ]
    negative = held.get("negative", ())
    context = {
        "q": text,
        "positive": positive,
        "negative": [_shown(one) for one in negative if not text or _fits(one, text)],
        "whole": len(negative),
        "basis": held.get("basis", ""),
    }
    return render(request, "portal/proofs.html", context)
