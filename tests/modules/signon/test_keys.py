"""Keys that sign tokens: published before they sign and after, exchanged in time or at once; tokens by other hands."""

import base64
import json

import jwt
import pytest
from django.test import Client
from joserfc import jwt as other_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests import city
from tests.modules.signon.signing_on import System, browser, person
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import NotAllowed
from tongban.modules.signon import actions, calc, queries
from tongban.modules.signon.models import SigningKey, SignOnToken
from tongban.modules.signon.tasks import every_day

pytestmark = pytest.mark.django_db


def published():
    return [one["kid"] for one in Client().get("/oidc/people/keys/").json()["keys"]]


def kid_of(token):
    return jwt.get_unverified_header(token)["kid"]


def test_a_key_is_published_before_it_signs_and_after(clock):
    system, visitor = System(), browser(person())
    old = kid_of(system.sign_on(visitor)["id_token"])
    assert published() == [old]
    new = actions.renew_key(by=SYSTEM).kid
    assert published() == [old, new]
    last = system.sign_on(visitor)["id_token"]
    assert kid_of(last) == old
    clock.move(hours=24)
    fresh = browser(person())
    assert kid_of(system.sign_on(fresh)["id_token"]) == new
    assert published() == [old, new]
    system.read(last)
    clock.move(hours=23, minutes=59)
    assert published() == [old, new]
    clock.move(minutes=1)
    assert published() == [new]


def test_two_renewals_in_a_row_leave_a_key_that_signs(clock):
    system, visitor = System(), browser(person())
    first = kid_of(system.sign_on(visitor)["id_token"])
    actions.renew_key(by=SYSTEM)
    clock.move(hours=1)
    third = actions.renew_key(by=SYSTEM).kid
    assert kid_of(system.sign_on(visitor)["id_token"]) == first
    for hours in (24, 30, 60):
        clock.move(hours=hours)
        token = system.sign_on(browser(person()))["id_token"]
        assert kid_of(token) in published()
    assert published() == [third]


def test_a_key_that_was_copied_is_gone_at_once(clock):
    system, visitor = System(), browser(person())
    old = system.sign_on(visitor)
    new = actions.renew_key(by=SYSTEM, at_once=True).kid
    assert published() == [new]
    assert kid_of(system.sign_on(visitor)["id_token"]) == new
    assert (
        calc.read_token(
            old["id_token"], [k.public_jwk for k in queries.published_keys()], issuer=queries.issuer("people")
        )
        is None
    )


def test_keys_change_by_themselves_after_90_days(clock):
    System().sign_on(browser(person()))
    for _ in range(90):
        every_day(time.today())
        clock.move(days=1)
    assert SigningKey.objects.count() == 1
    every_day(time.today())
    assert SigningKey.objects.count() == 2
    every_day(time.today())
    assert SigningKey.objects.count() == 2
    clock.move(days=4)
    every_day(time.today())
    assert SigningKey.objects.count() == 1


def test_what_is_old_is_forgotten(clock):
    system = System()
    system.sign_on(browser(person()), scope="openid offline_access")
    clock.move(days=2)
    actions.forget_old(now=time.now())
    assert SignOnToken.objects.count() == 0
    assert system.row.sign_ons.count() == 1
    clock.move(days=180)
    actions.forget_old(now=time.now())
    assert system.row.sign_ons.count() == 0


def test_only_officers_of_sign_on_renew_keys(clock):
    with pytest.raises(NotAllowed):
        actions.renew_key(by=city.actor(city.officer("bureau", agency="data-bureau")))


def test_the_private_half_is_nowhere_in_plain(clock):
    System().sign_on(browser(person()))
    [raw] = SigningKey.objects.values_list("private_key", flat=True)
    assert b"PRIVATE" not in bytes(raw)
    said = Client().get("/oidc/staff/keys/").content.decode()
    assert set(json.loads(said)["keys"][0]) == {"e", "kty", "n", "kid", "use", "alg"}


def test_another_library_checks_our_tokens_and_finds_every_change(clock):
    system = System()
    token = system.sign_on(browser(person()))["id_token"]
    keys = KeySet.import_key_set(Client().get("/oidc/people/keys/").json())
    assert other_jwt.decode(token, keys, algorithms=["RS256"]).claims["aud"] == "housing-fund"
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**said, "sub": "x"}).encode()).decode().rstrip("=")
    for broken in (f"{head}.{forged}.{signature}", f"{head}.{body}.{'A' * len(signature)}"):
        with pytest.raises(JoseError):
            other_jwt.decode(broken, keys, algorithms=["RS256"])


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_hint_signed_otherwise_is_none_of_ours(clock, algorithm):
    """The oldest trick: our public key as the secret of a symmetric signature, or no signature at all."""
    system = System()
    claims = system.read(system.sign_on(browser(person()))["id_token"])
    [key] = queries.published_keys()
    head = {"kid": key.kid, "typ": "JWT", "alg": algorithm}
    bare = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, claims)
    )
    assert calc.read_token(f"{bare}.AAAA", [key.public_jwk], issuer=claims["iss"]) is None
    assert calc.read_token(f"{bare}.", [key.public_jwk], issuer=claims["iss"]) is None


def test_a_logout_token_is_no_identity_token(clock):
    system = System()
    claims = system.read(system.sign_on(browser(person()))["id_token"])
    jwks = [key.public_jwk for key in queries.published_keys()]
    token = actions.sign(claims, kind="logout+jwt")
    assert calc.read_token(token, jwks, issuer=claims["iss"]) is None
    assert calc.read_token(actions.sign(claims), jwks, issuer=claims["iss"]) == claims
    assert calc.read_token(actions.sign(claims), jwks, issuer=queries.issuer("staff")) is None


def test_discovery_says_what_there_is(clock):
    for realm in ("people", "staff"):
        said = Client().get(f"/oidc/{realm}/.well-known/openid-configuration").json()
        assert said["issuer"] == f"http://127.0.0.1:8000/oidc/{realm}"
        for name, address in said.items():
            if name.endswith(("_endpoint", "jwks_uri")):
                assert address.startswith(f"{said['issuer']}/")
        assert said["acr_values_supported"] == ["二级", "三级", "四级", "五级"]
        assert (said["subject_types_supported"], said["code_challenge_methods_supported"]) == (
            ["pairwise"],
            ["S256"],
        )
