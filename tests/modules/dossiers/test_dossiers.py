"""A copy of all one's data: complete, by its schema, encrypted where it lies, for who asked alone, gone after its days."""

import io
import json
import uuid
import zipfile
from pathlib import Path

import jsonschema_rs
import pytest
from django.db import IntegrityError, transaction

from tests import city
from tongban.foundation import time
from tongban.kernel.events import queries as events
from tongban.modules import dossiers as package
from tongban.modules.dossiers import actions, calc, queries, tasks
from tongban.modules.dossiers.models import Dossier
from tongban.modules.dossiers.rules import NoSuchDossier
from tongban.modules.dossiers.states import SECTIONS, STEPS
from tongban.modules.looks import actions as looks
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.states import Kind, Whose

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(
    (Path(package.__file__).parent / "schemas" / "data-copy.json").read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def standing(clock):
    return clock


def made(by, language="zh-hans"):
    """A dossier with its jobs done: (row, archive)."""
    row = actions.request(by=by, language=language)
    city.run_jobs()
    row = queries.dossier(row.pk)
    assert row.state == "ready"
    return row, zipfile.ZipFile(io.BytesIO(queries.content(row)))


def document(archive):
    return json.loads(archive.read("data.json"))


def test_a_persons_copy_holds_what_there_is_of_them_and_nobody_else(clock):
    case = city.allowance()
    city.run_jobs()
    me = city.actor(city.account(city.party_queries.person(case.person_id)))
    other, _by = city.food()
    seen = Seen(kind=Kind.VIEW, door="desk-case", whose=(Whose.PERSON, me.person_id), about=("case", case.pk))
    looks.look(seen=seen, by=city.actor(city.officer("clerk")))
    row, archive = made(me)
    found = document(archive)
    jsonschema_rs.validator_for(SCHEMA).validate(found)
    assert set(SECTIONS) <= set(found)
    assert found["subject"] == {"kind": "person", "id": str(me.person_id), "name": "何秀珍"}
    assert [one["short_no"] for one in found["cases"]] == [case.short_no]
    facts = {one["name"]: one for one in found["facts"]}
    number = city.parties_person(me).id_no
    assert facts["person.id_no"] == {
        "name": "person.id_no",
        "value": number,
        "source": "public-security",
        "as_of": clock.now.isoformat(),
        "state": "known",
    }
    assert [(one["door"], one["about_id"]) for one in found["looks"]] == [("desk-case", str(case.pk))]
    assert other.short_no not in json.dumps(found)
    assert found["files"], "the receipt goes with it"
    assert {f"files/{one}" for one in found["files"]} == {
        name for name in archive.namelist() if name.startswith("files/")
    }
    page = archive.read("index.html").decode()
    assert number in page
    assert "公民身份号码" in page or "身份证号码" in page
    assert json.loads(archive.read("schema.json")) == SCHEMA
    assert (row.done, row.size) == (STEPS, len(queries.content(row)))
    names = [one.name for one in events.history(row.pk)]
    assert names == ["dossier.requested", "dossier.finished"]


def test_an_enterprises_copy_is_its_own_and_not_its_agents(clock):
    case, by = city.food()
    city.cases.open_draft(item_code="tax-proof", by=_alone(by))
    _row, archive = made(by)
    found = document(archive)
    assert found["subject"]["kind"] == "organisation"
    assert [one["short_no"] for one in found["cases"]] == [case.short_no]
    assert "tax-proof" not in json.dumps(found)
    assert {one["name"].split(".")[0] for one in found["facts"]} == {"org"}
    assert any("licence.png" in one for one in found["files"])


def _alone(by):
    account = city.party_queries.account(by.account_id)
    return city.actor(account)


def test_it_lies_encrypted_and_a_damaged_one_is_none():
    me = city.actor(city.account(city.person()))
    row, _archive = made(me)
    path = queries.path(row.pk)
    assert city.parties_person(me).id_no.encode() not in path.read_bytes()
    assert not path.read_bytes().startswith(b"PK")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(NoSuchDossier):
        queries.content(row)


def test_it_is_for_who_asked_alone(clock):
    representative = city.person()
    firm = city.organisation(representative)
    asker, other = city.account(representative), city.account(city.person())
    row, _archive = made(city.actor(asker, firm))
    assert [one.pk for one in queries.mine(city.actor(asker))] == [row.pk]
    for stranger in (city.actor(other), city.actor(city.officer("clerk", "supervisor", "bureau", agency=""))):
        assert list(queries.mine(stranger)) == []
        with pytest.raises(NoSuchDossier):
            actions.fetch(dossier_id=row.pk, by=stranger)
    actions.fetch(dossier_id=row.pk, by=city.actor(asker))
    assert [one.name for one in events.history(row.pk)][-1] == "dossier.fetched"


def test_who_may_act_no_more_gets_none(monkeypatch):
    me = city.actor(city.account(city.person()))
    row = actions.request(by=me, language="zh-hans")
    monkeypatch.setattr(queries, "asker", lambda _row: None)
    city.run_jobs()
    assert queries.dossier(row.pk).state == "deleted"
    assert not queries.path(row.pk).exists()


def test_one_at_a_time():
    me = city.actor(city.account(city.person()))
    row = actions.request(by=me, language="zh-hans")
    assert actions.request(by=me, language="en").pk == row.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        _another(row)
    city.run_jobs()
    assert actions.request(by=me, language="en").pk != row.pk


def _another(row):
    from tongban.kernel.records.actions import action

    values = {
        one.attname: getattr(row, one.attname) for one in Dossier._meta.concrete_fields if one.name != "id"
    }
    action(Dossier(**values).save)(force_insert=True)


def test_it_goes_after_its_days(clock, settings):
    row, _archive = made(city.actor(city.account(city.person())))
    clock.move(days=settings.DOSSIER_DAYS - 1)
    tasks.every_day(time.today())
    assert queries.path(row.pk).exists()
    clock.move(days=1)
    tasks.every_day(time.today())
    assert not queries.path(row.pk).exists()
    assert queries.dossier(row.pk).state == "deleted"
    with pytest.raises(NoSuchDossier):
        queries.content(queries.dossier(row.pk))


def test_files_for_which_there_is_no_room_are_named(monkeypatch):
    _case, by = city.food()
    city.run_jobs()
    monkeypatch.setattr(queries, "MOST_BYTES", 1)
    _row, archive = made(by)
    found = document(archive)
    assert found["files"] == []
    assert any("licence.png" in one for one in found["left_out"])


def test_officers_and_strangers_have_nothing_to_copy():
    for by in (city.actor(city.officer("clerk")), city.actor(city.account(city.person()))):
        if by.person_id is None:
            with pytest.raises(actions.NotYours):
                actions.request(by=by, language="zh-hans")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        ("...", "file"),
        ("图 1.png", "图 1.png"),
    ],
)
def test_names_within_the_archive_are_no_paths(name, safe):
    assert calc.safe_name(name) == safe


def test_in_english_too():
    _row, archive = made(city.actor(city.account(city.person())), "en")
    assert '<html lang="en">' in archive.read("index.html").decode()
    assert uuid.UUID(document(archive)["subject"]["id"])
