"""The port to a virus scanner: `none`, which looks for nothing and says so, and a client of ClamAV's daemon."""

import contextlib
import re
import socket
import struct
import time as machine
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tongban.foundation.registries import Registry


class Finding(StrEnum):
    """What a scanner says of a file. Only what it has looked through to the end is clean."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


@dataclass(frozen=True)
class Scan:
    """A finding; `why` is for the log and never holds anything of the file."""

    finding: Finding
    why: str = ""


class Scanner(Protocol):
    """Looks through one file."""

    def scan(self, path: Path) -> Scan:
        """What it says of the file at `path`. Never raises for what the scanner or the line to it does."""
        ...


SCANNERS: Registry = Registry("virus scanners")


def scanner() -> Scanner:
    """The scanner that the installation has chosen. Raises UnknownKey."""
    return SCANNERS.get(settings.SCANNER)()


@SCANNERS.register("none", label="未接入（上传的文件不查毒）")
class NoScanner:
    """Takes every file for clean: for a demonstration, where nobody uploads what others open."""

    def scan(self, path: Path) -> Scan:
        return Scan(Finding.CLEAN, "no scanner")


_PIECE = 64 * 1024
_MOST_ANSWER = 4096
_FOUND = re.compile(r"stream: (?P<name>[\x21-\x7e]{1,200}) FOUND")
# With AlertExceedsMax clamd says by this name that it gave up before the end: that is no virus and not clean either.
_GAVE_UP = "Heuristics.Limits.Exceeded"


@SCANNERS.register("clamd", label="ClamAV")
class Clamd:
    """Sends the file over a socket (command zINSTREAM of clamd(8)) and believes nothing but a whole, known answer.

    `settings.SCANNER_ADDRESS` is the path of a socket or host:port; everything together takes at most
    `settings.SCANNER_SECONDS`.
    """

    def scan(self, path: Path) -> Scan:
        try:
            return _verdict(self._ask(path, machine.monotonic() + settings.SCANNER_SECONDS))
        except (OSError, ValueError) as error:
            return Scan(Finding.UNSCANNED, type(error).__name__)

    def _ask(self, path: Path, end: float) -> bytes:
        with _connected(settings.SCANNER_ADDRESS, _left(end)) as line, path.open("rb") as source:
            try:
                line.sendall(b"zINSTREAM\0")
                while piece := source.read(_PIECE):
                    line.settimeout(_left(end))
                    line.sendall(struct.pack("!L", len(piece)) + piece)
                line.sendall(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                # clamd hangs up on a stream over its limit, after it has said so: its words tell more than ours.
                pass
            return _read(line, end)


def _left(end: float) -> float:
    left = end - machine.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(seconds)
            line.connect(address)
        except BaseException:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _read(line: socket.socket, end: float) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while b"\0" not in answer and len(answer) < _MOST_ANSWER:
            line.settimeout(_left(end))
            if not (piece := line.recv(_MOST_ANSWER)):
                break
            answer += piece
    return answer


def _verdict(answer: bytes) -> Scan:
    said, zero, rest = answer.partition(b"\0")
    text = said.decode("ascii", errors="replace")
    if not zero or rest:
        return Scan(Finding.UNSCANNED, "the answer was cut" if not zero else "more than one answer")
    if text == "stream: OK":
        return Scan(Finding.CLEAN)
    found = _FOUND.fullmatch(text)
    if found is None:
        return Scan(Finding.UNSCANNED, "ERROR" if text.endswith("ERROR") else "an unknown answer")
    if found["name"].startswith(_GAVE_UP):
        return Scan(Finding.UNSCANNED, found["name"])
    return Scan(Finding.INFECTED, found["name"])
