"""Which addresses a system may be answered at. Compared letter by letter later, so they must be whole here. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MOST = 200
_CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")

# Why an address cannot be registered, in both languages.
ADDRESS_FAULTS: Mapping[str, tuple[str, str]] = {
    "signs": (
        "太长，或者有空格、通配符等不允许的字符",
        "it is too long, or has blanks, patterns or other signs that are not allowed",
    ),
    "port": ("端口不对", "its port is wrong"),
    "host": ("没有主机名", "it names no host"),
    "scheme": ("必须以 https:// 开头", "it must begin with https://"),
    "fragment": ("不能带 # 后面的部分", "it must not have a # part"),
    "login": ("不能带用户名或者密码", "it must not carry a name or password"),
}


def is_client_id(text: str) -> bool:
    """Whether a text can be the name of a system in requests."""
    return _CLIENT_ID.fullmatch(text) is not None


def fault_of_address(text: str, *, loopback: bool) -> str:
    """Why an address cannot be registered, as a short code; empty when it can.

    Only https, without a fragment, a name and password or a pattern. `loopback` also lets http to this machine pass:
    for demonstrations.
    """
    if len(text) > MOST or not text.isascii() or any(one.isspace() or one in '"<>\\^`{|}*' for one in text):
        return "signs"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "port"
    if port == 0 or not host:
        return "host"
    if parts.scheme != "https" and not (loopback and parts.scheme == "http" and host in _LOOPBACK):
        return "scheme"
    if "#" in text:
        return "fragment"
    if "@" in parts.netloc:
        return "login"
    return ""
