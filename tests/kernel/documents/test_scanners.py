"""The virus scanner: clamd's protocol against a daemon of our own, and that nothing is released that it has not cleared."""

import contextlib
import socket
import struct
import threading
import time
from typing import BinaryIO

import pytest

from tests import city
from tests.kernel.documents.hostile import pdf
from tongban.foundation.registries import UnknownKey
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.documents import actions, queries
from tongban.kernel.documents.calc import FileRefused
from tongban.kernel.documents.models import StoredFile, Upload
from tongban.kernel.documents.queries.scanners import Clamd, Finding, NoScanner, Scan, scanner

CONTENT = b"%PDF-1.7 " + bytes(200_000)
CLEAN, VIRUS = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"


class Daemon:
    """A clamd that answers what a test wants; it keeps what it was sent. `hang_up_after`: bytes it reads at most."""

    def __init__(self, address: str = "") -> None:
        self.answer, self.delay, self.hang_up_after, self.got = CLEAN, 0.0, 10**9, b""
        if address:
            self.line = socket.socket(socket.AF_UNIX)
            self.line.bind(address)
            self.address = address
        else:
            self.line = socket.create_server(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self.line.getsockname()[1]}"
        self.line.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _peer = self.line.accept()
                with client, client.makefile("rb") as source, contextlib.suppress(OSError, struct.error):
                    self._answer(client, source)

    def _answer(self, client: socket.socket, source: BinaryIO) -> None:
        self.got = b""
        if source.read(10) != b"zINSTREAM\0":
            return
        while (size := struct.unpack("!L", source.read(4))[0]) and len(self.got) < self.hang_up_after:
            self.got += source.read(size)
        time.sleep(self.delay)
        client.sendall(self.answer)

    def close(self) -> None:
        # A thread that waits in accept is woken by shutting the line down, not by closing it.
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.thread.join(2)
        self.line.close()


@pytest.fixture
def clamd(settings):
    """A daemon on a port, and settings that point at it."""
    daemon = Daemon()
    settings.SCANNER, settings.SCANNER_ADDRESS, settings.SCANNER_SECONDS = "clamd", daemon.address, 2
    yield daemon
    daemon.close()


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "some.pdf"
    file.write_bytes(CONTENT)
    return file


class TestProtocol:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (CLEAN, Scan(Finding.CLEAN)),
            (VIRUS, Scan(Finding.INFECTED, "Eicar-Test-Signature")),
            (b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0",
             Scan(Finding.UNSCANNED, "Heuristics.Limits.Exceeded.MaxScanSize")),
            (b"INSTREAM size limit exceeded. ERROR\0", Scan(Finding.UNSCANNED, "ERROR")),
            (b"stream: Can't allocate memory ERROR\0", Scan(Finding.UNSCANNED, "ERROR")),
            (b"UNKNOWN COMMAND\0", Scan(Finding.UNSCANNED, "an unknown answer")),
            (b"stream: OK", Scan(Finding.UNSCANNED, "the answer was cut")),
            (b"stream: O", Scan(Finding.UNSCANNED, "the answer was cut")),
            (b"", Scan(Finding.UNSCANNED, "the answer was cut")),
            (CLEAN + VIRUS, Scan(Finding.UNSCANNED, "more than one answer")),
            (b"stream: OK\n\0", Scan(Finding.UNSCANNED, "an unknown answer")),
            (b"\xff\xfe\0", Scan(Finding.UNSCANNED, "an unknown answer")),
            (b"x" * 9000, Scan(Finding.UNSCANNED, "the answer was cut")),
        ],
    )  # fmt: skip
    def test_only_a_whole_known_answer_is_believed(self, clamd, path, answer, expected):
        clamd.answer = answer
        assert Clamd().scan(path) == expected

    def test_every_byte_is_sent_once(self, clamd, path):
        assert Clamd().scan(path).finding == Finding.CLEAN
        assert clamd.got == CONTENT

    def test_a_socket_in_the_file_system(self, settings, path, tmp_path):
        daemon = Daemon(str(tmp_path / "clamd.ctl"))
        settings.SCANNER_ADDRESS, settings.SCANNER_SECONDS = daemon.address, 2
        assert Clamd().scan(path) == Scan(Finding.CLEAN)
        daemon.close()
        assert Clamd().scan(path) == Scan(Finding.UNSCANNED, "ConnectionRefusedError")
        settings.SCANNER_ADDRESS = str(tmp_path / "none.ctl")
        assert Clamd().scan(path) == Scan(Finding.UNSCANNED, "FileNotFoundError")

    def test_down(self, clamd, path):
        clamd.close()
        assert Clamd().scan(path) == Scan(Finding.UNSCANNED, "ConnectionRefusedError")

    def test_slow(self, clamd, path, settings):
        settings.SCANNER_SECONDS, clamd.delay = 0.1, 0.3
        assert Clamd().scan(path) == Scan(Finding.UNSCANNED, "TimeoutError")

    @pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
    def test_cut_in_the_middle_of_the_file(self, clamd, path, answer):
        path.write_bytes(bytes(8_000_000))
        clamd.hang_up_after, clamd.answer = 100_000, answer
        assert Clamd().scan(path).finding == Finding.UNSCANNED

    @pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999"])
    def test_an_address_that_cannot_be(self, settings, path, address):
        settings.SCANNER_ADDRESS = address
        found = Clamd().scan(path)
        assert (found.finding, bool(found.why)) == (Finding.UNSCANNED, True)

    def test_a_file_that_is_gone(self, clamd, tmp_path):
        assert Clamd().scan(tmp_path / "gone").finding == Finding.UNSCANNED

    def test_the_settings_choose(self, settings):
        settings.SCANNER = "none"
        assert isinstance(scanner(), NoScanner)
        settings.SCANNER = "clamav"
        with pytest.raises(UnknownKey, match="no 'clamav'"):
            scanner()


