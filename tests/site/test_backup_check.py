"""Whatever is changed in a backup is found; ages and drills that are missing sound the alarm; into an empty place only."""

import random

import pyrage
import pytest

from tests.keeping import everything_in
from tongban.foundation import time
from tongban.site import keys
from tongban.site.backup import archives, checking, ciphers, drilling
from tongban.site.backup.archives import BackupProblem
from tongban.site.cli import main

FLIPS = 1_000


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
