"""Writes of grants: given, confirmed, ended; delegated, recused, opened in an emergency."""

from tongban.kernel.access.actions.giving import (
    GrantNotPossible,
    SidesMixed,
    Terms,
    UnknownRole,
    confirm,
    end,
    give,
    grant,
)
from tongban.kernel.access.actions.special import (
    break_glass,
    delegate,
    end_recusal,
    note_look,
    recuse,
    review_glass,
)

__all__ = [
    "GrantNotPossible",
    "SidesMixed",
    "Terms",
    "UnknownRole",
    "break_glass",
    "confirm",
    "delegate",
    "end",
    "end_recusal",
    "give",
    "grant",
    "note_look",
    "recuse",
    "review_glass",
]
