"""Backups of a small city: what they consist of, what a second one copies, what goes, and what is refused."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess

import pyrage
import pytest

from tests.keeping import CONTENT, Small, everything_in
from tongban.site.backup import archives, ciphers, making
from tongban.site.backup.archives import BackupProblem


class TestMaking:
    """What lies there afterwards."""

    def test_it_consists_of_these_files_and_the_manifest_says_so(self, small):
        made = small.make()
        path = made.archive.path
        assert path.name.startswith("20260302T010000Z-")
        assert {one.name for one in path.iterdir()} == {
            "manifest.json",
            "manifest.sig",
            "files.txt",
            "database.sqlite3.age",
        }
        manifest = json.loads((path / "manifest.json").read_bytes())
        assert manifest == made.archive.manifest
        assert (manifest["events"], manifest["head"]["size"], manifest["missing"]) == (5, 7, 0)
        assert manifest["pack"] == {"code": "small", "version": "1"}
        assert manifest["made_at"] == "2026-03-02T09:00:00+08:00"
        database = (path / "database.sqlite3.age").read_bytes()
        assert hashlib.sha256(database).hexdigest() == manifest["database"]["sha256"]
        assert len(database) == manifest["database"]["size"]
        kept = made.archive.kept()
        assert (len(kept), sum(one.size for one in kept)) == (5, manifest["files"]["bytes"])
        shared = everything_in(small.folder / "files")
        assert {f"{one.sha256[:2]}/{one.sha256}" for one in kept} == set(shared)
        assert all(hashlib.sha256(content).hexdigest() == name[3:] for name, content in shared.items())
        assert small.check() == []

    def test_nothing_of_the_content_and_no_digest_of_it_can_be_read(self, small):
        small.make()
        everything = (
            b"".join(everything_in(small.folder).values()) + "".join(everything_in(small.folder)).encode()
        )
        for secret in (
            "441900195101011234",
            CONTENT[:2],
            "SQLite format",
            "documents_storedfile",
            *small.digests,
        ):
            assert secret.encode() not in everything
        for name in ("ring.json", "backup.pem"):
            assert (small.var / "keys" / name).read_bytes() not in everything

    def test_the_keys_open_it(self, small, tmp_path):
        path = small.make().archive.path
        inside = tmp_path / "opened.sqlite3"
        with inside.open("wb") as out:
            ciphers.read(path / "database.sqlite3.age", out, [small.identity], encrypted=True)
        found = sqlite3.connect(inside)
        assert found.execute("SELECT count(*) FROM events_event").fetchone() == (5,)
        assert found.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        found.close()

    def test_the_tool_age_opens_it(self, small):
        if shutil.which("age") is None:
            pytest.skip("put the tool age on the PATH to open backups with it too")
        path = small.make().archive.path
        key = str(small.identity_file())
        files = [one for one in (small.folder / "files").rglob("*") if one.is_file()]
        opened = [
            subprocess.run(["age", "-d", "-i", key, str(one)], capture_output=True, check=True).stdout
            for one in (path / "database.sqlite3.age", *files)
        ]
        assert opened[0].startswith(b"SQLite format 3")
        assert {hashlib.sha256(one).hexdigest() for one in opened[1:]} == set(small.digests)

    def test_the_copy_of_the_database_does_not_stay(self, small):
        small.make()
        assert {one.name for one in small.var.iterdir()} == {"keys", "files", "tongban.sqlite3"}

    def test_the_second_copies_only_what_is_new(self, small, clock):
        first = small.make()
        before = everything_in(small.folder)
        clock.move(days=1)
        small.add(b"another")
        second = small.make()
        assert (first.files, second.files, second.archive.manifest["files"]["count"]) == (5, 1, 6)
        after = everything_in(small.folder)
        assert {name: after[name] for name in before} == before
        assert archives.names(small.folder) == [first.archive.path.name, second.archive.path.name]
        assert small.check() == []

    def test_others_recipients_get_files_of_their_own(self, small):
        small.make()
        other = pyrage.x25519.Identity.generate()
        made = small.make(to=[str(other.to_public())])
        assert made.files == 5
        assert small.check(made.archive.path, identities=[other]) == []
        assert len(small.check(made.archive.path, identities=[small.identity])) == 6

    def test_two_recipients_open_the_same_backup(self, small):
        other = pyrage.x25519.Identity.generate()
        path = small.make(to=[*small.to, str(other.to_public())]).archive.path
        for one in (small.identity, other):
            assert small.check(path, identities=[one]) == []

    def test_what_was_damaged_in_the_folder_is_there_anew(self, small, clock):
        first = small.make().archive
        one = archives.shared_path(first.shared, first.kept()[2].sha256)
        one.write_bytes(one.read_bytes()[:-1])
        clock.move(days=1)
        second = small.make()
        assert (second.files, second.written_again) == (1, 1)
        assert len(small.check(first.path)) == 1
        assert small.check(second.archive.path, identities=[small.identity]) == []

    def test_a_stored_file_that_is_gone_or_damaged_is_counted_and_the_rest_is_kept(self, small):
        small.stored(small.digests[0]).unlink()
        small.stored(small.digests[1]).write_bytes(b"x")
        made = small.make()
        assert (made.missing, made.files, made.archive.manifest["missing"]) == (2, 3, 2)
        assert small.check(hours=0) == [
            "2 files that the newest backup's database names were not in the store, or damaged"
        ]
        assert list((small.folder / "files").glob(".*")) == []

    def test_a_good_copy_outlives_the_original(self, small, clock):
        small.make()
        small.stored(small.digests[0]).write_bytes(b"x")
        clock.move(days=1)
        assert small.make().missing == 0
        assert small.check(identities=[small.identity]) == []

    def test_unencrypted_it_is_the_database_itself(self, small):
        path = small.make(to=[]).archive.path
        found = sqlite3.connect(path / "database.sqlite3")
        assert found.execute("SELECT count(*) FROM events_event").fetchone() == (5,)
        found.close()
        assert {one.name for one in (small.folder / "files").rglob("*") if one.is_file()} == set(
            small.digests
        )
        assert small.check() == []

    def test_only_one_at_a_time(self, small):
        small.make()
        with archives.locked(small.folder), pytest.raises(BackupProblem, match="Another backup or drill"):
            small.make()
        small.make()

    def test_without_a_database_nothing_is_left(self, small):
        (small.var / "tongban.sqlite3").unlink()
        with pytest.raises(BackupProblem, match="There is no database"):
            small.make()
        assert everything_in(small.folder) == {}
        assert not (small.var / "scratch").exists()

    def test_a_damaged_database_is_no_backup(self, small):
        with small.database() as database:
            for n in range(2000):
                database.execute("INSERT INTO events_event (name) VALUES (?)", [f"event {n}" * 9])
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = small.var / "tongban.sqlite3"
        content = bytearray(path.read_bytes())
        content[4096 * 6 : 4096 * 8] = bytes(4096 * 2)
        path.write_bytes(content)
        with pytest.raises(BackupProblem, match="is damaged: database disk image is malformed"):
            small.make()
        assert archives.names(small.folder) == []


class TestKeeping:
    """Which older ones go."""

    def three(self, small, clock):
        for n in range(3):
            small.add(f"day {n}".encode())
            yield small.make().archive
            clock.move(days=1)

    def test_older_ones_go_with_what_only_they_needed(self, small, clock):
        first, second, third = self.three(small, clock)
        with small.database() as database:
            database.execute("DELETE FROM documents_storedfile WHERE sha256 = ?", [small.digests[0]])
            database.commit()
        made = small.make(keep=2)
        assert made.removed == (first.path.name, second.path.name)
        assert archives.names(small.folder) == [third.path.name, made.archive.path.name]
        small.make(keep=1)
        assert len(archives.names(small.folder)) == 1
        assert len([one for one in (small.folder / "files").rglob("*") if one.is_file()]) == 7
        assert small.check() == []

    def test_nothing_goes_when_the_new_one_cannot_be_read_back(self, small, clock, monkeypatch):
        before = [one.path.name for one in self.three(small, clock)]
        honest = ciphers.write

        def on_a_bad_disk(source, target, to):
            written = honest(source, target, to)
            content = bytearray(target.read_bytes())
            content[-1] ^= 1
            target.write_bytes(content)
            return written

        monkeypatch.setattr(ciphers, "write", on_a_bad_disk)
        with pytest.raises(BackupProblem, match="does not have its digest"):
            small.make(keep=1)
        assert archives.names(small.folder)[:3] == before
        assert small.check(hours=0)

    def test_stored_files_stay_while_a_list_cannot_be_read(self, small, clock):
        *_, third = self.three(small, clock)
        (third.path / "files.txt").write_bytes(b"")
        files = set(everything_in(small.folder / "files"))
        small.make(keep=2)
        assert archives.names(small.folder)[0] == third.path.name
        assert set(everything_in(small.folder / "files")) >= files

    def test_what_a_killed_run_left_goes(self, small):
        small.make()
        for name in (".part-1", ".gone-1"):
            (small.folder / name).mkdir()
            (small.folder / name / "manifest.json").write_bytes(b"x")
        (small.folder / "files" / ".part-2").write_bytes(b"x")
        assert small.check() == []
        small.make()
        assert not list(small.folder.glob(".part-*")) + list(small.folder.glob(".gone-*"))
        assert not list((small.folder / "files").glob(".part-*"))


def test_only_their_owner_reads_them(small):
    before = os.umask(0o077)
    try:
        path = small.make().archive.path
    finally:
        os.umask(before)
    assert {one.stat().st_mode & 0o777 for one in (path, small.folder, small.folder / "files")} == {0o700}
    assert {one.stat().st_mode & 0o777 for one in small.folder.rglob("*") if one.is_file()} == {0o600}


def test_the_ring_is_known_again_without_being_told(small):
    said = making.ring_of(small.source.ring)
    assert said["keys"] == [1]
    assert said == making.ring_of(small.source.ring)
    assert said["check"] != making.ring_of(Small(small.base / "other").source.ring)["check"]
