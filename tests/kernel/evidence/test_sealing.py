"""Events get numbers, the log a signed head; whatever is changed afterwards is found, here and by the program that stands alone."""

import contextlib
import importlib.util
import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events import actions as events
from tongban.kernel.events import queries as logged
from tongban.kernel.events.models import Event
from tongban.kernel.evidence import actions, queries, tasks
from tongban.kernel.evidence.models import Head, Leaf, Log, Subtree
from tongban.kernel.evidence.states import WIDTH
from tongban.kernel.seals.models import SealKey
from tongban.kernel.seals.states import SEAL_USED
from tongban.terminals import portal

pytestmark = pytest.mark.django_db

PROGRAM = Path(portal.__file__).parent / "static" / "portal" / "check_evidence.py"


def program():
    """The program that people are given, as a module."""
    spec = importlib.util.spec_from_file_location("check_evidence", PROGRAM)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def about():
    return SealKey.objects.first()


def happen(about, times: int = 1, **payload):
    return [
        events.record(name=SEAL_USED, about=about, by=SYSTEM, payload={"n": n, **payload})
        for n in range(times)
    ]


def test_everything_gets_one_number_and_the_head_covers_it(clock, about):
    happen(about, 5)
    tasks.seal()
    assert Log.objects.get().size == Event.objects.count() == Leaf.objects.count()
    assert sorted(Leaf.objects.values_list("number", flat=True)) == list(range(Event.objects.count()))
    assert queries.newest().size == Event.objects.count()
    assert queries.newest().at == time.now()
    assert queries.broken() == []


def test_nothing_new_makes_no_head(clock, about):
    tasks.seal()
    tasks.seal()
    assert Head.objects.count() == 1


def test_subtrees_are_kept_as_they_become_whole(clock, about):
    tasks.seal()
    happen(about, WIDTH + 3)
    tasks.seal()
    size = Event.objects.count()
    assert Subtree.objects.filter(level=1).count() == size // WIDTH
    assert queries.Tree().root(size).hex() == queries.newest().root
    assert queries.broken() == []


def test_an_event_committed_late_is_not_passed_over(clock, about):
    """Its identifier is older than one that has its number already."""
    (late,) = happen(about)
    clock.move(minutes=20)
    happen(about, 3)
    with hidden(late):
        tasks.seal()
    assert not Leaf.objects.filter(event_id=late.pk).exists()
    tasks.seal()
    assert Leaf.objects.get(event_id=late.pk).number == Event.objects.count() - 1
    assert queries.broken() == []


def test_one_that_is_later_than_an_hour_is_found_at_night(clock, about):
    (late,) = happen(about)
    clock.move(hours=2)
    happen(about)
    with hidden(late):
        tasks.seal()
    tasks.seal()
    assert not Leaf.objects.filter(event_id=late.pk).exists()
    tasks.each_night(time.today())
    assert Leaf.objects.filter(event_id=late.pk).exists()


@contextlib.contextmanager
def hidden(event):
    """As if its transaction had not ended yet."""
    found = queries.events.without

    def without(place, since):
        return found(place, since).exclude(pk=event.pk)

    queries.events.without = without
    try:
        yield
    finally:
        queries.events.without = found


def test_what_is_not_as_it_was_written_is_not_signed(clock, about, monkeypatch):
    happen(about)
    actions.number()
    monkeypatch.setattr(logged, "content_of", lambda row: b"something else")
    with pytest.raises(actions.NotAsWritten):
        actions.sign()
    assert not Head.objects.exists()


def test_an_event_without_its_digest_gets_no_number(clock, about):
    (event,) = happen(about)
    tamper("events_event", event.pk, "digest", "0" * 64, restore=False)
    tasks.seal()
    assert not Leaf.objects.filter(event_id=event.pk).exists()


# ----------------------------------------------------------------------------------------------- whoever owns the database


