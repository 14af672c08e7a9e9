"""The decorator that makes a function a write: one transaction, and the only place where tables open."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction

from tongban.kernel.records.models import in_action
from tongban.kernel.records.queries import remembering

P = ParamSpec("P")
R = TypeVar("R")


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction and let it write; an action within an action joins the outer one."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_action.get():
            return function(*args, **kwargs)
        token = in_action.set(True)
        try:
            with remembering(), transaction.atomic():
                return function(*args, **kwargs)
        finally:
            in_action.reset(token)

    run.is_action = True  # type: ignore[attr-defined]  # read by the guards
    return run
