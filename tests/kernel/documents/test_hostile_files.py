"""Hundreds of hostile files: none is released, each is told why, nothing stays; good ones pass; what opens them is confined."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernel.documents.attacks import ATTACKS
from tests.kernel.documents.good import good
from tests.kernel.documents.hostile import pdf, picture
from tests.kernel.documents.test_files import kept, take
from tests.kernel.documents.test_scanners import CLEAN, VIRUS, Daemon
from tongban.kernel.documents import actions, calc, queries
from tongban.kernel.documents.calc import child, opening
from tongban.kernel.documents.calc.refusals import REFUSALS
from tongban.kernel.documents.models import StoredFile

# What is refused before a file is opened
BEFORE = {
    "kind": "has a kind that cannot be used.",
    "renamed": "it may be another file that was renamed.",
    "empty": "is empty.",
}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of the test's own."""
    settings.FILES = tmp_path
    return tmp_path


def test_there_are_enough_of_them_and_every_refusal_is_met():
    assert len(ATTACKS) >= 300
    assert len({(name, content) for name, content, _why in ATTACKS.values()}) == len(ATTACKS)
    # `limits` is met below: whatever comes near it is refused for its own reason first.
    assert {why for _name, _content, why in ATTACKS.values()} == {*BEFORE, *REFUSALS} - {"limits"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ATTACKS)
def test_a_hostile_file_is_refused_for_its_own_reason_and_leaves_nothing(kind, store):
    name, content, why = ATTACKS[kind]
    with pytest.raises(calc.FileRefused) as refused:
        take(content, name, size=1024)
    problem = refused.value
    assert problem.status == 422
    expected = BEFORE.get(why) or REFUSALS[why][1].replace("{n}", "").split("  ")[-1]
    assert problem.sentence_en.endswith(expected)
    assert f"“{calc.plain_name(name)}”" in problem.sentence_zh
    assert problem.todo_zh
    assert problem.todo_en
    assert kept(store) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_good_files_pass(store):
    files = good()
    assert len(files) >= 30
    for what, (ending, content) in files.items():
        row = take(content, f"plan.{ending}", size=1024)
        assert queries.content(row) == content, what
    assert len(kept(store)) == len({content for _ending, content in files.values()})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", pdf().replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")),
        ("plan.jpg", picture("JPEG")[:2] + b"\xff\xfe\x00\x46" + EICAR + picture("JPEG")[2:]),
    ],
)
def test_what_only_the_scanner_knows_is_its_own_to_refuse(name, content, settings, store):
    daemon = Daemon()
    settings.SCANNER, settings.SCANNER_ADDRESS, settings.SCANNER_SECONDS = "clamd", daemon.address, 5
    try:
        daemon.answer = VIRUS
        with pytest.raises(actions.FileInfected):
            take(content, name)
        assert EICAR in daemon.got
        assert kept(store) == []
        daemon.answer = CLEAN
        take(content, name)
    finally:
        daemon.close()


class TestTheChild:
    """What opens the files has limits, and the server believes nothing but its whole answer."""

    @pytest.fixture
    def program(self, tmp_path, monkeypatch):
        """Put other code in the child's place."""

        def put(code: str) -> None:
            path = tmp_path / "child.py"
            path.write_text(code)
            monkeypatch.setattr(opening, "_CHILD", str(path))

        return put

    @pytest.mark.parametrize(
        "code",
        [
            "import os; os.kill(os.getpid(), 11)",
            "raise ValueError",
            "print('{\"pages\": 1}', end='')",
            "pass",
            "print('{\"pages\": 1}'); raise SystemExit(3)",
        ],
    )
    def test_a_crash_and_half_an_answer_release_nothing(self, program, code):
        program(code)
        assert opening.ask("check", "pdf", pdf()) == opening.Answer(refused="limits")

    def test_what_takes_too_long_is_killed_and_is_gone(self, program, monkeypatch, tmp_path):
        monkeypatch.setattr(opening, "WALL_SECONDS", 1)
        program(
            f"import os, threading\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\nthreading.Event().wait()"
        )
        assert opening.ask("check", "pdf", pdf()).refused == "limits"
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)

    @pytest.mark.parametrize(
        ("act", "ended"),
        [
            ("while True: pass", -9),
            ("bytearray(300 * 1024 * 1024)", 1),
            ("open('/dev/shm/tongban-never', 'wb', 0).write(b'x')", 1),
            ("[open('/dev/null') for _ in range(99)]", 1),
            ("print('alive')", 0),
        ],
    )
    def test_limits(self, act, ended):
        code = f"import sys; sys.path.append({str(Path(child.__file__).parent)!r}); import child; child.confine(1, 200 * 1024 * 1024)\n{act}"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code], capture_output=True, timeout=30, check=False
        )
        assert done.returncode == ended, done.stderr

    def test_it_has_no_environment_and_starts_elsewhere(self, program, monkeypatch):
        monkeypatch.setenv("TONGBAN_SECRET", "x")
        program(
            "import json, os\nprint(json.dumps({'refused': os.getcwd(), 'number': len([k for k in os.environ if 'TONGBAN' in k])}))"
        )
        assert opening.ask("check", "pdf", pdf()) == opening.Answer(refused="/", number=0)

    @pytest.mark.django_db
    def test_no_process_no_release_and_no_blame(self, monkeypatch, store):
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(actions.FileUnscanned) as refused:
            take(pdf())
        assert (refused.value.status, refused.value.retry_after) == (503, 120)
        assert kept(store) == []

    @pytest.mark.django_db
    def test_too_much_is_said_to_be_too_much(self, monkeypatch, store):
        monkeypatch.setattr(opening, "MEMORY", 60 * 1024 * 1024)
        with pytest.raises(calc.FileRefused, match="too complicated"):
            take(picture("PNG", 6_000, 5_000), "plan.png")
        assert kept(store) == []
