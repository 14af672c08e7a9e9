"""What tokens and the user-info answer say, by what was agreed to. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tongban.foundation.ids import mask_name
from tongban.modules.signon.states import ID_SECONDS, LOGOUT_SECONDS, Scope

# The published names of the levels of assurance; an operator may choose others (TONGBAN_ACR).
LEVELS: Mapping[int, str] = {1: "二级", 2: "三级", 3: "四级", 4: "五级"}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_SETTING = re.compile(r"([1-4])=(\S{1,100})")


def read_levels(text: str) -> dict[int, str]:
    """Names of levels as `1=urn:city:2 …`, by their number; those not named keep the published name.

    Raises ValueError, which names the word that cannot be read or that is there twice.
    """
    found = dict(LEVELS)
    for word in text.split():
        match = _SETTING.fullmatch(word)
        if match is None:
            raise ValueError(word)
        found[int(match[1])] = match[2]
    if len(set(found.values())) < len(found):
        raise ValueError(text)
    return found


def level_wanted(acr_values: str, names: Mapping[int, str]) -> int:
    """The lowest level that satisfies one of the names asked for; names of nobody ask for nothing: 0."""
    numbers = {name: number for number, name in names.items()}
    return min((numbers[one] for one in acr_values.split() if one in numbers), default=0)


@dataclass(frozen=True)
class Asserted:
    """What is known of a sign-on when a token is made."""

    issuer: str
    client_id: str
    sub: str
    sid: str
    acr: str
    methods: tuple[str, ...] = ()
    signed_in_at: datetime | None = None
    nonce: str = ""
    scopes: tuple[str, ...] = ()
    name: str = ""
    agency: str = ""
    acting_for: Mapping[str, str] = field(default_factory=dict)


def id_claims(of: Asserted, now: datetime) -> dict[str, Any]:
    """The claims of an identity token. No name: these tokens end up in logs; the name is asked for at user-info."""
    claims: dict[str, Any] = {
        "iss": of.issuer,
        "sub": of.sub,
        "aud": of.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(seconds=ID_SECONDS)).timestamp()),
        "acr": of.acr,
        "amr": list(of.methods),
        "sid": of.sid,
    }
    if of.signed_in_at is not None:
        claims["auth_time"] = int(of.signed_in_at.timestamp())
    if of.nonce:
        claims["nonce"] = of.nonce
    return claims | _acting(of)


def user_claims(of: Asserted) -> dict[str, Any]:
    """What the system is told of the person: only what was agreed to."""
    claims: dict[str, Any] = {"sub": of.sub}
    if Scope.REALNAME in of.scopes:
        claims["name"] = of.name
    elif Scope.PROFILE in of.scopes:
        claims["name"] = mask_name(of.name)
    if Scope.PROFILE in of.scopes and of.agency:
        claims["agency"] = of.agency
    return claims | _acting(of)


def _acting(of: Asserted) -> dict[str, Any]:
    shown = Scope.ACTING_FOR in of.scopes and of.acting_for
    return {"acting_for": {"kind": "organisation", **of.acting_for}} if shown else {}


def logout_claims(of: Asserted, *, jti: str, now: datetime) -> dict[str, Any]:
    """The claims of the token by which a system is told that a sign-on ended (OpenID Connect Back-Channel Logout)."""
    return {
        "iss": of.issuer,
        **({"sub": of.sub} if of.sub else {}),
        "aud": of.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(seconds=LOGOUT_SECONDS)).timestamp()),
        "jti": jti,
        "sid": of.sid,
        "events": {LOGOUT_EVENT: {}},
    }


def described(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes in the order in which a page shows them."""
    wanted = set(scopes)
    return tuple(one for one in Scope if one in wanted)
