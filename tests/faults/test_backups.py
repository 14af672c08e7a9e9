"""Backups of the running product: made while it works, killed while they are made, brought back, served from."""

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyrage
import pytest

from tests.faults.test_kills import SHOP
from tests.running import ROOT, Product, Visitor, running, until
from tongban.site.backup import archives, checking

pytestmark = pytest.mark.faults

KILLS = 30
PROGRAM = ROOT / "tongban/terminals/portal/static/portal/check_evidence.py"


@dataclass
class Place:
    """Where backups of a product go, and the recipient's key."""

    product: Product
    base: Path
    identity: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)

    def __post_init__(self) -> None:
        self.product.settings = {
            **self.product.settings,
            "TONGBAN_BACKUP_RECIPIENT": str(self.identity.to_public()),
        }
        self.secret.write_text(str(self.identity), encoding="utf-8")

    @property
    def folder(self) -> Path:
        return self.base / "backups"

    @property
    def secret(self) -> Path:
        return self.base / "identity.txt"

    @property
    def newest(self) -> Path:
        return self.folder / archives.names(self.folder)[-1]

    def said(self, *words: str) -> str:
        """What a command prints; it must end well."""
        done = self.product.tongban("backup", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make(self, *more: str) -> Path:
        self.said("make", str(self.folder), *more)
        return self.newest

    @contextmanager
    def brought_back(self, archive: Path) -> Iterator[Product]:
        """The city of a backup in a folder and a database of its own, not started; the invariants hold there."""
        with _empty_database(self.product.database) as address:
            new = self.base / f"new-{uuid.uuid4().hex}"
            words = ["restore", str(archive), "--into", str(new), "--identity", str(self.secret)]
            words += ["--keys", str(self.product.var / "keys"), "--database", address]
            assert "the invariants hold" in self.said(*words)
            one = Product(new, address, settings=self.product.settings)
            try:
                yield one
            finally:
                one.stop()


@contextmanager
def _empty_database(beside: str) -> Iterator[str]:
    if not beside:
        yield ""
        return
    import psycopg

    name = f"tongban_running_bk_{uuid.uuid4().hex[:10]}"
    server = urlsplit(beside)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(beside)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def place(product, tmp_path):
    product.wait_for_jobs()
    return Place(product, tmp_path)


class Writer:
    """Somebody who hands in applications without a pause; `done` are those that were acknowledged, in order."""

    def __init__(self, product: Product) -> None:
        self.visitor = product.visitor("chen")
        self.done: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._over.is_set():
            id = str(uuid.uuid4())
            body = {"submission_id": id, "item": "sole-trader", "answers": SHOP, "signed": ["place"]}
            body["situation"] = {"form": "individual", "place": "shop"}
            if self.visitor.post_json("/api/cases/", body).status == 201:
                self.done.append(id)


def test_made_while_others_write(place):
    """Three backups of three moments: what was acknowledged before each is in it, and all of it agrees with itself."""
    with Writer(place.product) as writer:
        made = []
        for _ in range(3):
            some = len(writer.done) + 4
            until(lambda some=some: len(writer.done) >= some)
            before = list(writer.done)
            made.append((before, place.make()))
            made[-1] += (len(writer.done),)
    assert len(writer.done) > 10, "nobody wrote"
    assert any(after > len(before) for before, _, after in made), "nobody wrote while it was made"
    counts = []
    for before, path, _ in made:
        manifest = json.loads((path / "manifest.json").read_bytes())
        with place.brought_back(path) as new:
            assert new.ask("SELECT count(*) FROM events_event") == [(manifest["events"],)]
            rows = new.ask("SELECT id FROM cases_case WHERE case_no IS NOT NULL")
            there = {str(uuid.UUID(str(id))) for (id,) in rows}
            assert set(before) <= there
            submitted = new.ask("SELECT count(*) FROM events_event WHERE name = 'case.submitted'")
            assert submitted == [(len(there),)]
            counts.append(manifest["events"])
    assert counts == sorted(set(counts))


def test_killed_in_the_middle_nothing_looks_whole(place):
    """Killed 30 times at random moments, from its first breath to its last: what has the name of a backup is one."""
    dice = random.Random(int(os.environ.get("TONGBAN_TEST_SEED", "53")))
    began = time.monotonic()
    place.make()
    lasts = time.monotonic() - began
    key = archives.public_key(place.product.var / "keys" / "backup.pub")
    ended = 0
    for n in range(KILLS):
        # Every other one begins from nothing, so that there is much to write.
        folder = place.folder if n % 2 else place.base / f"fresh-{n}"
        words = [sys.executable, "-m", "tongban.site.cli", "backup", "make", str(folder)]
        with Path(os.devnull).open("wb") as nowhere:
            process = subprocess.Popen(
                words,
                env=place.product.environment,
                cwd=ROOT,
                stdout=nowhere,
                stderr=nowhere,
                start_new_session=True,
            )
        time.sleep(dice.uniform(0.3, 1.0) * lasts)  # the moment is what is tried
        ended += process.poll() is not None
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.wait()
        if folder.exists():
            for name in archives.names(folder):
                assert checking.Checker(key, [place.identity]).faults_of(folder / name) == [], (n, name)
    print(f"{KILLS} runs of about {lasts:.1f} s, {ended} had ended before they were killed")
    assert ended < KILLS / 2
    place.make("--keep", "1")
    assert archives.names(place.folder) == [place.newest.name]
    left = {one.name for one in place.folder.iterdir()} - {place.newest.name}
    assert left == {"files", ".lock"}
    assert not list(place.product.var.glob("scratch*"))
    with place.brought_back(place.newest):
        pass


def test_the_city_that_came_back_serves_and_its_receipts_hold(place, tmp_path):
    """An applicant's evidence from before verifies against the log of the city that was brought back, and its papers too."""
    product = place.product
    chen = product.visitor("chen")
    id = str(uuid.uuid4())
    body = {"submission_id": id, "item": "sole-trader", "answers": SHOP, "signed": ["place"]}
    body["situation"] = {"form": "individual", "place": "shop"}
    receipt = chen.post_json("/api/cases/", body).json
    product.wait_for_jobs()
    product.tongban("log", "seal")
    before = _saved(chen, f"/cases/{id}/evidence.json", tmp_path / "before.json")
    letter = _saved(chen, _letter(chen, id), tmp_path / "letter.pdf")
    head = _saved(chen, "/log/head.json", tmp_path / "head.json")
    archive = place.make()
    product.stop()
    with place.brought_back(archive) as new:
        new.start()
        again = new.visitor("chen")
        assert again.get(f"/api/cases/{id}/").json["short_no"] == receipt["short_no"]
        assert again.post_json("/api/cases/", body).headers.get("idempotent-replayed") == "true"
        new.tongban("log", "seal")
        after = _saved(again, f"/cases/{id}/evidence.json", tmp_path / "after.json")
        fingerprint = json.loads(after.read_bytes())["key"]["fingerprint"]
        assert _program().main([str(before), "--key", fingerprint, "--file", str(letter)]) == 0
        size = json.loads(head.read_bytes())["head"]["size"]
        grown = _saved(again, f"/log/grown.json?from={size}", tmp_path / "grown.json")
        words = ["--key", fingerprint, "--older", str(head), "--grown", str(grown)]
        assert _program().main([str(after), *words]) == 0
        assert _saved(again, _letter(again, id), tmp_path / "again.pdf").read_bytes() == letter.read_bytes()
        assert new.tongban("verify", str(letter)).returncode == 0
        assert again.post_json("/api/cases/", {**body, "submission_id": str(uuid.uuid4())}).status == 201
        new.wait_for_jobs()
        assert new.tongban("check").returncode == 0


def _saved(visitor: Visitor, address: str, path: Path) -> Path:
    answer = visitor.get(address)
    assert answer.status == 200, (address, answer.text[-500:])
    path.write_bytes(answer.body)
    return path


def _letter(visitor: Visitor, id: str) -> str:
    import re

    found = re.search(rf"/cases/{id}/letters/[0-9a-f-]+/", visitor.get(f"/cases/{id}/").text)
    assert found
    return found.group()


def _program():
    spec = importlib.util.spec_from_file_location("check_evidence", PROGRAM)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_a_drill_leaves_its_result_and_nothing_else(place):
    place.make()
    words = ["drill", str(place.folder), "--identity", str(place.secret)]
    assert "the invariants hold" in place.said(*words)
    assert place.said("check", str(place.folder), "--identity", str(place.secret)) == "ok\n"
    assert not (place.product.var / "drill").exists()
    if place.product.database:
        assert place.product.ask("SELECT datname FROM pg_database WHERE datname LIKE 'tongban_drill_%'") == []
    # What is broken in the city is broken in its backup, and the drill says so.
    place.product.stop()
    _break(place.product)
    place.make()
    done = place.product.tongban("backup", *words)
    assert done.returncode == 1
    assert "I15" in done.stdout
    assert "failed" in place.product.tongban("backup", "check", str(place.folder)).stdout


def _break(product: Product) -> None:
    """A number that was given to somebody loses its check digit."""
    change = "UPDATE cases_case SET case_no = 'DG000' WHERE id = (SELECT id FROM cases_case WHERE case_no IS NOT NULL LIMIT 1)"
    if product.database:
        import psycopg

        with psycopg.connect(product.database) as connection:
            connection.execute(change)
        return
    import sqlite3

    with sqlite3.connect(product.var / "tongban.sqlite3") as connection:
        connection.execute(change)


def test_each_night_by_the_worker(tmp_path):
    """Set, and nothing else done: a backup is there soon after the worker's day has begun."""
    identity = pyrage.x25519.Identity.generate()
    settings = {
        "TONGBAN_BACKUP_FOLDER": str(tmp_path / "backups"),
        "TONGBAN_BACKUP_RECIPIENT": str(identity.to_public()),
    }
    with running(settings=settings) as product:
        folder = tmp_path / "backups"
        until(lambda: folder.exists() and archives.names(folder))
        done = product.tongban("backup", "check", "--drill-days", "0")
        assert (done.returncode, done.stdout) == (0, "ok\n")
