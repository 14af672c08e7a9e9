"""One core and who uses it: pinning, pausing the worker, and CPU time by process."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.running import ROOT, Product

CORE = max(os.sched_getaffinity(0))
_TICKS = os.sysconf("SC_CLK_TCK")
_TRIES = 200


@dataclass(frozen=True)
class Usage:
    """CPU seconds so far: of the server's processes, of PostgreSQL's, and of the core in all."""

    app: float
    database: float
    core: float
    wall: float


def usage(product: Product, postgres: int | None) -> Usage:
    """What has been used until now."""
    return Usage(
        sum(map(seconds, product.servers())),
        sum(map(seconds, _tree(postgres))) if postgres else 0.0,
        _core_seconds(),
        time.perf_counter(),
    )


def _fields(pid: int) -> list[str]:
    with contextlib.suppress(OSError, ValueError):
        text = Path(f"/proc/{pid}/stat").read_text()
        return text[text.rindex(")") + 2 :].split()
    return []


def seconds(pid: int) -> float:
    """User and system time of a process and of its ended children."""
    return sum(map(int, _fields(pid)[11:15])) / _TICKS


def _core_seconds() -> float:
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith(f"cpu{CORE} "):
            values = list(map(int, line.split()[1:9]))
            return (sum(values) - values[3] - values[4]) / _TICKS  # all but idle and waiting for the disk
    return 0.0


def _tree(root: int) -> list[int]:
    parents = {int(p.name): _fields(int(p.name)) for p in Path("/proc").glob("[0-9]*")}
    return [root, *(pid for pid, fields in parents.items() if fields and int(fields[1]) == root)]


def postmaster(product: Product) -> int | None:
    """PostgreSQL's first process when it runs on this machine, else None."""
    if not product.database:
        return None
    backend = int(product.ask("SELECT pg_backend_pid()")[0][0])
    # The answering process has ended with its connection; any other of the server's leads to the same parent.
    rows = product.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    return parent(int(rows[0][0])) if rows and backend else None


def postmaster_of(server: str) -> int | None:
    """The first process of the PostgreSQL server at an address, when it runs on this machine."""
    with psycopg.connect(server) as asked:
        row = asked.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").fetchone()
    return parent(row[0]) if row else None


def parent(pid: int) -> int | None:
    """The process that started another, where we may see it."""
    fields = _fields(pid)
    return int(fields[1]) if fields else None


@contextlib.contextmanager
def pinned(root: int | None) -> Iterator[bool]:
    """PostgreSQL on the core for a while; False when there is none here or we may not."""
    if root is None:
        yield False
        return
    before = {}
    for pid in _tree(root):
        with contextlib.suppress(ProcessLookupError):
            before[pid] = os.sched_getaffinity(pid)
    try:
        for pid in before:
            with contextlib.suppress(ProcessLookupError):  # a connection that has ended meanwhile
                os.sched_setaffinity(pid, {CORE})  # new connections inherit it from the first process
    except PermissionError:
        yield False
        return
    try:
        yield True
    finally:
        for pid in {*before, *_tree(root)}:
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(pid, before.get(pid, before[root]))


@contextlib.contextmanager
def worker_paused(product: Product) -> Iterator[None]:
    """The worker stands still, outside any transaction, so that it holds no lock meanwhile."""
    for _ in range(_TRIES):
        _signal(product, signal.SIGSTOP)
        if not _in_transaction(product):
            break
        _signal(product, signal.SIGCONT)
        time.sleep(0.02)
    try:
        yield
    finally:
        _signal(product, signal.SIGCONT)


def _signal(product: Product, number: signal.Signals) -> None:
    for pid in product.workers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _in_transaction(product: Product) -> bool:
    if product.database:
        found = product.ask(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND (state LIKE 'idle in transaction%' OR (state = 'active' AND pid <> pg_backend_pid()))"
        )
        return bool(found[0][0])
    path = product.var / "tongban.sqlite3"
    with contextlib.closing(sqlite3.connect(path, timeout=0.05, isolation_level=None)) as probe:
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
    return False


def driven(spec: dict[str, Any]) -> dict[str, Any]:
    """Run the client on the core with what `bench.load` reads; its figures."""
    done = subprocess.run(
        ["taskset", "-c", str(CORE), sys.executable, "-m", "bench.load"],
        input=json.dumps(spec),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
