"""Writes of dossiers. The file is written before its action, outside any transaction."""

import uuid
from datetime import timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.dossiers import queries, states
from tongban.modules.dossiers.models import Dossier
from tongban.modules.dossiers.states import STEPS, DossierState


class NotYours(Problem):
    """A copy is asked for of somebody for whom the actor does not act."""

    code = "dossier.not_yours"
    status = 403


@action
def request(*, by: Actor, language: str) -> Dossier:
    """Ask for a copy of all data of whom the actor is, or of the organisation they act for now; one at a time.

    The one that is being prepared is given back where there is one. Raises NotYours for who is nobody here.
    """
    firm = by.organisation_id
    subject = firm or by.person_id
    if by.account_id is None or subject is None:
        raise NotYours(
            sentence_zh="没有可以导出的数据。",
            sentence_en="There are no data to copy.",
            todo_zh="请先完成实名认证。",
            todo_en="Verify who you are first.",
        )
    running = queries.running(by, subject)
    if running is not None:
        return running
    row = Dossier(
        subject_kind="organisation" if firm else "person",
        subject_id=subject,
        asked_by=by.account_id,
        asked_at=time.now(),
        language=language,
    )
    row.save(force_insert=True)
    events.record(name=states.DOSSIER_REQUESTED, about=row, by=by, payload={"subject": str(subject)})
    return row


@action
def note(*, dossier_id: uuid.UUID, done: int) -> None:
    """Take note of how many steps are done, for who waits. No event: nothing has come of it yet."""
    Dossier.objects.filter(pk=dossier_id, state=DossierState.RUNNING).update(done=done)


@action
def finish(*, dossier_id: uuid.UUID, size: int, sha256: str) -> None:
    """The file lies there."""
    row = queries.dossier(dossier_id, lock=True)
    if row.state != DossierState.RUNNING:
        return
    row.state, row.ended_at, row.done = DossierState.READY, time.now(), STEPS
    row.size, row.sha256 = size, sha256
    row.delete_on = time.today() + timedelta(days=settings.DOSSIER_DAYS)
    row.save()
    events.record(name=states.DOSSIER_FINISHED, about=row, by=SYSTEM, payload={"size": size})


@action
def fetch(*, dossier_id: uuid.UUID, by: Actor) -> Dossier:
    """Log that the file was fetched. Raises NoSuchDossier."""
    row = queries.own(by, dossier_id, lock=True)
    queries.content(row)
    events.record(name=states.DOSSIER_FETCHED, about=row, by=by)
    return row


@action
def forget(*, dossier_id: uuid.UUID, by: Actor = SYSTEM) -> None:
    """Note that the file is gone, or never came to be: the caller has deleted it."""
    row = queries.dossier(dossier_id, lock=True)
    if row.state == DossierState.DELETED:
        return
    row.state, row.ended_at = DossierState.DELETED, row.ended_at or time.now()
    row.save()
    events.record(name=states.DOSSIER_DELETED, about=row, by=by)
