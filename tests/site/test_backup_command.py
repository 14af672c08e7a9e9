"""Backups by command, by night and by the keys: what is printed, what is refused."""

import os
import subprocess
import tarfile

import pyrage
import pytest

from tests.keeping import everything_in
from tongban.foundation import time
from tongban.site import environment
from tongban.site.backup import archives, ciphers, dumps, escrow, nightly
from tongban.site.backup.archives import BackupProblem
from tongban.site.cli import main


@pytest.fixture
def settled(monkeypatch, small):
    """The command line works for the small city's folder."""
    monkeypatch.setenv("TONGBAN_VAR", str(small.var))
    monkeypatch.setattr("os.umask", lambda _mask: 0)
    monkeypatch.setattr("tongban.site.commands.backup._source", lambda: small.source)
    return small


class TestPrograms:
    """PostgreSQL's own."""

    def fake(self, tmp_path, monkeypatch, version):
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    def test_none_on_the_path(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupProblem, match="There is no pg_dump on the PATH"):
            dumps.program("pg_dump", 15)

    @pytest.mark.parametrize("version", ["14.11 (Debian 14.11-1)", "9.6.24"])
    def test_an_older_one(self, tmp_path, monkeypatch, version):
        self.fake(tmp_path, monkeypatch, version)
        with pytest.raises(BackupProblem, match=r"and the database is PostgreSQL 15"):
            dumps.program("pg_dump", 15)

    @pytest.mark.parametrize("version", ["15.2", "18beta1"])
    def test_the_same_or_a_newer_one(self, tmp_path, monkeypatch, version):
        self.fake(tmp_path, monkeypatch, version)
        assert dumps.program("pg_dump", 15) == str(tmp_path / "pg_dump")

    def test_the_password_stands_in_no_command_line_and_certificates_are_asked_for(self, monkeypatch):
        for name in [one for one in os.environ if one.startswith("PG")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PGSSLMODE", "verify-full")
        monkeypatch.setenv("PGUSER", "somebody")
        options = {"NAME": "a", "USER": "b", "PASSWORD": "geheim", "HOST": "c", "PORT": ""}
        found = dumps.environment(options)
        assert {name: found[name] for name in found if name.startswith("PG")} == {
            "PGDATABASE": "a",
            "PGUSER": "b",
            "PGPASSWORD": "geheim",
            "PGHOST": "c",
            "PGSSLMODE": "verify-full",
        }


class TestKeys:
    """Recipients, secret keys, and the escrow of the installation's own keys."""

    @pytest.mark.parametrize("text", ["age1x", "ssh-ed25519", "age1" + "q" * 58])
    def test_what_is_no_recipient(self, text):
        with pytest.raises(BackupProblem, match="is no public key of age"):
            ciphers.recipients(text)

    @pytest.mark.parametrize("content", ["", "# nothing", "AGE-SECRET-KEY-1QQQQ", "\udcff"])
    def test_what_is_no_secret_key(self, tmp_path, content):
        path = tmp_path / "k"
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
        with pytest.raises(BackupProblem, match="There is no secret key of age"):
            ciphers.identities(path)

    def test_secret_keys_of_a_file(self, small):
        assert [str(one) for one in ciphers.identities(small.identity_file())] == [str(small.identity)]
        assert ciphers.identities(None) == []

    def test_keys_are_put_away_for_another_person(self, small, tmp_path):
        keeper = pyrage.x25519.Identity.generate()
        (small.var / "peers").mkdir()
        (small.var / "peers" / "province.pub").write_text("x")
        target = escrow.put_away(
            small.var,
            tmp_path / "safe",
            to=[str(keeper.to_public())],
            backups=small.folder,
            backups_to=small.to,
        )
        inside = tmp_path / "keys.tar"
        with inside.open("wb") as out:
            ciphers.read(target, out, [keeper], encrypted=True)
        with tarfile.open(inside) as tar:
            tar.extractall(tmp_path / "new", filter="data")
        assert everything_in(tmp_path / "new") == {
            **{f"keys/{k}": v for k, v in everything_in(small.var / "keys").items()},
            "peers/province.pub": b"x",
        }

    def test_never_to_whom_the_backups_are(self, small, tmp_path):
        for to in ([], small.to):
            with pytest.raises(BackupProblem, match="There is no recipient for the keys"):
                escrow.put_away(small.var, tmp_path / "s", to=to, backups=None, backups_to=small.to)

    def test_never_among_the_backups(self, small):
        keeper = pyrage.x25519.Identity.generate()
        with pytest.raises(BackupProblem, match="is in the folder of backups"):
            escrow.put_away(
                small.var,
                small.folder / "keys",
                to=[str(keeper.to_public())],
                backups=small.folder,
                backups_to=small.to,
            )


class TestCommand:
    """`tongban backup make` and `keys`, and what the settings say."""

    def test_made_by_the_settings(self, settled, monkeypatch, capsys):
        monkeypatch.setenv("TONGBAN_BACKUP_FOLDER", str(settled.folder))
        monkeypatch.setenv("TONGBAN_BACKUP_RECIPIENT", settled.to[0])
        assert main(["backup", "make", "--keep", "1"]) == 0
        said = capsys.readouterr().out
        assert "5 stored files, of which 5 were written now" in said
        assert "the keys are not in it" in said
        assert main(["backup", "check", "--drill-days", "0"]) == 0
        assert capsys.readouterr().out == "ok\n"

    def test_refused_without_a_recipient(self, settled, capsys):
        assert main(["backup", "make", str(settled.folder)]) == 1
        said = capsys.readouterr().err
        assert "没有设置备份的收件人" in said
        assert "or say --plain" in said
        assert not settled.folder.exists()

    def test_unencrypted_only_when_said_and_with_a_warning(self, settled, capsys):
        assert main(["backup", "make", str(settled.folder), "--plain"]) == 0
        assert capsys.readouterr().out.startswith("WARNING: this backup is not encrypted")

    def test_plain_does_not_undo_a_recipient(self, settled, monkeypatch, capsys):
        monkeypatch.setenv("TONGBAN_BACKUP_RECIPIENT", settled.to[0])
        assert main(["backup", "make", str(settled.folder), "--plain"]) == 0
        assert "WARNING" not in capsys.readouterr().out
        assert archives.opened(settled.folder / archives.names(settled.folder)[0], settled.key).recipients

    def test_a_folder_is_needed(self, settled, capsys):
        assert main(["backup", "make", "--plain"]) == 1
        assert "There is no folder of backups" in capsys.readouterr().err

    def test_missing_files_end_it_with_1(self, settled, capsys):
        settled.stored(settled.digests[0]).unlink()
        assert main(["backup", "make", str(settled.folder), "--plain"]) == 1
        assert "1 FILES that the database names are missing or damaged" in capsys.readouterr().out

    def test_keys(self, settled, monkeypatch, capsys, tmp_path):
        keeper = str(pyrage.x25519.Identity.generate().to_public())
        monkeypatch.setenv("TONGBAN_SECRET_KEY", "x")
        assert main(["backup", "keys", str(tmp_path / "safe"), "--recipient", keeper]) == 0
        said = capsys.readouterr().out
        assert "tongban-keys-20260302T010000Z.age" in said
        assert "TONGBAN_SECRET_KEY is set by the environment" in said

    @pytest.mark.parametrize(
        ("folder", "to"),
        [("/backups", ""), ("/backups", "age1x"), ("", "AGE-SECRET-KEY-1X"), ("/b", "{0} x")],
    )
    def test_settings_that_would_not_encrypt_stop_the_start(self, small, monkeypatch, folder, to):
        monkeypatch.setenv("TONGBAN_BACKUP_FOLDER", folder)
        monkeypatch.setenv("TONGBAN_BACKUP_RECIPIENT", to.format(small.to[0]))
        with pytest.raises(environment.SettingProblem, match="TONGBAN_BACKUP_RECIPIENT"):
            environment.backup_folder()

    def test_settings_that_do(self, small, monkeypatch):
        assert environment.backup_folder() == ""
        monkeypatch.setenv("TONGBAN_BACKUP_FOLDER", "/backups")
        monkeypatch.setenv("TONGBAN_BACKUP_RECIPIENT", f"{small.to[0]} {small.to[0]}")
        assert environment.backup_folder() == "/backups"


class TestNightly:
    """What the worker begins."""

    def test_nothing_unless_a_folder_is_set(self, monkeypatch, settings):
        begun = []
        monkeypatch.setattr(nightly, "make", lambda: begun.append(1))
        nightly.every_night(time.today())
        assert begun == []

    def test_a_process_of_its_own(self, monkeypatch, settings, tmp_path, caplog):
        settings.BACKUP_FOLDER, settings.BACKUP_KEEP = str(tmp_path), 3
        ran = []

        def run(words, **_):
            ran.append(words[1:])
            return subprocess.CompletedProcess(words, len(ran) - 1, "made\n", "no disk")

        monkeypatch.setattr(subprocess, "run", run)
        assert nightly.make() == 0
        assert ran == [["-m", "tongban.site.cli", "backup", "make", str(tmp_path), "--keep", "3"]]
        caplog.set_level("ERROR", logger="tongban")
        monkeypatch.setattr(nightly._LOG, "propagate", True)
        assert nightly.make() == 1
        assert "the backup of the night failed: made\nno disk" in caplog.text

    def test_it_is_daily_work(self):
        from tongban.kernel.events.states import DAILY

        assert DAILY["site.backup.nightly.every_night"] is nightly.every_night
