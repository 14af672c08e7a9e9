"""For whom the program reads: what the database is told of each actor, and where row security cannot be (ADR 0047)."""

import threading
import uuid

import pytest
from django.db import connection

from tongban.foundation import readers
from tongban.foundation.readers import EVERYTHING, NOBODY, Reader, reading_as, reading_everything
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM, Actor, Granted, Held
from tongban.kernel.access.rules import reader_for
from tongban.kernel.events.states import ActorKind
from tongban.kernel.records.actions import action
from tongban.site import environment
from tongban.site.cli import main
from tongban.site.databases import GUARDED, databases
from tongban.site.environment import SettingProblem

PERSON, PRINCIPAL, FIRM, OTHER, THIRD = (uuid.UUID(int=n) for n in range(1, 6))


def test_of_a_person_what_is_theirs_and_for_whom_they_act():
    actor = Actor(
        kind=ActorKind.PERSON,
        account_id=uuid.UUID(int=9),
        person_id=PERSON,
        organisation_id=FIRM,
        represents=(FIRM,),
        governs=(OTHER,),
        mandates=(Held(PRINCIPAL, person=True), Held(THIRD, person=False, items=("food-licence",))),
    )
    assert reader_for(actor) == Reader(
        kind="person",
        account=str(uuid.UUID(int=9)),
        people=(str(PERSON), str(PRINCIPAL)),
        firms=(str(FIRM), str(OTHER), str(THIRD)),
        reach=(),
    )


def test_of_an_officer_every_right_of_every_grant():
    grants = (
        Granted("receiver", "", "441900/441900113/"),
        Granted("signon_officer", "data_bureau", ""),
        Granted("receiver", "", "441900/441900113/", items=("relief",)),
    )
    actor = Actor(kind=ActorKind.STAFF, account_id=PERSON, grants=grants)
    found = reader_for(actor)
    assert (found.kind, found.people, found.firms) == ("staff", (), ())
    assert found.reach == ("case.receive|%|441900/441900113/%", "signon.manage|data\\_bureau|%")
    assert found.said == (
        "staff",
        str(PERSON),
        "",
        "",
        "case.receive|%|441900/441900113/%\nsignon.manage|data\\_bureau|%",
    )


def test_nobody_is_a_person_without_anything_and_the_system_is_told_apart():
    assert reader_for(ANONYMOUS) == Reader("person")
    assert reader_for(SYSTEM) is EVERYTHING


def test_signs_of_patterns_mean_themselves():
    assert readers.reach("case.view", "a%b_c\\d", "") == "case.view|a\\%b\\_c\\\\d|%"


def test_a_reader_lasts_as_long_as_its_block_and_within_its_thread():
    seen: list[Reader] = []
    mine = Reader("person", people=("x",))
    with reading_as(mine):
        other = threading.Thread(target=lambda: seen.append(readers.current()))
        other.start()
        other.join()
        with reading_everything():
            assert readers.current() is EVERYTHING
        with pytest.raises(ZeroDivisionError), reading_everything():
            raise ZeroDivisionError
        assert readers.current() is mine
    assert seen == [NOBODY]
    assert readers.current() is EVERYTHING  # of the tests themselves (tests/conftest.py)


def test_an_action_reads_everything_and_a_page_again_what_it_did(db):
    mine = Reader("person", people=("x",))
    with reading_as(mine):
        assert action(readers.current)() is EVERYTHING
        assert readers.current() is mine


class TestSettings:
    def test_sqlite_has_no_row_security(self, tmp_path):
        with pytest.raises(SettingProblem, match="SQLite has no row security"):
            databases("", tmp_path, reader="tongban_rows")

    def test_postgresql_works_in_the_role(self, tmp_path):
        one = databases("postgresql://web@db:5432/tongban", tmp_path, reader="tongban_rows")["default"]
        assert (one["ENGINE"], one["OPTIONS"]["assume_role"], one["USER"]) == (GUARDED, "tongban_rows", "web")
        without = databases("postgresql://web@db:5432/tongban", tmp_path)["default"]
        assert without["ENGINE"] == "django.db.backends.postgresql"
        assert "assume_role" not in without["OPTIONS"]

    @pytest.mark.parametrize("name", ["Rows", "rows; DROP TABLE x", "1rows", "r" * 64, 'a"b'])
    def test_only_the_name_of_a_role(self, name, monkeypatch):
        monkeypatch.setenv("TONGBAN_ROW_SECURITY", name)
        with pytest.raises(SettingProblem, match="name of a role"):
            environment.row_security()

    def test_off_unless_set(self, monkeypatch):
        monkeypatch.delenv("TONGBAN_ROW_SECURITY", raising=False)
        assert environment.row_security() == ""

    @pytest.mark.parametrize("what", ["set-up", "check", "show", "take-down"])
    def test_the_command_says_that_sqlite_has_none(self, what, capsys):
        if connection.vendor != "sqlite":
            pytest.skip("about SQLite")
        assert main(["row-security", what]) == 1
        assert "SQLite has no row security. Use PostgreSQL" in capsys.readouterr().err
