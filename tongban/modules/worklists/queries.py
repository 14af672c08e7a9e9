"""Reads of saved views."""

import uuid

from django.db.models import Q

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.queries import Kept
from tongban.modules.worklists.models import SavedView

_SEEN: Kept[SavedView] = Kept(
    lambda account_id, agency: SavedView.objects.filter(
        Q(account_id=account_id) | Q(shared=True, agency=agency)
    ).order_by("id")
)


class NoSuchView(Problem):
    """The actor has no such view."""

    code = "saved_view.unknown"
    status = 404


def agency_of(actor: Actor) -> str:
    """The agency of the actor's account; empty for who is no officer."""
    account = parties.account(actor.account_id) if actor.account_id and actor.is_staff else None
    return account.agency if account else ""


def views(actor: Actor) -> list[SavedView]:
    """The actor's own views by name, then those that colleagues of the own agency share; two queries."""
    if not actor.is_staff:
        return []
    # Without an agency of their own nobody shares anything with them: a view always has one.
    seen = _SEEN.all(actor.account_id, agency_of(actor) or "-")
    return sorted(seen, key=lambda row: (row.account_id != actor.account_id, row.name))


def own(actor: Actor, view_id: uuid.UUID) -> SavedView:
    """A view that the actor saved, locked; raises NoSuchView, also for a colleague's shared one."""
    rows = SavedView.objects.select_for_update()
    found = rows.filter(pk=view_id, account_id=actor.account_id).first() if actor.is_staff else None
    if found is None:
        raise NoSuchView(
            sentence_zh="没有找到这个视图。",
            sentence_en="There is no such view.",
            todo_zh="它可能已经删除；同事共享的视图只能由同事删除。",
            todo_en="It may be deleted already; a colleague's view can be deleted by the colleague only.",
        )
    return found


def named(actor: Actor, name: str) -> SavedView | None:
    """The actor's view of that name."""
    return SavedView.objects.filter(account_id=actor.account_id, name=name).first()


def how_many(actor: Actor) -> int:
    """How many views the actor saved."""
    return SavedView.objects.filter(account_id=actor.account_id).count()
