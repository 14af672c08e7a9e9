"""From which network address a request comes, as far as it cannot be made up."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

_IPV6_NETWORK = 64  # one line gets so many addresses that only their common part says who it is


def address_of(request: HttpRequest) -> str:
    """The address that limits count by: an IPv4 address, or the /64 network of an IPv6 address.

    Without trusted proxies it is whoever opened the connection, and `X-Forwarded-For` is not looked at: everybody can
    write it. With `settings.PROXIES` of them it is the entry that the outermost of our proxies has added, counted from
    the right; what stands left of it came with the request.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(entries) >= settings.PROXIES and (said := _plain(entries[-settings.PROXIES].strip())):
            return said
    return _plain(peer) or peer[:60]


def in_a_hall(request: HttpRequest) -> bool:
    """Whether the request comes from one of `settings.HALL_NETWORKS`: the city's public computers."""
    address = address_of(request)
    try:
        network = ipaddress.ip_network(address)
    except ValueError:
        return False
    return any(one.version == network.version and network.subnet_of(one) for one in settings.HALL_NETWORKS)


def _plain(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)
