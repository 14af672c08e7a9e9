"""Numbers of people do not stand in addresses, which browsers, proxies and links keep (decision 0055)."""

from urllib.parse import parse_qsl, urlencode

from tongban.foundation.ids import without_numbers

MARK = ("numbers", "cut")  # the parameter by which the page says that something was cut off its address
_FEWEST = 11  # signs of the shortest number
# What another system has made at random and wants back unchanged, which may look like anything.
_OPAQUE = frozenset(("state", "nonce"))
_PROTOCOL = "/oidc/"


def without(path: str, query: str) -> str:
    """The query of an address without numbers of people; the same text when it has none.

    An address within (`next`) is read in the same way. A parameter of which nothing is left is left out.
    """
    if len(query) < _FEWEST:
        return query
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    kept = [(without_numbers(name), _cut(path, name, value)) for name, value in pairs]
    if kept == pairs:
        return query
    return urlencode(
        [new for new, old in zip(kept, pairs, strict=True) if new == old or (new[0] and new[1].strip())]
    )


def _cut(path: str, name: str, value: str) -> str:
    if path.startswith(_PROTOCOL) and name in _OPAQUE:
        return value
    within, asked, query = value.partition("?") if value.startswith("/") else (value, "", "")
    return f"{without_numbers(within)}{asked}{without(within, query)}"


def clean(address: str) -> str:
    """A local address without numbers of people behind its question mark; the same text when it has none."""
    path, asked, query = address.partition("?")
    return f"{path}{asked}{without(path, query)}"


def marked(path: str, query: str) -> str:
    """The address that a browser is led to, so that the page there says why."""
    return f"{path}?{query}{'&' if query else ''}{urlencode([MARK])}"
