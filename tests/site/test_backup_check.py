"""Whatever is changed in a backup is found; ages and drills that are missing sound the alarm; into an empty place only."""

import json
import random
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pyrage
import pytest

from tests.keeping import Small, everything_in
from tongban.foundation import time
from tongban.site import keys
from tongban.site.backup import archives, checking, ciphers, drilling, dumps, restoring
from tongban.site.backup.archives import BackupProblem
from tongban.site.cli import main

FLIPS = 1_000


@pytest.fixture
def small(tmp_path, clock):
    return Small(tmp_path)


@pytest.fixture
def archive(small):
    return small.make().archive


class TestDamage:
    """Bits, bytes and files."""

    @pytest.mark.parametrize("encrypted", [True, False])
    def test_every_flipped_bit_is_found(self, small, encrypted):
        """Each file of an archive and each stored file takes its share, small ones as many as large ones."""
        small.make(to=small.to if encrypted else [])
        parts = sorted(everything_in(small.folder))
        assert len(parts) == 9
        choose = random.Random(20)
        found = 0
        for n in range(FLIPS):
            path = small.folder / parts[n % len(parts)]
            content = path.read_bytes()
            bit = choose.randrange(len(content) * 8)
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            found += bool(small.check(hours=0))
            path.write_bytes(content)
        assert found == FLIPS
        assert small.check(hours=0) == []

    def test_cut_lengthened_emptied_gone_or_exchanged(self, small):
        small.make()
        contents = everything_in(small.folder)
        other = next(name for name in contents if name.startswith("files/"))
        for name, content in contents.items():
            path = small.folder / name
            for changed in (content[:-1], content + b"\0", b"", contents[other] if name != other else b"x"):
                path.write_bytes(changed)
                assert small.check(hours=0), (name, len(changed))
            path.unlink()
            assert small.check(hours=0), name
            path.write_bytes(content)
        assert small.check(hours=0) == []

    def test_a_file_too_many(self, small, archive):
        (archive.path / "notes.txt").write_text("x")
        (small.folder / "files" / "ab").mkdir(exist_ok=True)
        (small.folder / "files" / "ab" / "notes.txt").write_text("x")
        assert small.check() == [
            f"{archive.path.name}: there is a file notes.txt that is not of it",
            "files/ab/notes.txt is not a stored file of a backup",
        ]

    def test_one_that_somebody_else_signed(self, small, archive):
        other = keys.backup_key(small.base / "other")
        content = (archive.path / "manifest.json").read_bytes()
        (archive.path / "manifest.sig").write_bytes(archives.signed(content, other))
        assert "does not have its signature" in small.check()[0]

    def test_a_signature_over_something_else_of_ours_is_none(self, small, archive):
        content = (archive.path / "manifest.json").read_bytes()
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        bare = load_pem_private_key(keys.backup_key(small.var).encode(), None).sign(content)
        (archive.path / "manifest.sig").write_bytes(bare)
        assert "does not have its signature" in small.check()[0]

    def test_one_stored_file_is_named_by_each_that_needs_it_and_read_once(
        self, small, archive, clock, monkeypatch
    ):
        clock.move(hours=1)
        second = small.make().archive
        one = archives.shared_path(archive.shared, archive.kept()[0].sha256)
        one.write_bytes(b"x")
        read = []
        honest = archives.digest_of
        monkeypatch.setattr(archives, "digest_of", lambda path: (read.append(path), honest(path))[1])
        faults = small.check()
        assert [fault.split(":")[0] for fault in faults] == [archive.path.name, second.path.name]
        assert read.count(one) == 1

    def test_with_the_key_it_is_opened_too(self, small, archive):
        assert small.check(identities=[small.identity]) == []
        faults = small.check(identities=[pyrage.x25519.Identity.generate()])
        assert len(faults) == 6
        assert all("does not open" in fault for fault in faults)

    def test_what_was_put_in_by_somebody_who_knows_the_recipient_only(self, small, archive, tmp_path):
        """Encrypting needs no secret; the digest in the signed manifest is what stands against it."""
        (tmp_path / "x").write_bytes(b"SQLite format 3\0")
        with (tmp_path / "x").open("rb") as source:
            ciphers.write(source, archive.path / "database.sqlite3.age", small.to)
        assert small.check(identities=[small.identity]) == [
            f"{archive.path.name}: database.sqlite3.age does not have its digest"
        ]


