"""An event and listeners of the tests' own, gone again after each test."""

from collections.abc import Callable
from typing import Any

import pytest

from tongban.kernel.events import states


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Declare `test.happened`; `heard(apply, prepare)` adds a listener and returns nothing."""
    monkeypatch.setattr(states, "EVENTS", dict(states.EVENTS))
    monkeypatch.setattr(states, "HANDLERS", {})
    name = states.declare("test.happened", "发生了", "Something happened")

    def listen(apply: Callable[[Any, Any], None], prepare: Callable[[Any], Any] | None = None) -> None:
        apply.__qualname__ = f"listener_{len(states.HANDLERS)}"
        states.subscribe(name, prepare=prepare)(apply)

    return listen
