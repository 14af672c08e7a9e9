"""The command line: plain output, JSON for programs, exit code 0 only when all is well."""

import io
import json
import re
import shutil

import pytest
from django.conf import settings

from tests import city
from tests.kernel.cases.stages import office, ready_to_decide
from tests.kernel.documents.hostile import pdf
from tests.packs.reading import credentials as pack_credentials
from tests.packs.reading import items as pack_items
from tongban.foundation.ids import make_resident_id
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions as cases
from tongban.kernel.credentials import actions as credential_actions
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents import queries as documents
from tongban.site.cli import COMMANDS, main, parser

ID = make_resident_id("44190019900307001")


@pytest.fixture
def typed(monkeypatch):
    """Put a text on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def lines(capsys) -> list[dict]:
    """What was printed, line by line."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_command_is_there_and_helps(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert re.search(rf"\n    {name}\s", text)  # the help of a long name begins on the next line
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2
    with pytest.raises(SystemExit):
        parser().parse_args([])


class TestIds:
    """`tongban ids`: no database."""

    def test_good_ones(self, capsys):
        assert main(["ids", ID, "11441900MB9900013G"]) == 0
        found = lines(capsys)
        assert [one["identifier"] for one in found] == [ID, "11441900MB9900013G"]
        assert [{v["kind"] for v in one["verdicts"] if v["ok"]} for one in found] == [
            {"resident_id"},
            {"uscc"},
        ]

    def test_a_bad_one_among_good_ones(self, capsys, typed):
        wrong = ID[:-1] + ("0" if ID[-1] != "0" else "1")
        typed(f"{ID}\n\n{wrong}\n")
        assert main(["ids"]) == 1
        good, bad = lines(capsys)
        assert not any(verdict["ok"] for verdict in bad["verdicts"])
        assert all(verdict["why_zh"] and verdict["why_en"] for verdict in bad["verdicts"])
        assert any(verdict["ok"] for verdict in good["verdicts"])


class TestDue:
    """`tongban due`: no database."""

    def test_a_history_with_pause_and_extension(self, capsys, typed):
        typed(
            "limit: {value: 10, unit: workdays}\n"
            "history: [{accepted: 2026-11-02}, {paused: 2026-11-05, reason: inspection}, {resumed: 2026-11-10}]\n"
            "today: 2026-11-12\n"
        )
        assert main(["due"]) == 0
        assert lines(capsys) == [
            {
                "due": "2026-11-19",
                "provisional": False,
                "used": 5,
                "left": 5,
                "paused": False,
                "stopped": False,
                "overdue": False,
                "light": "green",
            }
        ]

    def test_pauses_within_pauses_extension_and_stop(self, capsys, typed):
        typed(
            "limit: {value: 5, unit: workdays}\n"
            "history:\n"
            "  - {accepted: 2026-03-02}\n"
            "  - {paused: 2026-03-04, reason: hearing}\n"
            "  - {paused: 2026-03-05, reason: testing}\n"
            "  - {resumed: 2026-03-09, reason: hearing}\n"
            "  - {extended: {value: 3, unit: workdays}, on: 2026-03-10}\n"
            "  - {resumed: 2026-03-12, reason: testing}\n"
            "  - {paused: 2026-03-13, reason: hearing}\n"
            "  - {resumed: 2026-03-16, reason: hearing}\n"
            "  - {stopped: 2026-03-25}\n"
        )
        # 3 and 4 March, 13 March, then 17 to 20 and 23 March.
        assert main(["due"]) == 0
        (found,) = lines(capsys)
        assert found["due"] == "2026-03-23"
        assert (found["stopped"], found["overdue"], found["light"]) == (True, True, "done")
        assert (found["used"], found["left"]) == (10, -2)

    def test_the_first_day_counted_and_an_end_that_does_not_roll(self, capsys, typed):
        typed(
            "- {limit: {value: 5, unit: workdays, count_start_day: true}, history: [{accepted: 2026-03-02}]}\n"
            "- {limit: {value: 10, unit: days, roll: false}, history: [{accepted: 2026-04-24}]}\n"
            "- {limit: {value: 5, unit: workdays},"
            " history: [{accepted: 2026-03-02}, {extended: {value: 5, unit: days}}]}\n"
        )
        assert main(["due"]) == 1
        assert [one.get("due") for one in lines(capsys)] == ["2026-03-06", "2026-05-04", None]

    def test_many_histories_of_which_one_cannot_be(self, capsys, typed):
        typed(
            "- {limit: {value: 5, unit: workdays}, history: [{accepted: '2026-11-09'}]}\n"
            "- {limit: {value: 5, unit: workdays}, history: [{resumed: '2026-11-09', reason: hearing}]}\n"
            "- {limit: {value: 5, unit: moons}, history: []}\n"
            "- nonsense\n"
            "- {limit: {value: 3, unit: days}, history: [{accepted: '2026-11-02'},"
            " {extended: {value: 2, unit: days}, on: '2026-11-03'}, {stopped: '2026-11-04'}]}\n"
        )
        assert main(["due"]) == 1
        found = lines(capsys)
        assert [one.get("due") for one in found] == ["2026-11-16", None, None, None, "2026-11-09"]
        assert [set(one) == {"error"} for one in found] == [False, True, True, True, False]
        assert found[4]["stopped"] is True


