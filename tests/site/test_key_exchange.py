"""Another key while the site serves: nobody notices, everything is readable, the old key is gone."""

import json
import re
import threading
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from tests import city, sweeping
from tests.running import running
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Person
from tongban.kernel.records import actions
from tongban.kernel.records.actions import action
from tongban.kernel.records.calc import AES, FORMATS, SM, UnknownKey
from tongban.kernel.records.queries import encrypted
from tongban.modules.policies.models import ProfileSnapshot
from tongban.site import keys


class TestRing:
    """The file and who reads it."""

    def test_a_key_in_use_is_noticed(self, ring, tmp_path):
        old = ring.encrypt("x", "p")
        number = keys.add_key(tmp_path)
        assert (ring.current, ring.encrypt("x", "p")[1]) == (number, number)
        assert ring.decrypt(old, "p") == "x"
        assert ring.reencrypted(old, "p")[1] == number

    def test_a_key_that_another_process_used_first_is_looked_for(self, ring, tmp_path, monkeypatch):
        monkeypatch.setattr(ring, "LOOK_SECONDS", 1000.0)
        keys.add_key(tmp_path)
        other = keys.key_ring(tmp_path)
        assert ring.decrypt(other.encrypt("x", "p"), "p") == "x"

    def test_dropped_keys_are_gone(self, ring, tmp_path):
        old = ring.encrypt("x", "p")
        number = keys.add_key(tmp_path)
        assert keys.drop_old_keys(tmp_path) == [1]
        assert set(keys.key_ring(tmp_path).keys) == {number}
        with pytest.raises(UnknownKey):
            keys.key_ring(tmp_path).decrypt(old, "p")

    def test_a_ring_of_before_ciphers_could_be_chosen_is_one_of_aes(self, ring, tmp_path):
        old = ring.encrypt("x", "p")
        path = tmp_path / "keys" / "ring.json"
        data = json.loads(path.read_text())
        before = {"keys": data["keys"], "current": 1, "index_key": data["index_keys"]["1"]}
        path.write_text(json.dumps(before))
        again = keys.key_ring(tmp_path, SM)
        assert (again.decrypt(old, "p"), again.cipher_of(1), again.encrypt("x", "p")[0]) == ("x", AES, 1)
        found = ring.blind_index("c", "1")
        assert again.blind_index("c", "1") == found
        # One key was for all digests then: tokens given out stay good, also when the indexes get a key of their own.
        given = again.digest("signon", "token")
        assert given == ring.blind_index("signon", "token")
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
        assert keys.drop_old_index_keys(tmp_path) == [1]
        later = keys.key_ring(tmp_path)
        assert later.blind_index("c", "1") != found
        assert (later.digest("signon", "token"), later.decrypt(old, "p")) == (given, "x")

    def test_a_new_city_may_begin_with_sm(self, tmp_path):
        fresh = keys.key_ring(tmp_path / "new", SM)
        assert (fresh.encrypt("x", "p")[0], fresh.cipher_of(fresh.current)) == (2, SM)

    def test_numbers_of_keys_go_round(self, tmp_path):
        keys.key_ring(tmp_path)
        path = tmp_path / "keys" / "ring.json"
        data = json.loads(path.read_text())
        path.write_text(json.dumps(data | {"keys": {"255": data["keys"]["1"]}, "current": 255}))
        assert keys.add_key(tmp_path) == 1


