"""Another key for the blind indexes: everybody is found all the while, one account is one account, and the old key goes."""

import json

import pytest
from django.db import connection

from tests import city, sweeping
from tests.kernel.ledger.money import office
from tongban.kernel.ledger import actions as money_actions
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.models import Payout
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.models import Person
from tongban.kernel.records import actions
from tongban.kernel.records.actions import action
from tongban.kernel.records.calc import AES, SM
from tongban.kernel.records.models import blind_index
from tongban.kernel.records.queries import encrypted
from tongban.site import exchanging, keys


@action
def _another_phone(pk):
    row = Person.objects.get(pk=pk)
    row.phone = "13800138001"
    row.save()


def sorts(model, name, pks):
    """Whether each row stands under the key in use, and whether it is found at all."""
    return {(one.index == one.wanted, one.known) for one in encrypted.indexed(model, name, pks)}


@pytest.mark.django_db
class TestIndexes:
    """Another key for blind indexes: looked up under both, written under one, and in the end only that one is there."""

    def test_looked_up_before_it_is_written_and_after_it_went_out_of_use(self, ring, tmp_path):
        first = city.person()
        number = keys.add_index_key(tmp_path)
        second = city.person()
        assert (ring.index_current, sorts(Person, "id_no_index", [second.pk])) == (1, {(True, True)})
        keys.use_index_key(tmp_path, number)
        third = city.person()
        assert sorts(Person, "id_no_index", [first.pk, second.pk]) == {(False, True)}
        assert sorts(Person, "id_no_index", [third.pk]) == {(True, True)}
        for one in (first, second, third):
            assert parties.person_by_id_no(one.id_no) == one
            assert parties.person_by_id_no(one.id_no[:-1]) is None
        assert not encrypted.not_found_again()

    def test_until_nothing_stands_under_the_old_key(self, ring, tmp_path):
        people = [city.person() for _ in range(3)]
        pks = [one.pk for one in people]
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path, SM))
        assert encrypted.under_other_index_keys() >= 6
        for name in ("id_no_index", "phone_index"):
            assert actions.reindex(model=Person, name=name, pks=pks) == 3
            assert actions.reindex(model=Person, name=name, pks=pks) == 0
        assert keys.drop_old_index_keys(tmp_path) == [1]
        ring = json.loads((tmp_path / "keys" / "ring.json").read_text())
        assert (set(ring["index_keys"]), ring["index_digests"]) == ({"2"}, {"2": SM})
        for one in people:
            assert parties.person_by_id_no(one.id_no) == one

    def test_all_change_at_the_moment_at_which_the_key_comes_into_use(self, ring, tmp_path, monkeypatch):
        other = keys.key_ring(tmp_path)
        number = keys.add_index_key(tmp_path)
        assert len(other.blind_indexes("c", "1")) == 1, "within the second in which nobody looks"
        other._looked = -1000.0
        assert len(other.blind_indexes("c", "1")) == 2
        monkeypatch.setattr(other, "LOOK_SECONDS", 1000.0)
        before = other.blind_index("c", "1")
        keys.use_index_key(tmp_path, number)
        assert other.blind_index("c", "1") == ring.blind_index("c", "1") != before

    def test_a_run_that_was_broken_off_goes_on(self, ring, tmp_path):
        assert [keys.add_index_key(tmp_path) for _ in range(2)] == [2, 2]
        keys.use_index_key(tmp_path, 2)
        assert keys.add_index_key(tmp_path) == 2
        with pytest.raises(KeyError):
            keys.use_index_key(tmp_path, 9)
        assert keys.drop_old_index_keys(tmp_path) == [1]
        assert keys.add_index_key(tmp_path) == 3

    def test_what_somebody_wrote_meanwhile_stays(self, ring, tmp_path, monkeypatch):
        row = city.person()
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
        real = encrypted.indexed

        def and_then_changed(*args):
            found = real(*args)
            _another_phone(row.pk)
            return found

        monkeypatch.setattr(encrypted, "indexed", and_then_changed)
        assert actions.reindex(model=Person, name="phone_index", pks=[row.pk]) == 0
        monkeypatch.undo()

    def test_a_payment_to_one_account_under_two_keys_is_seen(self, ring, tmp_path, clock):
        money = office()
        before = money.committed(account="6222-1")
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
        after = money.committed(account="6222-1")
        assert before.account_index != after.account_index
        assert ledger.earlier_payouts([after]) == [before]
        assert ledger.earlier_payouts([before]) == [after]
        one, other = ledger.planned([before, after])
        assert (one.account, one.approved_account) == (other.account, other.approved_account)
        assert one.account == one.approved_account

    def test_an_account_is_the_approved_one_under_either_key(self, ring, tmp_path, clock):
        money = office()
        same, changed = money.committed(account="6222-1"), money.committed(account="6222-2")
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
        money_actions.change_account(payout_id=same.pk, account="6222-1", bank="", by=money.reserver)
        money_actions.change_account(payout_id=changed.pk, account="999", bank="", by=money.reserver)
        rows = list(Payout.objects.filter(pk__in=[same.pk, changed.pk]).order_by("id"))
        assert [one.account == one.approved_account for one in ledger.planned(rows)] == [True, False]
        actions.reindex(model=Payout, name="account_index", pks=[same.pk, changed.pk])
        keys.drop_old_index_keys(tmp_path)
        rows = list(Payout.objects.filter(pk__in=[same.pk, changed.pk]).order_by("id"))
        assert [one.account == one.approved_account for one in ledger.planned(rows)] == [True, False]

    def test_copies_of_an_index_go_with_it(self, ring, tmp_path, clock):
        row = office().committed(account="6222-1")
        keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
        assert actions.reindex(model=Payout, name="account_index", pks=[row.pk]) == 1
        keys.drop_old_index_keys(tmp_path)
        fresh = Payout.objects.get(pk=row.pk)
        assert fresh.account_index == fresh.approved_index == blind_index(Payout, "account", "6222-1")

    def test_an_index_of_something_else_is_named(self, ring):
        row = city.person()
        with connection.cursor() as cursor:
            raw = row.pk.hex if connection.vendor == "sqlite" else row.pk
            cursor.execute("UPDATE parties_person SET phone_index = 'x' WHERE id = %s", [raw])
        assert [one for one in encrypted.not_found_again() if str(row.pk) in one] == [
            f"parties_person.phone_index of {row.pk} is not the index of its value"
        ]

    def test_no_index_lies_in_a_table_that_refuses_changes(self):
        if connection.vendor != "sqlite":
            pytest.skip("the triggers of SQLite say it in one text")
        refusing = dict(sweeping.triggers())
        tables = {model._meta.db_table for model, _ in encrypted.indexes()}
        assert len(tables) == 6
        assert {table for table in tables if f"{table}_no_update" in refusing} == set()


@pytest.mark.django_db
def test_two_rows_with_one_number_are_named_and_the_old_key_stays(ring, tmp_path):
    """Two processes may write one number within a moment, one under each key: no constraint sees it, the command does."""
    first = city.person()
    keys.use_index_key(tmp_path, keys.add_index_key(tmp_path))
    second = Person(name="同号", id_no=first.id_no, registered_at=first.registered_at)
    action(second.save)(force_insert=True)
    said: list[str] = []
    assert exchanging.rotate_index(tmp_path, 0.0, AES, said.append) == 1
    assert said[-2:] == [
        f"parties_person.id_no_index of {first.pk}: another row has this value, which only one may have",
        "Old keys stay. Join what is one, and call this again.",
    ]
    assert set(keys.read_ring(tmp_path / "keys" / "ring.json").index_keys) == {1, 2}
    action(second.delete)()
    assert exchanging.rotate_index(tmp_path, 0.0, AES, said.append) == 0
    assert set(keys.read_ring(tmp_path / "keys" / "ring.json").index_keys) == {2}
    assert parties.person_by_id_no(first.id_no) == first