@pytest.mark.django_db
class TestTakingIn:
    @pytest.fixture(autouse=True)
    def store(self, settings, tmp_path, clock):
        settings.FILES = tmp_path
        settings.UPLOAD_PIECE = 1024 * 1024
        return tmp_path

    def take(self):
        return actions.take_in(chunks=[pdf()], name="plan.pdf", formats=("pdf",), most_bytes=10**6, by=SYSTEM)

    def lying(self, store) -> list[str]:
        return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())

    def test_a_clean_file_is_released(self, clamd, store):
        row = self.take()
        assert clamd.got == pdf() == queries.content(row)

    @pytest.mark.parametrize(
        ("answer", "error", "status", "said"),
        [
            (VIRUS, actions.FileInfected, 422, "含有病毒"),
            (b"stream: O", actions.FileUnscanned, 503, "暂时不能查毒"),
            (b"INSTREAM size limit exceeded. ERROR\0", actions.FileUnscanned, 503, "几分钟后再传一次"),
        ],
    )
    def test_nothing_else_is(self, clamd, store, caplog, answer, error, status, said):
        clamd.answer = answer
        with pytest.raises(error) as refused, caplog.at_level("INFO", "tongban"):
            self.take()
        assert refused.value.status == status
        assert isinstance(refused.value, FileRefused), "every form that takes files shows it beside the field"
        assert said in refused.value.sentence("zh") + refused.value.todo("zh")
        assert (self.lying(store), StoredFile.objects.exists()) == ([], False)
        assert "plan" not in caplog.text

    @staticmethod
    def uploaded():
        """A whole upload that nobody has taken up yet, and whose it is."""
        by = city.actor(city.account(city.person()))
        row = actions.begin_upload(
            about_id=city.person("周敏").pk,
            part="layout",
            name="plan.pdf",
            size=len(pdf()),
            most_bytes=10**6,
            by=by,
        )
        actions.append(upload_id=row.pk, offset=0, piece=pdf(), by=by)
        return row, by

    def test_an_upload_waits_in_quarantine_until_the_scanner_is_back(self, clamd, store):
        row, by = self.uploaded()
        clamd.answer = b""
        for _try in range(2):
            with pytest.raises(actions.FileUnscanned):
                self.take_up(row, by)
            assert self.lying(store) == [f"quarantine/{row.pk.hex}.upload"]
        clamd.answer = CLEAN
        assert queries.content(self.take_up(row, by)) == pdf()

    def test_an_infected_upload_is_gone(self, clamd, store):
        row, by = self.uploaded()
        clamd.answer = VIRUS
        with pytest.raises(actions.FileInfected):
            self.take_up(row, by)
        assert not Upload.objects.exists()

    def take_up(self, row, by):
        return actions.take_up(upload=queries.upload(by, row.pk), formats=("pdf",), most_bytes=10**6, by=by)