@pytest.mark.django_db
class TestRewriting:
    """Columns under another key."""

    def test_every_value_of_a_column_and_only_once(self, ring, tmp_path):
        people = [city.person() for _ in range(3)]
        numbers = {row.pk: row.id_no for row in people}
        pks = list(numbers)
        assert actions.rewrite(model=Person, column="id_no", pks=pks) == 0
        keys.add_key(tmp_path)
        assert actions.rewrite(model=Person, column="id_no", pks=pks) == 3
        assert actions.rewrite(model=Person, column="id_no", pks=pks) == 0
        keys.drop_old_keys(tmp_path)
        fresh = Person.objects.filter(pk__in=pks)
        assert {row.pk: row.id_no for row in fresh} == numbers

    @pytest.mark.parametrize(("before", "after"), [(AES, SM), (SM, AES)])
    def test_from_one_cipher_to_the_other_and_found_as_before(self, ring, tmp_path, before, after):
        keys.add_key(tmp_path, before)
        person = city.person()
        keys.add_key(tmp_path, after)
        assert actions.rewrite(model=Person, column="id_no", pks=[person.pk]) == 1
        assert actions.rewrite(model=Person, column="phone", pks=[person.pk]) == 1
        keys.drop_old_keys(tmp_path)
        assert {value[0] for _pk, value in encrypted.sealed(Person, "id_no", [person.pk])} == {
            FORMATS[after][0]
        }
        fresh = Person.objects.get(pk=person.pk)
        assert (fresh.id_no, fresh.phone) == (person.id_no, person.phone)
        assert parties.person_by_id_no(person.id_no) == person

    def test_what_somebody_wrote_meanwhile_stays(self, ring, tmp_path, monkeypatch):
        row = city.person()
        keys.add_key(tmp_path)
        real = encrypted.sealed

        def and_then_changed(model, column, pks):
            found = real(model, column, pks)
            _call(row.pk, "13800138001")
            return found

        monkeypatch.setattr(encrypted, "sealed", and_then_changed)
        assert actions.rewrite(model=Person, column="phone", pks=[row.pk]) == 0
        assert Person.objects.get(pk=row.pk).phone == "13800138001"

    def test_tables_that_refuse_changes_bear_a_new_key_and_nothing_else(self, ring, tmp_path, clock):
        row = _snapshot()
        keys.add_key(tmp_path)
        assert actions.rewrite(model=ProfileSnapshot, column="values", pks=[row.pk]) == 1
        assert ProfileSnapshot.objects.get(pk=row.pk).values == {"org.staff": 7}
        raw = row.pk.hex if connection.vendor == "sqlite" else row.pk
        for change in ("digest = 'x'", "subject_id = id"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE policies_profilesnapshot SET {change} WHERE id = %s", [raw])

    def test_what_no_key_opens_is_named(self, ring):
        row = city.person()
        assert not [one for one in encrypted.unreadable() if str(row.pk) in one]
        with connection.cursor() as cursor:
            raw = row.pk.hex if connection.vendor == "sqlite" else row.pk
            cursor.execute(
                "UPDATE parties_person SET phone = (SELECT id_no FROM parties_person WHERE id = %s) WHERE id = %s",
                [raw, raw],
            )
        faults = [one for one in encrypted.unreadable() if str(row.pk) in one]
        assert faults == [f"parties_person.phone of {row.pk}: {InvalidTag.__name__}"]


@action
def _call(pk, phone):
    row = Person.objects.get(pk=pk)
    row.phone = phone
    row.save()


@action
def _snapshot():
    from tongban.foundation import time as now

    row = ProfileSnapshot(
        subject_id=city.person().pk,
        as_of=now.today(),
        values={"org.staff": 7},
        digest="d" * 64,
        taken_at=now.now(),
    )
    row.save(force_insert=True)
    return row


def numbers_of(product, username):
    """An account's identity number, as its owner would say it at a window."""
    script = f"""
from tongban.kernel.parties.models import Account
print(Account.objects.get(username={username!r}).person.id_no)
"""
    return product.python(script).strip()


def cases_of(clerk, id_no):
    """The cases that a search by identity number leads to: it goes by the blind index."""
    return frozenset(
        re.findall(r'href="(/desk/cases/[^"/]+/)', clerk.post("/desk/search/", {"q": id_no}).text)
    )


def everybody_is_found(product):
    """Each person of the city by the number that decrypts from their own row, and by nobody else's."""
    script = """
from tongban.kernel.parties import queries
from tongban.kernel.parties.models import Person
people = list(Person.objects.order_by("pk"))
print(len(people), sum(queries.person_by_id_no(one.id_no) == one for one in people))
"""
    there, found = map(int, product.python(script).split())
    assert there == found > 30


@pytest.mark.faults
def test_while_people_work(tmp_path):
    """To SM and back to AES: pages are read and people are found all the while, then one key and everything readable."""
    with running() as product:
        numbers = {who: numbers_of(product, who) for who in ("chen", "liang")}
        clerk = product.visitor("clerk")
        before = {who: cases_of(clerk, number) for who, number in numbers.items()}
        assert before["chen"], "nobody would be missed"
        assert not before["liang"], "another one's number leads to no case of this office"
        stop, answers, found = threading.Event(), [], []

        def work(who, visitor):
            while not stop.is_set():
                answers.append(visitor.get("/me/").status)
                answers.append(visitor.get("/cases/").status)

        def look(who, officer):
            while not stop.is_set():
                found.append((who, cases_of(officer, numbers[who])))

        visitors = {who: product.visitor(who) for who in numbers}
        work_of = [threading.Thread(target=work, args=one) for one in visitors.items()]
        people = [*work_of, threading.Thread(target=look, args=["chen", product.visitor("clerk")])]
        for one in people:
            one.start()
        try:
            for number, ciphers in (("2", SM), ("3", AES)):
                rotated(product, ciphers, number)
                reindexed(product, ciphers, int(number))
                seen = len(answers), len(found)
                while (len(answers) < seen[0] + 8 or len(found) < seen[1] + 2) and all(
                    one.is_alive() for one in people
                ):
                    stop.wait(0.1)  # some pages more, by servers that have read the ring without the old key
                assert {who: cases_of(clerk, id_no) for who, id_no in numbers.items()} == before
                everybody_is_found(product)
        finally:
            stop.set()
            for one in people:
                one.join()
        assert set(answers) == {200}
        assert len(answers) > 20
        assert set(found) == {("chen", before["chen"])}
        assert len(found) > 5
        assert "I12  ok" in product.tongban("check", "I12").stdout


def rotated(product, ciphers, number):
    """Put a key for these ciphers into use, as an operator does, and look at what it left."""
    asked = replace(product, settings={**product.settings, "TONGBAN_CIPHERS": ciphers})
    said = asked.tongban("keys", "rotate", "--pause", "1").stdout
    assert f"key {number} ({ciphers}) is in use" in said
    assert f"dropped key {int(number) - 1};" in said
    ring = json.loads((product.var / "keys" / "ring.json").read_text())
    assert (set(ring["keys"]), ring["ciphers"]) == ({number}, {number: ciphers})
    shown = product.tongban("keys", "show").stdout
    assert f"ciphers: {ciphers}" in shown
    assert "0 values under another key" in shown


def reindexed(product, ciphers, number):
    """The same for the blind indexes."""
    asked = replace(product, settings={**product.settings, "TONGBAN_CIPHERS": ciphers})
    said = asked.tongban("keys", "rotate-index", "--pause", "1").stdout
    assert f"key {number} is in use" in said
    assert re.search(r"parties_person\.id_no_index: \d{2}", said)
    assert f"dropped key {number - 1};" in said
    ring = json.loads((product.var / "keys" / "ring.json").read_text())
    assert (set(ring["index_keys"]), ring["index_digests"]) == ({str(number)}, {str(number): ciphers})
    assert "0 blind indexes under another key" in product.tongban("keys", "show").stdout


@pytest.mark.django_db
def test_every_table_that_refuses_changes_bears_a_new_key_if_it_has_encrypted_columns(clock):
    """Otherwise the exchange of keys would stop at it, with two keys in use."""
    if connection.vendor != "sqlite":
        pytest.skip("the triggers of SQLite say it in one text")
    refusing = dict(sweeping.triggers())
    columns = {model._meta.db_table for model, _ in encrypted.encrypted_columns()}
    strict = {name for name, text in refusing.items() if name.endswith("_no_update") and " WHEN " not in text}
    assert {table for table in columns if f"{table}_no_update" in strict} == set()
    assert {table for table in columns if f"{table}_no_update" in refusing} == {
        "appeals_appealentry",
        "appeals_keyquestionentry",
        "claims_claimcheck",
        "looks_look",
        "policies_profilesnapshot",
    }
