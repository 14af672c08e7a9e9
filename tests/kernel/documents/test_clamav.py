"""The scanner's client against ClamAV itself: its daemon on a socket and on a port of its own, with one signature of ours.

Needs `clamd` (Debian: clamav-daemon). No database of signatures is fetched: the standard test file is told by the digest
that stands here, so nothing harmful and nothing large is involved.
"""

import hashlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kernel.documents.hostile import pdf
from tests.running import until
from tongban.foundation.ids import uuid7
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.documents import actions, queries
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.documents.queries.scanners import Finding, Scan, scanner

PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="clamd is not installed (Debian: apt-get install clamav-daemon)"
)
# In two parts, so that this file is not taken for what it describes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Tongban.Test"
# A file of this content anywhere in a stream, and the file alone by its digest.
BY_CONTENT = f"{NAME}.Content:0:*:{EICAR.hex()}"
BY_DIGEST = f"{hashlib.sha256(EICAR).hexdigest()}:{len(EICAR)}:{NAME}.Digest:73"
MOST = 2 * 1024 * 1024
"""Bytes of a stream that this daemon takes (StreamMaxLength)."""


@dataclass
class Daemon:
    """A running clamd and where it listens."""

    socket: str
    port: str
    run: "subprocess.Popen[bytes]"

    def end(self) -> None:
        self.run.terminate()
        self.run.wait(30)


@contextmanager
def started(folder: Path) -> Iterator[Daemon]:
    """clamd in the foreground, in a folder of its own."""
    database = folder / "signatures"
    database.mkdir()
    (database / "own.ndb").write_text(BY_CONTENT + "\n")
    (database / "own.hsb").write_text(BY_DIGEST + "\n")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = folder / "clamd.conf"
    config.write_text(
        "\n".join(
            [
                "Foreground yes",
                f"DatabaseDirectory {database}",
                f"LocalSocket {folder}/clamd.ctl",
                f"TCPSocket {port}",
                "TCPAddr 127.0.0.1",
                f"StreamMaxLength {MOST}",
                "AlertExceedsMax yes",
                "MaxScanSize 1M",
                "MaxFileSize 1M",
                f"TemporaryDirectory {folder}",
                "",
            ]
        )
    )
    with (folder / "clamd.log").open("wb") as log:
        run = subprocess.Popen([str(PROGRAM), "--config-file", str(config)], stdout=log, stderr=log)
    one = Daemon(f"{folder}/clamd.ctl", f"127.0.0.1:{port}", run)
    try:
        until(lambda: run.poll() is not None or _answers(port))
        assert run.poll() is None, (folder / "clamd.log").read_text()
        yield one
    finally:
        one.end()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory) -> Iterator[Daemon]:
    with started(tmp_path_factory.mktemp("clamd")) as one:
        yield one


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(b"zPING\0")
            return line.recv(16) == b"PONG\0"
    except OSError:
        return False


@pytest.fixture(params=["socket", "port"])
def clamav(request, daemon, settings) -> Daemon:
    settings.SCANNER, settings.SCANNER_SECONDS = "clamd", 60
    settings.SCANNER_ADDRESS = getattr(daemon, request.param)
    return daemon


def scanned(folder: Path, content: bytes) -> Scan:
    path = folder / "some.file"
    path.write_bytes(content)
    return scanner().scan(path)


class TestVerdicts:
    """What the daemon says, as we read it."""

    @pytest.mark.parametrize("content", [pdf(), b"", b"x" * 500_000])
    def test_clean(self, clamav, tmp_path, content):
        assert scanned(tmp_path, content) == Scan(Finding.CLEAN)

    def test_the_standard_test_file(self, clamav, tmp_path):
        said = scanned(tmp_path, EICAR)
        assert said.finding is Finding.INFECTED
        assert said.why.startswith(NAME)

    def test_the_same_inside_a_larger_file(self, clamav, tmp_path):
        assert scanned(tmp_path, b"x" * 200_000 + EICAR + b"y" * 200_000) == Scan(
            Finding.INFECTED, f"{NAME}.Content.UNOFFICIAL"
        )

    def test_a_stream_over_its_limit_is_not_looked_at(self, clamav, tmp_path):
        said = scanned(tmp_path, b"x" * (MOST + 1) + EICAR)
        assert said == Scan(Finding.UNSCANNED, "ERROR")

    def test_nor_is_a_stream_far_over_it_which_is_hung_up_on(self, clamav, tmp_path):
        assert scanned(tmp_path, bytes(20 * MOST)).finding is Finding.UNSCANNED

    def test_what_it_gave_up_on_is_not_clean(self, clamav, tmp_path):
        """Within the stream's limit and over that of a scan."""
        said = scanned(tmp_path, b"x" * (MOST - 1))
        assert said == Scan(Finding.UNSCANNED, "Heuristics.Limits.Exceeded.MaxFileSize")


@pytest.mark.django_db
class TestTakingIn:
    """Nothing that it has not called clean is released."""

    @pytest.fixture(autouse=True)
    def store(self, settings, tmp_path, clock):
        settings.FILES = tmp_path
        return tmp_path

    def take(self, content: bytes) -> StoredFile:
        return actions.take_in(
            chunks=[content], name=f"{uuid7()}.pdf", formats=("pdf",), most_bytes=20 * MOST, by=SYSTEM
        )

    def nothing_is_left(self, store: Path) -> bool:
        return not [one for one in store.rglob("*") if one.is_file()] and not StoredFile.objects.exists()

    def test_a_clean_one_is(self, clamav, store):
        assert queries.content(self.take(pdf())) == pdf()

    def test_an_infected_one_is_refused_and_gone(self, clamav, store):
        with pytest.raises(actions.FileInfected):
            self.take(hidden(EICAR))
        assert self.nothing_is_left(store)

    def test_one_over_the_limit_is_our_fault_and_gone(self, clamav, store):
        with pytest.raises(actions.FileUnscanned):
            self.take(hidden(b"%" * (MOST + 1)))
        assert self.nothing_is_left(store)


def hidden(content: bytes) -> bytes:
    """A PDF with this in a comment."""
    return pdf().replace(b"\n", b"\n%" + content.replace(b"\n", b"") + b"\n", 1)


def test_down(settings, tmp_path):
    """It answers, it is ended, and nobody listens any more, neither on the socket nor on the port."""
    settings.SCANNER, settings.SCANNER_SECONDS = "clamd", 60
    with started(tmp_path) as one:
        addresses = (one.socket, one.port)
        found = []
        for end in (lambda: None, one.end):
            end()
            for settings.SCANNER_ADDRESS in addresses:
                found.append(scanned(tmp_path, pdf()).finding)
    assert found == [Finding.CLEAN] * 2 + [Finding.UNSCANNED] * 2