class TestAges:
    """What a monitor is told."""

    def test_none_at_all(self, small):
        small.folder.mkdir()
        assert small.check() == ["there is no backup"]

    def test_a_folder_that_is_not_there(self, small):
        with pytest.raises(BackupProblem, match="cannot be read"):
            small.check()

    def test_an_old_one(self, small, archive, clock):
        clock.move(hours=26)
        assert small.check() == []
        clock.move(minutes=1)
        assert small.check() == ["the newest backup is of 2026-03-02 09:00, more than 26 hours ago"]
        assert small.check(hours=0) == []
        assert small.check(archive.path) == []

    def test_the_newest_counts_only_with_its_signature(self, small, archive, clock):
        clock.move(hours=27)
        newest = small.make().archive
        assert small.check() == []
        (newest.path / "manifest.sig").write_bytes(bytes(64))
        assert [fault.split(",")[-1] for fault in small.check()][-1] == " more than 26 hours ago"

    def test_drills(self, small, archive, clock):
        def said():
            return small.check(hours=0, drill_days=8)

        assert said() == ["there was no drill, or its result lacks its signature"]
        self.note(small, ok=True, faults=[])
        assert said() == []
        clock.move(days=8)
        assert said() == []
        clock.move(minutes=1)
        assert said() == ["the last drill was on 2026-03-02, more than 8 days ago"]
        self.note(small, ok=False, faults=["I1: a", "I2: b"])
        assert said() == ["the drill of 2026-03-10 failed: I1: a; I2: b"]

    @pytest.mark.parametrize("forged", ['{"at"', "[]", "{}", '{"result": {}, "signature": "zz"}'])
    def test_a_result_that_is_none(self, small, archive, forged):
        (small.folder / "drill.json").write_text(forged)
        assert checking.last_drill(small.folder, small.key) is None

    def test_a_result_that_was_changed(self, small, archive):
        self.note(small, ok=False, faults=["x"])
        path = small.folder / "drill.json"
        path.write_text(path.read_text().replace("false", "true"))
        assert checking.last_drill(small.folder, small.key) is None

    def note(self, small, **result):
        result = {"at": time.now().isoformat(), **result}
        drilling.write_down(small.folder, result, keys.backup_key(small.var))

    def test_the_command(self, small, archive, clock, monkeypatch, capsys):
        monkeypatch.setenv("TONGBAN_VAR", str(small.var))
        words = ["backup", "check", str(small.folder)]
        assert main([*words, "--drill-days", "0", "--identity", str(small.identity_file())]) == 0
        clock.move(days=2)
        assert main(words) == 1
        assert capsys.readouterr().out.splitlines()[-1] == "2 FAULTS"
        elsewhere = small.base / "monitor"
        elsewhere.mkdir()
        monkeypatch.setenv("TONGBAN_VAR", str(elsewhere))
        assert main(words) == 1
        assert "The public key that checks backups cannot be read" in capsys.readouterr().err
        (elsewhere / "backup.pub").write_bytes((small.var / "keys" / "backup.pub").read_bytes())
        assert (
            main([*words, "--key", str(elsewhere / "backup.pub"), "--hours", "0", "--drill-days", "0"]) == 0
        )
        assert {one.name for one in elsewhere.iterdir()} == {"backup.pub"}


@pytest.fixture
def invariants(monkeypatch):
    """What `tongban check` answers in the restored place; the real one is asked by tests/faults/test_backups.py."""
    asked = []
    answer = {"stdout": '{"I1": [], "I8": []}', "returncode": 0}

    def run(words, *, env, **_):
        asked.append((words[3:], env["TONGBAN_VAR"], env["TONGBAN_NOW"]))
        return subprocess.CompletedProcess(words, answer["returncode"], answer["stdout"], "no such table")

    monkeypatch.setattr(restoring.subprocess, "run", run)
    return asked, answer


