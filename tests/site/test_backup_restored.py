"""A backup comes back into an empty place only, and a drill says whether it would."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pyrage
import pytest

from tests.keeping import Small, everything_in
from tongban.site import keys
from tongban.site.backup import archives, checking, drilling, dumps, restoring
from tongban.site.backup.archives import BackupProblem
from tongban.site.cli import main


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
