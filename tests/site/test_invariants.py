"""Each invariant finds the fault that it is there for, and nothing in a sound database."""

import json
from collections.abc import Callable

import pytest
from django.db import connection

from tests import city, sweeping
from tests.kernel.cases.stages import at, office
from tests.kernel.credentials.faces import face, issue
from tests.kernel.documents.hostile import pdf
from tongban.kernel.cases.models import Case, CaseMaterial
from tongban.kernel.cases.states import CaseState
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.documents import actions as letters
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events.models import Event
from tongban.kernel.records.actions import action
from tongban.site.cli import main
from tongban.site.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of the test's own, so that its damage stays in the test."""
    settings.FILES = tmp_path


@pytest.fixture
def case(clock):
    """A food licence that was handed in, beside two other cases."""
    at(CaseState.ACCEPTED, office())
    at(CaseState.REFUSED, office())
    return city.food()[0]


def faults() -> dict[str, int]:
    """How many faults each invariant has; those without any are left out."""
    return {name: len(found) for name, (_, check) in INVARIANTS.items() if (found := check())}


def tamper(statement: str, *parameters) -> None:
    """Write past Django and past the append-only triggers, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            with sweeping.without_triggers():
                cursor.execute(statement, parameters)
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")  # triggers sleep
            cursor.execute(statement, parameters)
            cursor.execute("SET LOCAL session_replication_role = origin")


def key(row) -> object:
    """A row's identifier as the database spells it."""
    return row.pk.hex if connection.vendor == "sqlite" else row.pk


def change(case, **values) -> None:
    """Change a case past all actions."""
    action(Case.objects.filter(pk=case.pk).update)(**values)


def submission(case) -> Event:
    """The event of a case's submission."""
    return Event.objects.get(name="case.submitted", subject_id=case.pk)


def test_a_sound_database_has_no_faults(case):
    assert faults() == {}


def rewrite_answers(case) -> None:
    row = Case.objects.get(pk=case.pk)
    row.answers = {**row.answers, "area": "860.5"}
    action(row.save)()


def _letter(case, number: str) -> None:
    letters.issue_letter(
        about=case,
        kind="receipt",
        number=number,
        pdf=pdf(),
        sealed_by="a",
        verify_code=number,
        effect_key=number,
    )


# what is done → the invariants that must notice, with their number of faults
PLANTED: dict[str, tuple[Callable[[Case], None], dict[str, int]]] = {
    "answers rewritten after submission": (rewrite_answers, {"I1": 1}),
    "a material exchanged": (
        lambda case: action(CaseMaterial.objects.filter(case=case, material="layout").update)(
            digest="0" * 64
        ),
        {"I1": 1},
    ),
    "a submission event deleted": (
        lambda case: tamper("DELETE FROM events_event WHERE id = %s", key(submission(case))),
        {"I1": 1, "I8": 1},
    ),
    "a case deleted": (
        lambda case: action(
            lambda: (case.materials.all().delete(), Case.objects.filter(pk=case.pk).delete())
        )(),
        {"I1": 1},
    ),
    "a letter written twice": (
        lambda case: [_letter(case, number) for number in "12"],
        {"I2": 1},
    ),
    "a credential issued twice": (
        lambda case: [issue(face(city.person(), number), case_id=case.pk) for number in ("n1", "n2")],
        {"I2": 1},
    ),
    "an event rewritten": (
        lambda case: tamper(
            "UPDATE events_event SET payload = %s WHERE id = %s", json.dumps({"x": 1}), key(submission(case))
        ),
        {"I8": 1},
    ),
    "a state reached without an event": (lambda case: change(case, state="refused"), {"I8": 1}),
    "a due date moved": (
        lambda case: action(Clock.objects.filter(subject_id=case.pk).update)(due_on="2026-03-10"),
        {"I9": 1},
    ),
    "a due date on a day off": (
        lambda case: action(Clock.objects.filter(subject_id=case.pk).update)(
            due_on="2026-03-14", yellow_on=None
        ),
        {"I9": 1},
    ),
    "a file changed": (
        lambda case: documents.store_path(StoredFile.objects.filter(name="plan.pdf")[0].sha256).write_bytes(
            b"x"
        ),
        {"I10": 1},
    ),
    "a file gone": (
        lambda case: documents.store_path(StoredFile.objects.filter(name="plan.pdf")[0].sha256).unlink(),
        {"I10": 1},
    ),
    "a number that is none": (lambda case: change(case, case_no="12345"), {"I15": 1}),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found_where_it_belongs(planted, case):
    plant, expected = PLANTED[planted]
    plant(case)
    assert faults() == expected


def test_the_command_says_what_it_found(case, capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out.count(" ok ") == len(INVARIANTS)
    change(case, case_no="12345")
    assert main(["check", "i15", "I9", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert {name: len(found) for name, found in report.items()} == {"I9": 0, "I15": 1}
    assert main(["check", "I15"]) == 1
    assert "1 FAULTS" in capsys.readouterr().out
    assert main(["check", "I99"]) == 2
    assert "unknown: I99" in capsys.readouterr().err
