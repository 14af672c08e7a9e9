"""Reads of names: what the register holds, what is reserved, and what is wrong with one."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.names import calc
from tongban.kernel.names.models import ReservedName
from tongban.kernel.parties import queries as parties

_MOST = 200  # names with the same trade name that are compared; beyond, it is no distinguishing word anyhow


def rules() -> Mapping[str, Any]:
    """The pack's rules of names; empty where it has none, and then nothing is checked."""
    return catalogue.documents(DocumentKind.PACK).get("names", {})


def faults(text: str, today: date, person_id: uuid.UUID | None = None) -> list[calc.Fault]:
    """What is wrong with a name today. One's own reservation stands in nobody's way but others'."""
    data = rules()
    if not data:
        return []
    word = calc.apart(text, data).word
    taken = [calc.Taken(one, reserved=False) for one in parties.names_with(word, _MOST)] if word else []
    if word:
        kept = ReservedName.objects.filter(key__startswith=f"{word}|", until__gte=today)
        if person_id is not None:
            kept = kept.exclude(person_id=person_id)
        taken += [calc.Taken(name, reserved=True) for name in kept.values_list("name", flat=True)[:_MOST]]
    return calc.faults(text, data, taken)


def reserved_by(person_id: uuid.UUID, today: date) -> list[ReservedName]:
    """The names that are kept for a person."""
    return list(ReservedName.objects.filter(person_id=person_id, until__gte=today).order_by("until", "id"))
