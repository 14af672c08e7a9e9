"""A third party's time: asked over HTTP, believed by its roots only, checked by a program that is not ours."""

import datetime as dt
import http.server
import json
import shutil
import subprocess
import threading

import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import DatabaseError, transaction
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.kernel.evidence.test_sealing import happen, program
from tongban.kernel.evidence import queries, tasks
from tongban.kernel.evidence.models import HeadStamp
from tongban.kernel.seals.models import SealKey

pytestmark = pytest.mark.django_db


class Authority:
    """A time stamping authority of one certificate, which is its own root."""

    def __init__(self, name: str) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder(subject, subject, key.public_key(), 1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.root = made.public_bytes(serialization.Encoding.PEM)
        form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        self.stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
            keys.PrivateKeyInfo.load(key.private_bytes(*form)),
        )
        self.asked = 0

    def answer(self, request: bytes) -> bytes:
        """What it says to a request."""
        self.asked += 1
        return self.stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()


@pytest.fixture
def about():
    return SealKey.objects.first()


@pytest.fixture
def authority():
    return Authority("Demo time")


@pytest.fixture
def serving(authority, settings, tmp_path):
    """The authority behind an address, and the settings that name it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            said = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.root)
    settings.STAMPER, settings.STAMPER_ROOTS = "rfc3161", str(roots)
    settings.STAMPER_URL = f"http://127.0.0.1:{server.server_port}/"
    yield roots
    server.shutdown()
    server.server_close()


def test_nobody_is_asked_unless_somebody_is_set(about):
    happen(about)
    tasks.each_minute()
    assert queries.newest() is not None
    assert not HeadStamp.objects.exists()


def test_the_newest_head_is_stamped_and_the_next_one_only_after_the_interval(
    clock, about, authority, serving
):
    happen(about)
    tasks.each_minute()
    first = HeadStamp.objects.get()
    assert (first.head, first.authority) == (queries.newest(), "Common Name: Demo time")
    for minutes, stamps in ((30, 1), (31, 2)):
        clock.move(minutes=minutes)
        happen(about)
        tasks.each_minute()
        tasks.each_minute()
        assert (HeadStamp.objects.count(), authority.asked) == (stamps, stamps)


def test_a_stamp_by_somebody_who_is_not_trusted_is_not_kept(about, authority, serving, caplog):
    serving.write_bytes(Authority("Demo time").root)
    happen(about)
    tasks.each_minute()
    assert authority.asked == 1
    assert not HeadStamp.objects.exists()
    assert "no time stamp" in caplog.text
    assert queries.newest() is not None  # sealed all the same


REJECTED = bytes.fromhex("30053003020102")  # TimeStampResp of PKIStatus 2 without a token


@pytest.mark.parametrize("said", [b"", b"nonsense", REJECTED])
def test_an_answer_that_is_none_changes_nothing(about, authority, serving, monkeypatch, said):
    monkeypatch.setattr(authority, "answer", lambda request: said)
    happen(about)
    tasks.each_minute()
    assert not HeadStamp.objects.exists()


def test_the_stamp_of_another_head_is_refused(about, authority, serving, monkeypatch):
    def another(request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        asked["message_imprint"]["hashed_message"] = b"\0" * 32
        return authority.stamper.request_tsa_response(asked).dump()

    monkeypatch.setattr(authority, "answer", another)
    happen(about)
    tasks.each_minute()
    assert not HeadStamp.objects.exists()


def test_the_database_refuses_another_stamp_in_its_place(about, serving):
    happen(about)
    tasks.each_minute()
    row = HeadStamp.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        HeadStamp._base_manager.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_finds_the_stamp_over_the_head_of_the_evidence(clock, about, authority, serving, tmp_path):
    rows = happen(about)
    tasks.each_minute()
    clock.move(minutes=5)
    happen(about)
    tasks.each_minute()  # a newer head without a stamp
    document = queries.evidence(rows)
    assert document["head"]["size"] == HeadStamp.objects.get().head.size < queries.newest().size
    file, name = tmp_path / "evidence.json", tmp_path / "proof"
    file.write_text(json.dumps(document), encoding="utf-8")
    key = ["--key", queries.fingerprint(queries.key()), "--stamp", str(name)]
    assert program().main([str(file), *key]) == 0
    asked = ["openssl", "ts", "-verify", "-data", f"{name}.txt", "-in", f"{name}.tst", "-token_in"]
    checked = subprocess.run([*asked, "-CAfile", str(serving)], capture_output=True, text=True, check=False)
    assert "Verification: OK" in checked.stdout + checked.stderr
    (tmp_path / "proof.txt").write_text("another head")
    checked = subprocess.run([*asked, "-CAfile", str(serving)], capture_output=True, text=True, check=False)
    assert checked.returncode != 0