@contextlib.contextmanager
def unguarded(table: str):
    """Take away what refuses changes, as the owner of the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("RESET ROLE")  # where the program works in another role than the owner's
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        role = connection.settings_dict["OPTIONS"].get("assume_role")
        if role:
            cursor.execute(f"SET ROLE {connection.ops.quote_name(role)}")


def tamper(table: str, pk, column: str, value, *, restore: bool = True):
    raw = pk.hex if connection.vendor == "sqlite" else pk
    with unguarded(table) as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, raw])


def delete(table: str, pk):
    raw = pk.hex if connection.vendor == "sqlite" else pk
    with unguarded(table) as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [raw])


class Undo(Exception):
    pass


@pytest.mark.slow
def test_every_change_by_the_owner_of_the_database_is_found(clock, about):
    happen(about, 40)
    tasks.seal()
    happen(about, 7)
    tasks.seal()
    dice = random.Random(1)
    rows = {model: list(model.objects.all()) for model in (Event, Leaf, Head)}
    for turn in range(120):
        with contextlib.suppress(Undo), transaction.atomic():
            _change(dice, rows, turn)
            assert queries.broken(), f"turn {turn}"
            raise Undo


def _change(dice: random.Random, rows, turn: int) -> None:
    event, leaf, head = (dice.choice(rows[model]) for model in (Event, Leaf, Head))
    other = dice.choice([row for row in rows[Leaf] if row.pk != leaf.pk])
    match turn % 8:
        case 0:
            tamper("events_event", event.pk, "payload", json.dumps({"n": dice.random()}))
        case 1:
            tamper("events_event", event.pk, "at", "2026-03-02 09:00:01+00:00")
        case 2:
            delete("events_event", event.pk)
        case 3:
            delete("evidence_leaf", leaf.pk)
        case 4:  # put in another order
            delete("evidence_leaf", leaf.pk)
            tamper("evidence_leaf", other.pk, "number", leaf.number)
        case 5:
            tamper("evidence_head", head.pk, "root", f"{dice.getrandbits(256):064x}")
        case 6:
            tamper("evidence_head", head.pk, "signature", f"{dice.getrandbits(500):0128x}")
        case 7:  # a made-up event, its place and hash with it, where another was
            tamper("events_event", event.pk, "name", "case.accepted")
            made = Event.objects.get(pk=event.pk)
            hashed = queries.calc.leaf(logged.content_of(made)).hex()
            tamper("evidence_leaf", Leaf.objects.get(event_id=event.pk).pk, "hash", hashed)


# --------------------------------------------------------------------------------------------- the program that stands alone


@pytest.fixture
def sealed(clock, about, tmp_path):
    """Evidence of five events in a log that grew afterwards, and the whole log; as files."""
    happen(about, 30)
    tasks.seal()
    older = queries.evidence(logged.history(about.pk)[:5])
    happen(about, 300)
    tasks.seal()
    rows = logged.history(about.pk)
    paths = {name: tmp_path / f"{name}.json" for name in ("older", "evidence", "grown", "log")}
    paths["older"].write_text(json.dumps(older))
    paths["evidence"].write_text(json.dumps(queries.evidence(rows[:5] + rows[-3:])))
    sizes = older["head"]["size"], queries.newest().size
    paths["grown"].write_text(json.dumps({"proof": queries.grown(*sizes)}))
    paths["log"].write_text("\n".join(json.dumps(one) for one in queries.whole_log()))
    return paths


@pytest.fixture
def pinned():
    return ["--key", queries.fingerprint(queries.key())]


def test_evidence_and_the_whole_log_are_genuine(sealed, pinned, capsys):
    check = program().main
    older = ["--older", str(sealed["older"])]
    assert check([str(sealed["evidence"]), *pinned, *older, "--grown", str(sealed["grown"])]) == 0
    assert check(["--log", str(sealed["log"]), *pinned, *older]) == 0
    assert capsys.readouterr().out.count("GENUINE") == 2


def test_another_key_is_not_believed(sealed, capsys):
    assert program().main([str(sealed["evidence"]), "--key", "0123456789abcdef"]) == 1
    assert "signed with the key" in capsys.readouterr().out


def test_a_file_is_known_by_its_digest(clock, about, pinned, tmp_path, capsys):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF the letter")
    happen(about, digest="e2a1f0d7ad3f1b3d0ad8d6b6d7b1f0f6e5a7f6f0f4b9a3c2b1a0f9e8d7c6b5a4")
    import hashlib

    happen(about, digest=hashlib.sha256(letter.read_bytes()).hexdigest())
    tasks.seal()
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(queries.evidence(logged.history(about.pk))))
    assert program().main([str(path), *pinned, "--file", str(letter)]) == 0
    letter.write_bytes(b"%PDF another letter")
    assert program().main([str(path), *pinned, "--file", str(letter)]) == 1


@pytest.mark.slow
def test_a_thousand_changes_of_evidence_and_log_are_found(sealed, pinned, tmp_path, capsys):
    check, dice = program().main, random.Random(2)
    evidence = json.loads(sealed["evidence"].read_text())
    lines = sealed["log"].read_text().splitlines()
    path = tmp_path / "changed"
    for turn in range(1000):
        if turn % 10:  # the whole log takes longer to check
            path.write_text(json.dumps(_changed(dice, json.loads(json.dumps(evidence)))))
            found = check([str(path), *pinned])
        else:
            path.write_text("\n".join(_reordered(dice, list(lines))))
            found = check(["--log", str(path), *pinned])
        assert found, f"turn {turn}"


def _changed(dice: random.Random, document):
    entry = dice.choice(document["entries"])
    match dice.randrange(8):
        case 0:
            entry["document"]["payload"]["n"] = dice.random()
        case 1:
            entry["document"]["actor"] = str(dice.random())
        case 2:
            entry["number"] += dice.choice((-1, 1, document["head"]["size"]))
        case 3:
            place = dice.randrange(len(entry["proof"]))
            entry["proof"][place] = f"{dice.getrandbits(256):064x}"
        case 4:
            entry["proof"].pop(dice.randrange(len(entry["proof"])))
        case 5:
            document["head"]["root"] = f"{dice.getrandbits(256):064x}"
        case 6:
            document["head"][dice.choice(("at", "origin"))] += " "
        case 7:
            text = document["head"]["signature"]
            place = dice.randrange(len(text))
            sign = dice.choice([one for one in "0123456789abcdef" if one != text[place]])
            document["head"]["signature"] = text[:place] + sign + text[place + 1 :]
    return document


def _reordered(dice: random.Random, lines: list[str]) -> list[str]:
    entries = [place for place, line in enumerate(lines) if place and '"head"' not in line]
    # The newest entries may not be under a head yet; here they all are.
    first, second = sorted(dice.sample(entries, 2))
    match dice.randrange(4):
        case 0:
            lines.pop(first)
        case 1:
            lines.insert(first, lines[second])
        case 2:
            one, two = json.loads(lines[first]), json.loads(lines[second])
            one["document"], two["document"] = two["document"], one["document"]
            lines[first], lines[second] = json.dumps(one), json.dumps(two)
        case 3:
            one = json.loads(lines[first])
            one["document"]["at"] = (time.now() + timedelta(days=1)).isoformat()
            lines[first] = json.dumps(one)
    return lines
