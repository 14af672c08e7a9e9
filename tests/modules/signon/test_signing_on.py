"""Signing on to a system: what it is told, by steps that are needed, once for each code."""

import pytest

from tests import city
from tests.modules.signon.signing_on import BACK, System, browser, heard, person

pytestmark = pytest.mark.django_db


def test_a_person_signs_on_and_is_known_by_a_number(clock):
    system, visitor = System(), browser(person())
    said = system.agree(visitor)
    assert (said["state"], said["iss"], said[""]) == ("state-1", "http://127.0.0.1:8000/oidc/people", BACK)
    answer = system.redeem(said["code"])
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "id_token"}
    claims = system.read(tokens["id_token"])
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "acr", "amr", "sid", "auth_time", "nonce", "at_hash"}
    now = int(clock.now.timestamp())
    assert (claims["nonce"], claims["acr"], claims["amr"], claims["aud"]) == ("nonce-1", "三级", ["otp"], "housing-fund")
    assert (claims["auth_time"], claims["iat"], claims["exp"]) == (now, now, now + 300)
    assert system.userinfo(tokens["access_token"]).json() == {"sub": claims["sub"]}