class TestBringingBack:
    """Into an empty place, under the right keys, and only what is whole."""

    def bring(self, small, archive, into=None, **options):
        into = into or small.base / "new"
        return restoring.restore(
            archive.path,
            restoring.Target(into),
            **{
                "key": small.key,
                "identities": [small.identity],
                "keys_from": small.var / "keys",
                **options,
            },
        )

    @pytest.mark.parametrize("encrypted", [True, False])
    def test_everything_is_there_again(self, small, invariants, encrypted):
        archive = small.make(to=small.to if encrypted else []).archive
        brought = self.bring(small, archive)
        assert (brought.faults, brought.events, brought.files) == ([], 5, 5)
        assert set(brought.seconds) == {"digests", "files", "database", "invariants"}
        new = small.base / "new"
        assert everything_in(new / "files") == everything_in(small.var / "files")
        assert everything_in(new / "keys") == everything_in(small.var / "keys")
        with small.database() as old, Small.database(_At(new)) as again:
            assert list(again.iterdump()) == list(old.iterdump())
        assert invariants[0] == [(["check", "--json"], str(new), "2026-03-02T09:00:00+08:00")]

    def test_what_the_invariants_say_is_said(self, small, archive, invariants):
        invariants[1]["stdout"] = '{"I1": ["case 1: not exactly one"], "I8": []}'
        assert self.bring(small, archive).faults == ["I1: case 1: not exactly one"]

    def test_invariants_that_cannot_be_asked_are_a_fault(self, small, archive, invariants):
        invariants[1].update(stdout="", returncode=1)
        assert self.bring(small, archive).faults == ["the invariants could not be asked: no such table"]

    def test_the_keys_may_lie_there_already(self, small, archive, invariants):
        new = small.base / "new"
        shutil.copytree(small.var / "keys", new / "keys")
        (new / "peers").mkdir()
        assert self.bring(small, archive, keys_from=None).faults == []

    @pytest.mark.parametrize("there", ["tongban.sqlite3", "files", ".hidden"])
    def test_never_over_anything(self, small, archive, there):
        new = small.base / "new"
        new.mkdir()
        (new / there).write_text("mine")
        with pytest.raises(BackupProblem, match="is not empty"):
            self.bring(small, archive)
        assert everything_in(new) == {there: b"mine"}

    def test_never_without_keys_or_under_others(self, small, archive):
        with pytest.raises(BackupProblem, match="There is no key ring"):
            self.bring(small, archive, keys_from=None)
        other = Small(small.base / "other")
        with pytest.raises(BackupProblem, match="is not the key ring of this backup"):
            self.bring(small, archive, small.base / "new2", keys_from=other.var / "keys")
        for name in ("new", "new2"):
            assert not (small.base / name / "files").exists()

    def test_a_ring_that_has_lost_a_key(self, small, archive):
        keys.add_key(small.var)
        later = small.make().archive
        assert later.manifest["ring"]["keys"] == [1, 2]
        keys.drop_old_keys(small.var)
        with pytest.raises(BackupProblem, match=r"lacks its keys \[1\]"):
            self.bring(small, archive)

    def test_never_what_is_damaged(self, small, archive):
        one = archives.shared_path(archive.shared, archive.kept()[0].sha256)
        one.write_bytes(b"x")
        with pytest.raises(BackupProblem, match="does not have its digest"):
            self.bring(small, archive)
        assert not (small.base / "new").exists()

    def test_the_recipients_key_is_needed(self, small, archive):
        with pytest.raises(BackupProblem, match="is encrypted"):
            self.bring(small, archive, identities=[])
        with pytest.raises(BackupProblem, match="does not open"):
            self.bring(small, archive, identities=[pyrage.x25519.Identity.generate()])
        assert not (small.base / "new" / "tongban.sqlite3").exists()

    def test_a_database_of_the_other_kind(self, small, archive):
        target = restoring.Target(small.base / "new", "postgresql://nobody@127.0.0.1/none")
        with pytest.raises(BackupProblem, match="is of sqlite"):
            restoring.restore(archive.path, target, key=small.key, identities=[small.identity])

    def test_row_security_as_it_was(self, small, archive, monkeypatch):
        monkeypatch.setenv("TONGBAN_ROW_SECURITY", "tongban_rows")
        with pytest.raises(BackupProblem, match="TONGBAN_ROW_SECURITY=''"):
            self.bring(small, archive)

    def test_the_command(self, small, archive, invariants, capsys):
        words = ["backup", "restore", str(archive.path), "--identity", str(small.identity_file())]
        words += ["--keys", str(small.var / "keys"), "--into"]
        assert main([*words, str(small.base / "new")]) == 0
        said = capsys.readouterr().out
        assert "the invariants hold" in said
        assert "5 events and 5 stored files as of 2026-03-02T09:00:00+08:00" in said
        invariants[1]["stdout"] = '{"I1": ["x"]}'
        assert main([*words, str(small.base / "again")]) == 1
        assert "1 FAULTS of the invariants" in capsys.readouterr().out


