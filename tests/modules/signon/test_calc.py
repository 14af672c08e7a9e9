"""Names of levels, addresses, digests: without a database."""

import pytest

from tongban.modules.signon.calc import (
    LEVELS,
    fault_of_address,
    is_client_id,
    keyed_digest,
    level_wanted,
    new_key,
    read_levels,
)
from tongban.terminals.signon.credentials import presented


class Form:
    def __init__(self, client_id=None, client_secret=None):
        self.client_id, self.client_secret = client_id, client_secret


@pytest.mark.parametrize(
    ("text", "loopback", "fault"),
    [
        ("https://a.example.com/back", False, ""),
        ("https://a.example.com:8443/back?x=1", False, ""),
        ("http://127.0.0.1:9000/back", True, ""),
        ("http://localhost/back", True, ""),
        ("http://127.0.0.1:9000/back", False, "scheme"),
        ("http://a.example.com/back", True, "scheme"),
        ("http://127.0.0.1.evil.com/back", True, "scheme"),
        ("//a.example.com/back", True, "scheme"),
        ("app:/back", True, "host"),
        ("javascript:alert(1)", True, "host"),
        ("https://a.example.com/#", True, "fragment"),
        ("https://u:p@a.example.com/", True, "login"),
        ("https://@a.example.com/", True, "login"),
        ("https://a.example.com:0/", True, "host"),
        ("https://a.example.com:x/", True, "port"),
        ("https://[::1/", True, "port"),
        ("https://例.cn/", True, "signs"),
        ("https://a.example.com/ x", True, "signs"),
        ("https://a.example.com/\n", True, "signs"),
        ("https://*.example.com/", True, "signs"),
        ("https://a.example.com/" + "x" * 200, True, "signs"),
        ("", True, "host"),
    ],
)
def test_an_address_is_whole_or_has_a_fault(text, loopback, fault):
    assert fault_of_address(text, loopback=loopback) == fault


def test_levels_have_published_names_and_others_by_a_setting():
    assert read_levels("") == dict(LEVELS) == {1: "二级", 2: "三级", 3: "四级", 4: "五级"}
    assert read_levels("2=urn:x:2 4=high") == {1: "二级", 2: "urn:x:2", 3: "四级", 4: "high"}
    for wrong in ("5=x", "x", "2=", "2=三级 3=三级", "1=三级"):
        with pytest.raises(ValueError, match=r".+"):
            read_levels(wrong)


def test_any_of_the_levels_asked_for_is_enough():
    assert level_wanted("", LEVELS) == 0
    assert level_wanted("nothing", LEVELS) == 0
    assert level_wanted("五级 三级 nothing", LEVELS) == 2


def test_parts_of_a_digest_cannot_run_into_one_another():
    assert keyed_digest("k", "ab", "c") != keyed_digest("k", "a", "bc")
    assert keyed_digest("k", "a") != keyed_digest("K", "a")
    assert keyed_digest("k", "a") == keyed_digest("k", "a")


def test_names_of_systems():
    assert [is_client_id(one) for one in ("abc", "a-1", "a" * 40)] == [True] * 3
    assert [is_client_id(one) for one in ("", "ab", "1ab", "a_b", "Abc", "ab-", "a" * 41, "abc\n")] == [
        False
    ] * 8


def test_a_key_is_named_by_its_own_thumbprint():
    first, second = new_key(), new_key()
    assert first.kid == first.public_jwk["kid"] != second.kid
    assert len(first.kid) == 43
    assert "PRIVATE KEY" in first.private_pem
    assert set(first.public_jwk) == {"e", "kty", "n", "kid", "use", "alg"}


def test_a_secret_is_shown_in_one_way():
    basic = "Basic YSUyRmI6cyUyQnQ="  # a%2Fb:s%2Bt, encoded as RFC 6749 2.3.1 says
    assert presented(basic, Form()) == ("a/b", "s+t")
    assert presented("", Form("a", "s")) == ("a", "s")
    assert presented("", Form("a")) == ("a", "")
    assert presented(basic, Form("a/b", "s+t")) == ("", "")
    for header in ("Bearer x", "Basic", "Basic YQ==", "Basic \xff", "Basic YTpi!"):
        assert presented(header, Form()) == ("", "")
