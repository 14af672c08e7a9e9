"""A closed-loop HTTP client: each connection sends its next request when the last was answered. Loopback only.

Runs as a process of its own, pinned to the measured core: `python -m bench.load` reads one JSON document with `host`,
`port`, `seconds`, `connections`, `requests` ([method, path, body or null, headers]), `once` (each request is sent once
instead of in turn) and `expect` (the status that counts); it prints one JSON document. `{uuid}` in a body becomes a
fresh identifier. Latencies are uncorrected.
"""

import asyncio
import itertools
import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

GRACE_SECONDS = 30.0


class Run:
    """What all connections of one run share."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.host, self.port, self.expect = spec["host"], spec["port"], spec["expect"]
        self.seconds, self.connections = spec["seconds"], spec["connections"]
        self.raw = [self._raw(*one) for one in spec["requests"]]
        turns = range(len(self.raw))
        self.turns: Iterator[int] = iter(turns) if spec.get("once") else itertools.cycle(turns)
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.bytes = 0
        self.broken = 0
        self.sample = ""
        self.end = 0.0

    def _raw(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[str, str]:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Connection: keep-alive"]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())]), body or ""

    def next(self) -> bytes | None:
        """The bytes of the next request; None when time or requests have run out."""
        turn = next(self.turns, None)
        if turn is None or time.perf_counter() >= self.end:
            return None
        head, body = self.raw[turn]
        sent = body.replace("{uuid}", str(uuid.uuid4())).encode()
        length = f"\r\nContent-Length: {len(sent)}" if sent or head.startswith("POST") else ""
        return f"{head}{length}\r\n\r\n".encode() + sent

    def note(self, status: int, seconds: float, body: bytes) -> None:
        """Book one answer."""
        self.statuses[status] += 1
        self.bytes += len(body)
        if status == self.expect:
            self.latencies.append(seconds * 1000)
        elif not self.sample:
            self.sample = body[:300].decode(errors="replace")

    async def connection(self) -> None:
        """One visitor: requests one after another on a kept connection, reopened when the server closes it."""
        reader = writer = None
        while (request := self.next()) is not None:
            try:
                if writer is None or writer.is_closing():
                    reader, writer = await asyncio.open_connection(self.host, self.port)
                start = time.perf_counter()
                writer.write(request)
                status, body, kept = await _answer(reader)
            except (OSError, asyncio.IncompleteReadError):
                self.broken += 1
                writer = None
                continue
            self.note(status, time.perf_counter() - start, body)
            if not kept:
                writer.close()
        if writer is not None:
            writer.close()

    async def go(self) -> dict[str, Any]:
        """Run all connections to the end; returns the figures."""
        start = time.perf_counter()
        self.end = start + self.seconds
        work = asyncio.gather(*[self.connection() for _ in range(self.connections)])
        await asyncio.wait_for(work, self.seconds + GRACE_SECONDS)
        return self.figures(time.perf_counter() - start)

    def figures(self, elapsed: float) -> dict[str, Any]:
        """Answers a second, latencies in ms, statuses, size of an answer in bytes."""
        ordered = sorted(self.latencies) or [0.0]
        answers = sum(self.statuses.values())
        return {
            "count": len(self.latencies),
            "rate": len(self.latencies) / elapsed,
            "p50": ordered[len(ordered) // 2],
            "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
            "bytes": self.bytes // max(answers, 1),
            "statuses": dict(self.statuses),
            "broken": self.broken,
            "sample": self.sample,
        }


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Status, body, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    status = int(lines[0].split()[1])
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return status, body, headers.get("connection") != "close"


if __name__ == "__main__":
    json.dump(asyncio.run(Run(json.load(sys.stdin)).go()), sys.stdout)
