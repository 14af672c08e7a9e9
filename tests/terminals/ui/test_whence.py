"""The address that limits count by cannot be made up."""

import random

import pytest
from django.test import RequestFactory

from tongban.terminals.ui.whence import address_of

PEER = "192.0.2.7"


def seen(header: str | None = None, peer: str = PEER) -> str:
    """The address behind a request with this header."""
    more = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    return address_of(RequestFactory().get("/", REMOTE_ADDR=peer, **more))


def made_up(number: int) -> list[str]:
    source = random.Random(7)
    return [".".join(str(source.randrange(256)) for _ in range(4)) for _ in range(number)]


@pytest.mark.parametrize(
    ("proxies", "added"), [(0, ""), (1, ", 203.0.113.5"), (2, ", 203.0.113.5, 10.0.0.1")]
)
def test_ten_thousand_forged_headers_are_one_address(settings, proxies, added):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PEER)
    found = set()
    for forged in made_up(10_000):
        request.META["HTTP_X_FORWARDED_FOR"] = f"{forged}{added}"
        found.add(address_of(request))
    assert found == {"203.0.113.5" if proxies else PEER}


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (1, None, PEER),
        (1, "", PEER),
        (1, "not an address", PEER),
        (2, "203.0.113.5", PEER),  # came past the outer proxy
        (2, " 203.0.113.5 , 10.0.0.1", "203.0.113.5"),
        (1, "203.0.113.5, unknown", PEER),
    ],
)
def test_what_our_proxies_did_not_add_is_not_believed(settings, proxies, header, expected):
    settings.PROXIES = proxies
    assert seen(header) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_line_of_ipv6_is_one_address(peer, expected):
    assert seen(peer=peer) == expected
