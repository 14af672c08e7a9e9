"""The signed body of a QR code: genuine as it was made, refused after any change, without a database."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import city
from tests.kernel.credentials.faces import face
from tongban.foundation import time
from tongban.kernel.credentials import actions
from tongban.kernel.credentials.calc import signed
from tongban.kernel.seals import calc as seals

_NOW = time.moment("2026-03-02T09:00")
_AUTHORITY = seals.make_authority("示例机构", _NOW)
_PAIR = seals.make_seal("示例局", _AUTHORITY, _NOW)
KEY = seals.public_key("bureau", "示例局", _PAIR.certificate, sample=True)
OTHER = seals.public_key(
    "other", "另一个局", seals.make_seal("另一个局", _AUTHORITY, _NOW).certificate, sample=True
)
BODY = signed.Body(
    name="食品经营许可证",
    number="JY24419000000012",
    identifier="1.2.156.3005.2.11441900MB9900013G001.11441900MB9900013G.000000001.001.X",
    holder="示例餐饮有限公司",
    issuer="bureau",
    code="ABCD2345EFGH6789",
    valid_from=dt.date(2026, 3, 2),
    valid_until=dt.date(2031, 3, 1),
    sample=True,
)


def _made(body=BODY, pair=_PAIR, key=KEY):
    return signed.sign(body, key, lambda content: seals.sign_bytes(content, pair))


JWS = _made()
ADDRESS = f"https://city.example/verify/{BODY.code}/"
TEXT = f"{ADDRESS}#{JWS}"


def test_a_code_says_what_was_signed():
    reading = signed.read(TEXT, [OTHER, KEY])
    assert (reading.genuine, reading.body, reading.signer) == (True, BODY, "示例局")
    assert signed.read(f"  {JWS}\n", [KEY]).body == BODY
    forever = replace(BODY, valid_until=None)
    assert signed.read(_made(forever), [KEY]).body == forever


def test_it_fits_into_a_code_that_a_phone_reads():
    from tongban.kernel.documents.calc import qr_code

    # Up to version 18 (89 modules) a module is a third of a millimetre at 32 mm, which cameras tell apart.
    assert qr_code(TEXT).version <= 18


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(JWS) - 1), sign=st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_sign_is_refused(place, sign):
    changed = JWS[:place] + sign + JWS[place + 1 :]
    reading = signed.read(changed, [KEY])
    assert reading.genuine == (changed == JWS)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 63), bit=st.integers(0, 7))
def test_any_changed_bit_of_the_signature_is_refused(place, bit):
    head, payload, signature = JWS.split(".")
    raw = bytearray(signed._unpack(signature))
    raw[place] ^= 1 << bit
    assert not signed.read(f"{head}.{payload}.{signed._pack(bytes(raw))}", [KEY]).genuine


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=400))
def test_nothing_made_up_is_believed_or_breaks_it(text):
    assert not signed.read(text, [KEY]).genuine
    assert not signed.read(f"{text}.{text}.{text}", [KEY]).genuine


def test_the_twin_of_a_signature_is_refused():
    head, payload, signature = JWS.split(".")
    raw = signed._unpack(signature)
    twin = raw[:32] + (seals.ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    assert signed.read(f"{head}.{payload}.{signed._pack(twin)}", [KEY]).why == "wrong_signature"


def test_padding_and_other_spellings_of_the_same_bytes_are_refused():
    assert signed.read(JWS + "=", [KEY]).why == "unreadable"
    last = JWS[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for sign in alphabet:
        if sign != last:
            assert not signed.read(JWS[:-1] + sign, [KEY]).genuine


def test_who_signed_has_to_be_who_issued():
    forged = replace(BODY, issuer="other")
    assert signed.read(_made(forged), [KEY, OTHER]).why == "wrong_signature"
    assert signed.read(JWS, [OTHER]).why == "unknown_key"


def test_the_address_before_it_has_to_be_its_own():
    other = TEXT.replace(BODY.code, "ZZZZ2345EFGH6789", 1)
    assert signed.read(other, [KEY]).why == "wrong_address"


@pytest.mark.parametrize(
    "header", [{"alg": "none", "kid": KEY.kid}, {"alg": "HS256", "kid": KEY.kid}, {}, [], 5]
)
def test_the_text_does_not_choose_how_it_is_checked(header):
    _head, payload, signature = JWS.split(".")
    head = signed._pack(json.dumps(header).encode())
    assert signed.read(f"{head}.{payload}.{signature}", [KEY]).why == "unreadable"


def test_the_keys_as_a_document_are_the_same_keys():
    assert signed.keys_from(signed.keys_document([KEY, OTHER])) == [KEY, OTHER]


@pytest.mark.django_db
class TestIssued:
    """With the seal keys of the pack."""

    def test_people_stand_on_it_in_part_organisations_in_full(self, clock):
        person = city.person("陈晓雯")
        by_person = actions.body_of(face(person, issuer="civil-affairs"), sample=True)
        assert by_person.holder == "陈*雯"
        firm = city.organisation(person)
        by_firm = actions.body_of(face(firm, kind="organisation"), sample=True)
        assert by_firm.holder == firm.name

    def test_the_issuers_key_signs(self, clock):
        from tongban.kernel.seals import queries

        body = actions.signed_body(face(city.person()), sample=True)
        reading = signed.read(body, queries.public_keys())
        assert reading.genuine
        assert reading.body.issuer == "civil-affairs"

    def test_older_credentials_get_theirs_by_night(self, clock):
        from tests.kernel.credentials.faces import issue
        from tongban.kernel.credentials import queries, tasks
        from tongban.kernel.seals import queries as keys

        row = issue(face(city.person()))
        sealless = issue(face(city.person(), "n2", issuer="civil-affairs"))
        assert queries.unsigned(10, {"civil-affairs"}) == []
        assert {one.pk for one in queries.unsigned(10, set())} == {row.pk, sealless.pk}
        tasks.codes_are_signed(clock.now.date())
        assert queries.unsigned(10, set()) == []
        row.refresh_from_db()
        assert signed.read(row.signed, keys.public_keys()).body.number == row.number
