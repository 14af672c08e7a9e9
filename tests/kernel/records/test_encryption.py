"""Encrypted columns: bound to their row, readable under old keys, found without decrypting."""

import secrets
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from django.db import connection

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries
from tongban.kernel.parties.models import Fact, Person
from tongban.kernel.records.actions import action
from tongban.kernel.records.calc import SM, SM4GCM, KeyRing, UnknownKey, new_ring, normalise
from tongban.kernel.records.models import blind_index

RING = KeyRing(
    keys={1: bytes(32)}, current=1, index_keys={1: bytes(32)}, index_current=1, digest_key=bytes(32)
)
PLACE = "parties_person|id_no|0197a1b2"


def raw(column: str, row: Person) -> bytes:
    """What lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM parties_person WHERE id = %s",
            [row.pk.hex if connection.vendor == "sqlite" else row.pk],
        )
        return bytes(cursor.fetchone()[0])


def test_what_was_encrypted_comes_back_and_never_looks_the_same_twice():
    first, second = RING.encrypt("441900199003070018", PLACE), RING.encrypt("441900199003070018", PLACE)
    assert first != second
    assert RING.decrypt(first, PLACE) == RING.decrypt(second, PLACE) == "441900199003070018"


@pytest.mark.parametrize("other", ["parties_person|phone|0197a1b2", "parties_person|id_no|0197a1b3", ""])
def test_a_value_at_another_place_does_not_decrypt(other):
    with pytest.raises(InvalidTag):
        RING.decrypt(RING.encrypt("x", PLACE), other)


def test_no_changed_byte_decrypts():
    sealed = RING.encrypt("13800138000", PLACE)
    for position in range(1, len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises((InvalidTag, UnknownKey)):
            RING.decrypt(bytes(changed), PLACE)


def test_after_a_rotation_old_values_still_decrypt_and_new_ones_use_the_new_key():
    old = RING.encrypt("x", PLACE)
    ring = replace(RING, keys={**RING.keys, 7: secrets.token_bytes(32)}, current=7)
    assert ring.decrypt(old, PLACE) == "x"
    assert [old[1], ring.encrypt("x", PLACE)[1]] == [1, 7]
    assert ring.blind_index("c", "x") == RING.blind_index("c", "x")


def test_a_value_under_a_destroyed_key_says_which_key_is_missing():
    sealed = replace(RING, keys={9: bytes(32)}, current=9).encrypt("x", PLACE)
    with pytest.raises(UnknownKey, match="key 9 is not on the ring"):
        RING.decrypt(sealed, PLACE)


MIXED = replace(
    RING, keys={1: bytes(32), 2: bytes(32)}, current=2, ciphers={2: SM}, index_digests={1: SM}, digest_kind=SM
)


def test_sm4_opens_what_it_sealed_at_its_place_and_nothing_else():
    sealed = MIXED.encrypt("441900199003070018", PLACE)
    assert sealed[:2] == b"\x02\x02"
    assert MIXED.decrypt(sealed, PLACE) == "441900199003070018"
    assert MIXED.decrypt(RING.encrypt("x", PLACE), PLACE) == "x", "AES of an older key beside it"
    with pytest.raises(InvalidTag):
        MIXED.decrypt(sealed, f"{PLACE}0")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises((InvalidTag, UnknownKey)):
            MIXED.decrypt(bytes(changed), PLACE)
    for length in range(2, len(sealed)):
        with pytest.raises((InvalidTag, ValueError)):
            MIXED.decrypt(sealed[:length], PLACE)


def test_sm4_and_sm3_are_those_of_the_standards():
    """GB/T 32907 annex A and the examples of RFC 8998 for SM4-GCM, GB/T 32905 annex A for SM3."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    cipher = SM4GCM(bytes(32))
    cipher._key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce, place = (
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    plain = bytes.fromhex("".join(pair * 8 for pair in ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa")))
    assert cipher.encrypt(nonce, plain, place).hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def test_no_value_is_opened_by_the_cipher_that_it_asks_for():
    sealed = bytearray(MIXED.encrypt("x", PLACE))
    sealed[0] = 1
    with pytest.raises(InvalidTag):
        MIXED.decrypt(bytes(sealed), PLACE)


def test_a_blind_index_by_sm3_is_another_one_and_equal_for_equal_numbers():
    assert MIXED.blind_index("c", "44 x") == MIXED.blind_index("c", "４４X") != RING.blind_index("c", "44X")
    assert len(MIXED.blind_index("c", "x")) == 64
    assert (new_ring(SM).index_digests, new_ring(SM).digest_kind) == ({1: SM}, SM)


def test_values_are_looked_for_under_every_key_and_written_under_the_one_in_use():
    both = replace(
        RING, index_keys={1: bytes(32), 2: b"2" * 32, 3: b"3" * 32}, index_current=2, index_digests={3: SM}
    )
    now, *others = both.blind_indexes("c", "44 x")
    assert now == both.blind_index("c", "44X") != RING.blind_index("c", "44X")
    assert others == [RING.blind_index("c", "44X"), replace(both, index_current=3).blind_index("c", "44X")]
    assert len({now, *others}) == 3
    assert RING.blind_indexes("c", "44x") == [RING.blind_index("c", "44X")]


def test_digests_of_tokens_stay_when_the_keys_of_indexes_are_exchanged():
    later = replace(RING, index_keys={2: b"2" * 32}, index_current=2)
    assert later.digest("signon", "token") == RING.digest("signon", "token")
    assert replace(RING, digest_key=b"x" * 32).digest("signon", "token") != RING.digest("signon", "token")


def test_new_rings_share_nothing():
    one, other = new_ring(), new_ring()
    assert one.keys[1] != other.keys[1]
    for ring in (one, other):
        assert len({ring.keys[1], ring.index_keys[1], ring.digest_key}) == 3
    assert one.index_keys[1] != other.index_keys[1]
    assert one.digest_key != other.digest_key


@pytest.mark.parametrize(
    "typed",
    [
        "44190019900307001x",
        "４４１９００１９９００３０７００１Ｘ",
        " 441900 19900307 001X ",
        "４41900199003070０1x",
    ],
)
def test_ways_of_typing_one_number_have_one_index(typed):
    assert normalise(typed) == "44190019900307001X"
    assert RING.blind_index("id_no", typed) == RING.blind_index("id_no", "44190019900307001X")
    assert RING.blind_index("phone", typed) != RING.blind_index("id_no", typed)


@pytest.mark.django_db
class TestRows:
    """The same over real rows."""

    def test_the_table_holds_no_plain_text(self):
        row = city.person()
        for column in ("id_no", "phone"):
            assert getattr(row, column).encode() not in raw(column, row)
        assert Person.objects.get(pk=row.pk).id_no == row.id_no

    def test_ciphertexts_swapped_between_rows_do_not_decrypt(self):
        one, other = city.person(), city.person()
        action(Person.objects.filter(pk=one.pk).update)(phone=raw("phone", other))
        moved = Person.objects.get(pk=one.pk)
        with pytest.raises(InvalidTag):
            _ = moved.phone
        assert moved.id_no == one.id_no

    def test_ciphertexts_swapped_between_columns_do_not_decrypt(self):
        row = city.person()
        action(Person.objects.filter(pk=row.pk).update)(phone=raw("id_no", row))
        with pytest.raises(InvalidTag):
            _ = Person.objects.get(pk=row.pk).phone

    def test_plain_text_cannot_slip_past_the_encryption_in_an_update(self):
        row = city.person()
        with pytest.raises(TypeError):
            action(Person.objects.filter(pk=row.pk).update)(phone="13912345678")
        assert Person.objects.get(pk=row.pk).phone == row.phone

    def test_a_number_is_found_as_it_may_be_typed(self):
        row, _ = city.person(), city.person()
        wide = "".join(chr(ord(c) + 0xFEE0) for c in row.id_no)
        for typed in (row.id_no, row.id_no.lower(), wide, f" {row.id_no[:6]} {row.id_no[6:]}"):
            assert queries.person_by_id_no(typed) == row
        assert queries.person_by_id_no(row.id_no[:-1]) is None

    def test_the_index_follows_its_column(self):
        row = city.person()
        row.phone = "13900001111"
        action(row.save)()
        assert Person.objects.get(phone_index=blind_index(Person, "phone", "13900001111")) == row
        row.phone = None
        action(row.save)()
        assert Person.objects.get(pk=row.pk).phone_index == ""

    def test_saving_a_row_whose_secret_was_never_read_leaves_the_secret_alone(self):
        row = city.person()
        before = raw("phone", row)
        again = Person.objects.get(pk=row.pk)
        again.name = "陈晓文"
        action(again.save)()
        assert raw("phone", row) == before
        assert Person.objects.get(pk=row.pk).phone_index == row.phone_index != ""

    def test_a_deferred_secret_is_fetched_when_it_is_asked_for(self, django_assert_num_queries):
        row = city.person()
        thin = Person.objects.only("name").get(pk=row.pk)
        with django_assert_num_queries(1):
            assert thin.phone == row.phone

    @pytest.mark.parametrize("value", [0, False, "", "文", [1, "二"], {"甲": 1.5}])
    def test_json_comes_back_as_it_was(self, value):
        row = city.person()
        parties.learn(
            subject_kind="person", subject_id=row.pk, facts={"person.x": value}, source="a", by=SYSTEM
        )
        assert Fact.objects.get(subject_id=row.pk, name="person.x").value == value

    def test_two_persons_cannot_have_one_number(self):
        row = city.person()
        with pytest.raises(Exception, match="id_no_index"):
            parties.register_person(name="别人", id_no=row.id_no.lower(), by=SYSTEM)
