"""The decorator that makes a function a write: one transaction, and the only place where tables open."""

import functools
import uuid
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from django.db import models, transaction

from tongban.foundation.readers import reading_everything
from tongban.kernel.records.models import GuardedQuerySet, in_action
from tongban.kernel.records.queries import encrypted, remembering

P = ParamSpec("P")
R = TypeVar("R")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction and let it write; an action within an action joins the outer one.

    It reads for the platform (ADR 0047): that something is had once, that money suffices, is only known by whoever sees
    all of it. On which row it may act, the policy says in the query by which the row is found and locked.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_action.get():
            return function(*args, **kwargs)
        token = in_action.set(True)
        try:
            with reading_everything(), remembering(), transaction.atomic():
                return function(*args, **kwargs)
        finally:
            in_action.reset(token)

    run.is_action = True  # type: ignore[attr-defined]  # read by the guards
    return run


@action
def rewrite(*, model: type[models.Model], column: str, pks: Sequence[uuid.UUID]) -> int:
    """Encrypt one column of these rows under the key in use; returns how many were written under another.

    A row that somebody changes meanwhile keeps what they wrote. Tables that refuse changes bear this one: the words stay.
    """
    done = 0
    for pk, old in encrypted.sealed(model, column, pks):
        new = encrypted.rewritten(model, column, pk, old)
        if new is not None:
            done += GuardedQuerySet(model).filter(pk=pk, **{column: old}).update(**{column: new})
    return done


@action
def reindex(*, model: type[models.Model], name: str, pks: Sequence[uuid.UUID]) -> int:
    """Write a blind index of these rows, and its copies, under the key in use; returns how many stood under another.

    A row that somebody changes meanwhile keeps what they wrote. Raises IntegrityError when another row has the value by now.
    """
    done = 0
    source = model._meta.get_field(name).source
    for one in encrypted.indexed(model, name, pks):
        if one.stale:
            new = dict.fromkeys((name, *one.copies), one.wanted)
            as_read = {"pk": one.pk, source: one.sealed, name: one.index}
            done += GuardedQuerySet(model).filter(**as_read).update(**new)
    return done