@pytest.mark.django_db
class TestCatalogue:
    """`tongban items`, `tongban search`."""

    def test_items(self, capsys):
        assert main(["items", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert len(found) == len(pack_items())
        assert set(found[0]) == {
            "code",
            "name",
            "name_en",
            "version",
            "task_code",
            "agency",
            "type",
            "kind",
            "online_depth",
        }
        assert main(["items"]) == 0
        assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
            one["code"] for one in found
        ]

    def test_search(self, capsys):
        assert main(["search", "开个小饭馆要办什么证", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found[0]["code"] == "food-licence"
        assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
        assert main(["search", "火星", "--json"]) == 1
        assert json.loads(capsys.readouterr().out) == []


class TestPack:
    """`tongban pack`."""

    def test_the_pack_in_use(self, capsys):
        assert main(["pack", "check"]) == 0
        printed = capsys.readouterr().out
        assert f"{len(pack_items())} items, {len(pack_credentials())} credential types, " in printed
        assert printed.rstrip().endswith(" subsidy items: no faults")

    def test_a_faulty_pack(self, capsys, tmp_path):
        pack = shutil.copytree(settings.PACK, tmp_path / "p")
        path = pack / "items" / "tax-proof.yaml"
        path.write_text(path.read_text().replace("agency: tax", "agency: taxes", 1))
        assert main(["pack", "check", "--folder", str(pack), "--lang", "en"]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "items/tax-proof.yaml:" in printed.err
        assert "nothing called 'taxes' is declared" in printed.err
        assert main(["pack", "load", "--folder", str(pack)]) == 1
        assert "没有登记机构“taxes”" in capsys.readouterr().err

    @pytest.mark.django_db
    def test_loading_what_is_loaded(self, capsys):
        assert main(["pack", "load"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "0 changes"

    @pytest.mark.django_db
    def test_a_foreseen_failure_is_a_sentence(self, capsys, tmp_path):
        pack = shutil.copytree(settings.PACK, tmp_path / "p")
        path = pack / "items" / "tax-proof.yaml"
        path.write_text(path.read_text().replace("level: 3", "level: 4", 1))
        assert main(["pack", "load", "--folder", str(pack)]) == 1
        error = capsys.readouterr().err
        assert "Version 1 of 'tax-proof' is published" in error
        assert "Traceback" not in error


@pytest.mark.django_db
class TestVerify:
    """`tongban verify`."""

    @pytest.fixture
    def licence(self, clock, tmp_path):
        of = office()
        case = ready_to_decide(of, "yes")
        cases.grant(case_id=case.pk, by=of.decider)
        city.run_jobs()
        row = credentials.of_case(case.pk)
        path = tmp_path / "licence.pdf"
        path.write_bytes(documents.content(row.file))
        return row, path

    def verdict(self, path, capsys) -> tuple[int, dict]:
        code = main(["verify", str(path), "--json"])
        return code, json.loads(capsys.readouterr().out)

    def test_an_original(self, licence, capsys):
        row, path = licence
        code, said = self.verdict(path, capsys)
        assert code == 0
        assert said == {
            "verdict": "valid",
            "sealed_by": "东莞市市场监督管理局",
            "sealed_at": said["sealed_at"],
            "covers_whole_file": True,
            "original": True,
            "credential": row.number,
            "state": "valid",
        }
        assert main(["verify", str(path)]) == 0
        assert row.number in capsys.readouterr().out

    def test_a_letter_is_an_original_too(self, licence, capsys, tmp_path):
        row, _ = licence
        letter = documents.letters_about(row.case_id)[0]
        path = tmp_path / "letter.pdf"
        path.write_bytes(documents.content(letter.file))
        code, said = self.verdict(path, capsys)
        assert (code, said["original"], said["credential"]) == (0, True, None)

    def test_no_changed_copy_passes_wherever_it_was_changed(self, licence, capsys):
        _, path = licence
        content = path.read_bytes()
        for place in range(0, len(content), len(content) // 60):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert main(["verify", str(path)]) == 2
        path.write_bytes(content + b"\n")
        assert main(["verify", str(path)]) == 2
        assert capsys.readouterr().out

    def test_a_revoked_or_expired_licence_is_genuine_but_not_good(self, licence, capsys, clock):
        row, path = licence
        clock.move(days=365 * 5 + 2)
        assert (self.verdict(path, capsys)[0], self.verdict(path, capsys)[1]["state"]) == (2, "expired")
        credential_actions.revoke(credential=row, by=SYSTEM)
        code, said = self.verdict(path, capsys)
        assert (code, said["verdict"], said["state"]) == (2, "valid", "revoked")

    @pytest.mark.parametrize(
        ("content", "verdict"), [(pdf(), "unsealed"), (b"", "unreadable"), (b"MZ", "unreadable")]
    )
    def test_other_files(self, content, verdict, capsys, tmp_path):
        path = tmp_path / "x.pdf"
        path.write_bytes(content)
        code, said = self.verdict(path, capsys)
        assert (code, said["verdict"], said["original"]) == (2, verdict, False)

    def test_a_file_that_is_not_there(self, capsys, tmp_path):
        assert main(["verify", str(tmp_path / "none.pdf")]) == 2
        printed = capsys.readouterr()
        assert printed.err
        assert "Traceback" not in printed.err
