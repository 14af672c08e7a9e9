"""The server's side of `child`: starts it for one file, waits so long and no longer, believes its answer only whole."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tongban.kernel.documents.states import MEGABYTE, MOST_PAGES, MOST_PIXELS

CPU_SECONDS = 10
WALL_SECONDS = 30  # a busy machine gives a third of its time
MEMORY = 1536 * MEGABYTE
_CHILD = str(Path(__file__).with_name("child.py"))


@dataclass(frozen=True)
class Answer:
    """Pages and, if one was wanted, a picture; or the word for why not (a key of `refusals.REFUSALS`)."""

    pages: int = 0
    picture: bytes = b""
    refused: str = ""
    number: int = 0


def ask(do: str, ending: str, source: BinaryIO | bytes, **more: Any) -> Answer:
    """Have one file opened: `check`, `count` its pages or `draw` one. What kills the child, by limit or by crash, is `limits`.

    Raises OSError when no process could be started, which is not the file's fault.
    """
    job = {
        "do": do,
        "ending": ending,
        "most_pages": MOST_PAGES,
        "most_pixels": MOST_PIXELS,
        "cpu_seconds": CPU_SECONDS,
        "memory": MEMORY,
        "path": [path for path in sys.path if path.endswith("-packages")],
        **more,
    }
    given: dict[str, Any] = {"input": source} if isinstance(source, bytes) else {"stdin": source}
    try:
        # No environment: it holds keys and addresses. `run` kills what is late, and waits for its end.
        done = subprocess.run(  # noqa: S603 - our own program; the file goes in as data
            [sys.executable, "-I", "-S", "-B", _CHILD, json.dumps(job)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=WALL_SECONDS,
            check=False,
            **given,
        )
    except subprocess.TimeoutExpired:
        return Answer(refused="limits")
    head, line, picture = done.stdout.partition(b"\n")
    if done.returncode or not line:
        return Answer(refused="limits")
    said = json.loads(head)
    if "refused" in said:
        return Answer(refused=said["refused"], number=said["number"])
    return Answer(said["pages"], picture)
