"""Puts on record that an officer looks at somebody's data: called by every page and file that shows them.

The officer's own affairs, and people who look at their own data, leave no look.
"""

from typing import Any, Final

from django.http import HttpRequest

from tongban.modules.looks import actions
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.states import Kind, Whose
from tongban.terminals.ui import sending

_ITSELF: Final = object()


def at(
    request: HttpRequest,
    row: Any,
    kind: Kind = Kind.VIEW,
    *,
    about: Any = _ITSELF,
    whose: Any = None,
    purpose: str = "",
    words: str = "",
    sought: str = "",
) -> None:
    """The officer of this request looks at data of whom the row speaks, or `whose`, through the door of this address.

    `about` is the piece of work for which: the row itself (a case, an appeal) unless another is named; None where there
    is none, and such looks are counted. Raises TooManyLooks.
    """
    if not request.actor.is_staff or sending.ticket_of(request):
        return  # of a file from the other host the look was put on record when its address was made
    work = row if about is _ITSELF else about
    role = _role(request)
    seen = Seen(
        kind=kind,
        door=getattr(request.resolver_match, "url_name", None) or "",
        whose=_whose(row if whose is None else whose),
        about=(work._meta.model_name, work.pk) if work is not None else None,
        agency=request.user.agency,
        role=role,
        purpose=purpose,
        words=words,
        sought=sought,
    )
    actions.look(seen=seen, by=request.actor)


def _role(request: HttpRequest) -> str:
    """The role by which the officer stands at this door."""
    right = getattr(getattr(request.resolver_match, "func", None), "tongban_right", None)
    opening = set(right.permissions) if right else set()
    roles = [grant.role for grant in request.actor.grants if opening & set(grant.permissions)]
    return next(iter(roles or [grant.role for grant in request.actor.grants]), "")


def _whose(row: Any) -> tuple[Whose, Any] | None:
    """Of whom a row speaks: an enterprise before the person who acts for it. A pair (kind, identifier) says it itself."""
    if row is None or isinstance(row, tuple):
        return row
    kind = row._meta.model_name
    if kind in set(Whose):
        return Whose(kind), row.pk
    for name, column in (
        ("holder_id", "holder_kind"),
        ("subject_id", "subject_kind"),
        ("subject_id", "audience"),
    ):
        found = getattr(row, name, None)
        if found is not None and getattr(row, column, "") in set(Whose):
            return Whose(getattr(row, column)), found
    for one in (Whose.ORGANISATION, Whose.PERSON):
        found = getattr(row, f"{one}_id", None)
        if found is not None:
            return one, found
    return None
