"""What makes two appeals alike, and what keeps one from being joined to another with many. Pure."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tongban.modules.appeals.states import ENDED, TABLE, State, Verb
from tongban.modules.appeals.states.joining import NEAR, Alike, Bar


class Worded(Protocol):
    """What an appeal says, and of whom."""

    organisation_id: uuid.UUID
    town: str
    category: str
    subcategory: str
    title: str
    words: str
    wanted: str | None


class Standing(Worded, Protocol):
    """And how it stands."""

    pk: uuid.UUID
    state: str
    confidential: bool
    main_id: uuid.UUID | None


@dataclass(frozen=True)
class Likeness:
    """Why two appeals are alike, the strongest reason first; `percent` of their words' pairs of signs are shared."""

    reasons: tuple[Alike, ...]
    percent: int


def bare(text: str) -> str:
    """Letters and figures of a text in one shape: neither spaces nor signs nor width nor case make it another one."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _whole(one: Worded) -> str:
    return bare("".join((one.title, one.words, one.wanted or "")))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def shared(one: str, other: str, pairs: frozenset[str] | None = None) -> int:
    """How many percent of the pairs of signs two bare texts share (Dice); 100 for the same text. `pairs`: the other's."""
    if one == other:
        return 100
    first, second = _pairs(one), _pairs(other) if pairs is None else pairs
    together = len(first) + len(second)
    return min(99, 200 * len(first & second) // together) if together else 0


def likenesses(rows: Sequence[Worded], lead: Worded) -> list[Likeness]:
    """Why each of the appeals is held to be like `lead`, whose words are taken apart once."""
    whole = _whole(lead)
    pairs = _pairs(whole)
    return [_likeness(one, lead, shared(_whole(one), whole, pairs)) for one in rows]


def _likeness(one: Worded, other: Worded, percent: int) -> Likeness:
    subcategory = one.subcategory != "" and one.subcategory == other.subcategory
    held = {
        Alike.SAME_WORDS: percent == 100,
        Alike.NEAR_WORDS: NEAR <= percent < 100,
        Alike.SAME_FIRM: one.organisation_id == other.organisation_id,
        Alike.SUBCATEGORY: subcategory,
        Alike.CATEGORY: one.category == other.category and not subcategory,
        Alike.TOWN: one.town == other.town,
    }
    return Likeness(tuple(reason for reason, holds in held.items() if holds), percent)


def bar(one: Standing, lead: Standing, *, leads: bool) -> Bar | None:
    """Why `one` is not joined to `lead` together with others, None where it is. `leads`: others are joined to it."""
    if one.state == State.MERGED:
        return Bar.HERE if one.main_id == lead.pk else Bar.ELSEWHERE
    # The same firm may ask for two things: that the second is not lost, somebody reads it by itself.
    apart = one.organisation_id == lead.organisation_id and _whole(one) != _whole(lead)
    found = {
        Bar.ENDED: one.state in ENDED,
        Bar.IN_HAND: one.state not in TABLE[Verb.MERGE].sources,
        Bar.LEADS: leads,
        Bar.SECRECY: one.confidential != lead.confidential,
        Bar.OTHER_WORDS: apart,
    }
    return next((reason for reason, holds in found.items() if holds), None)
