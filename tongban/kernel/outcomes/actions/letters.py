"""Writes that every letter needs: its number before it is rendered, and its keeping afterwards."""

from collections.abc import Mapping
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import number_from
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.records.actions import action
from tongban.kernel.seals import actions as seals


def take_number(letter: Mapping[str, Any], *, kind: LetterKind, agency: str, place_path: str) -> str:
    """The next number (文号) of this kind of letter at the agency this year, in the form that the letter's file sets."""
    today = time.today()
    return number_from(
        letter["number_format"],
        documents.take_serial(kind=kind, agency=agency, year=today.year),
        today,
        short=catalogue.agency(agency).get("number_word", ""),
        town=papers.town_digits(place_path),
    )


@action
def keep_letter(*, event: Event, about: Any, kind: LetterKind, paper: papers.Paper) -> None:
    """Keep a sealed letter about a row and log the use of the seal; the event is its effect key, so once in effect."""
    row = documents.issue_letter(
        about=about,
        kind=kind,
        number=paper.number,
        pdf=paper.pdf,
        sealed_by=paper.agency,
        verify_code=paper.verify_code,
        effect_key=f"{event.id}:{kind}",
    )
    if row is not None:
        seals.log_use(agency=paper.agency, about=row, digest=row.file.sha256, by=SYSTEM)