class _At:
    def __init__(self, var):
        self.var = var


class TestDrills:
    """Tried out, thrown away, written down."""

    def drill(self, small, **options):
        return drilling.drill(
            small.folder,
            small.var,
            **{
                "key": small.key,
                "signing_key": keys.backup_key(small.var),
                "identities": [small.identity],
                "server": "",
                **options,
            },
        )

    def test_it_goes_well(self, small, archive, invariants, clock):
        before = everything_in(small.var)
        clock.move(hours=2)
        result = self.drill(small)
        assert (result["ok"], result["faults"], result["events"], result["files"]) == (True, [], 5, 5)
        assert (result["archive"], result["at"]) == (archive.path.name, "2026-03-02T11:00:00+08:00")
        assert checking.last_drill(small.folder, small.key) == json.loads(json.dumps(result))
        assert everything_in(small.var) == before
        assert small.check(drill_days=8) == []

    def test_a_failure_is_a_result(self, small, archive, clock):
        result = self.drill(small, identities=[pyrage.x25519.Identity.generate()])
        assert (result["ok"], len(result["faults"])) == (False, 1)
        assert "does not open" in result["faults"][0]
        assert not (small.var / "drill").exists()
        assert "failed" in small.check(drill_days=8)[0]

    def test_whatever_stops_it_is_a_result(self, small, archive, monkeypatch):
        monkeypatch.setattr(restoring, "restore", lambda *_, **__: 1 / 0)
        assert self.drill(small)["faults"] == ["ZeroDivisionError: division by zero"]

    def test_the_newest_is_tried_even_when_it_is_not_whole(self, small, archive, clock):
        clock.move(days=1)
        newest = small.make().archive
        (newest.path / "manifest.sig").unlink()
        result = self.drill(small)
        assert (result["archive"], result["ok"]) == (newest.path.name, False)

    def test_nothing_to_try(self, small):
        small.folder.mkdir()
        with pytest.raises(BackupProblem, match="There is no backup in"):
            self.drill(small)

    def test_what_a_killed_one_left_goes(self, small, archive, invariants):
        (small.var / "drill").mkdir()
        (small.var / "drill" / "tongban.sqlite3").write_text("x")
        assert self.drill(small)["ok"]
        assert not (small.var / "drill").exists()
        assert (small.var / "keys" / "ring.json").exists()

    def test_the_command(self, small, archive, invariants, monkeypatch, capsys):
        monkeypatch.setenv("TONGBAN_VAR", str(small.var))
        words = ["backup", "drill", str(small.folder), "--identity", str(small.identity_file())]
        assert main(words) == 0
        assert "the invariants hold" in capsys.readouterr().out
        assert main(words[:3]) == 1
        assert "is encrypted" in capsys.readouterr().out


class TestPostgres:
    """The ways of PostgreSQL, without a server; with one: tests/faults/test_backups.py."""

    def test_a_drill_that_may_make_no_database_says_so(self, small, archive, monkeypatch):
        import psycopg

        class Refusing:
            autocommit = False

            def execute(self, statement):
                raise psycopg.errors.InsufficientPrivilege("permission denied to create database")

            def close(self):
                pass

        monkeypatch.setattr(dumps, "connect", lambda _options: Refusing())
        with (
            pytest.raises(BackupProblem, match=r"No database could be made .* permission denied"),
            contextmanager(drilling._database.__wrapped__)("postgresql://x@127.0.0.1/x", small.var),
        ):
            pass

    def test_a_server_that_is_not_there(self):
        options = {"NAME": "x", "USER": "x", "PASSWORD": "", "HOST": "127.0.0.1", "PORT": "1"}
        with pytest.raises(BackupProblem, match="The database cannot be reached"):
            dumps.connect(options)


@pytest.mark.slow
def test_checking_needs_no_database_and_writes_nothing(small, archive, tmp_path):
    """On a machine that has the folder and the public key only."""
    here = tmp_path / "elsewhere"
    here.mkdir()
    words = ["backup", "check", str(small.folder), "--drill-days", "0", "--hours", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "tongban.site.cli", *words, "--key", str(small.var / "keys" / "backup.pub")],
        env={"TONGBAN_VAR": str(here), "TONGBAN_DATABASE": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, list(here.iterdir())) == (0, "ok\n", [])
