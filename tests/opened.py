"""Files that tests hand in again and again are opened once: the same bytes, asked the same, give the same answer.

Each opening is a process of its own with limits (ADR 0044), which takes a third of a second; a few pictures and forms go through
thousands of tests. Those of `documents`, where opening is what is tried, open every file.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest

from tongban.kernel.documents import calc
from tongban.kernel.documents.calc.opening import Answer, ask

_known: dict[str, Answer] = {}


def remembered(do: str, ending: str, source: BinaryIO | bytes, **more: Any) -> Answer:
    """As `ask`, with the answer of an earlier test where there is one."""
    content = source if isinstance(source, bytes) else source.read()
    asked = json.dumps([do, ending, hashlib.sha256(content).hexdigest(), more], sort_keys=True, default=str)
    if asked not in _known:
        _known[asked] = ask(do, ending, content, **more)
    return _known[asked]


@contextmanager
def by(opener: Any) -> Iterator[None]:
    """Within, files are opened by this function."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calc, "ask", opener)
        yield
