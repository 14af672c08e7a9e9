"""Pushes to browsers: the example of RFC 8291, tokens of RFC 8292, and which addresses are ever asked."""

import io
import json
import urllib.error

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests import city
from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.calc.pushing import MOST_BYTES, authorization, b64, encrypt, point, unb64
from tongban.kernel.notices.queries import webpush
from tongban.site import keys as secrets

# RFC 8291, section 5 and appendix A.
DEVICE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {"p256dh": DEVICE, "auth": SECRET}


def sender(number: str = SENDER) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(number), "big"), ec.SECP256R1())


def sealed(text: bytes, device: bytes = unb64(DEVICE)) -> bytes:
    return encrypt(text, device=device, secret=unb64(SECRET), sender=sender(), salt=unb64(SALT))


def test_the_example_of_the_rfc_comes_out_byte_for_byte():
    assert b64(sealed(b"When I grow up, I want to be a watermelon")) == BODY


def test_a_push_is_never_longer_than_one_record():
    assert len(sealed(b"x" * MOST_BYTES)) == 86 + 4096
    with pytest.raises(ValueError, match="at most"):
        sealed(b"x" * (MOST_BYTES + 1))


@pytest.mark.parametrize("key", [b"", b"\x04" + b"\x01" * 64, unb64(DEVICE)[:-1]])
def test_a_key_that_is_no_point_is_refused(key):
    with pytest.raises(ValueError, match="no point of P-256"):
        sealed(b"x", key)


def test_the_token_is_signed_by_the_key_that_it_shows():
    key = sender()
    header = authorization(audience="https://a.example", contact="mailto:x@y.example", expires=7, key=key)
    token, shown = header.removeprefix("vapid t=").split(", k=")
    assert unb64(shown) == point(key.public_key())
    head, body, signature = token.split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unb64(body)) == {"aud": "https://a.example", "exp": 7, "sub": "mailto:x@y.example"}
    r, s = (int.from_bytes(part, "big") for part in (unb64(signature)[:32], unb64(signature)[32:]))
    signed = f"{head}.{body}".encode()
    key.public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        (ENDPOINT, True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=x", True),
        ("https://web.push.apple.com/x", True),
        ("https://fcm.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilfcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://x@fcm.googleapis.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://fcm.googleapis.com:port/x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_known_push_services_are_asked(endpoint, known):
    assert webpush.is_service(endpoint) is known


@pytest.fixture
def real(settings, tmp_path):
    """An installation that pushes for real."""
    settings.CARRIERS = {**settings.CARRIERS, "push": "web-push"}
    settings.PUSH_CONTACT = "mailto:ops@city.example"
    settings.PUSH_SIGNING_KEY = secrets.push_key(tmp_path)
    assert secrets.push_key(tmp_path) == settings.PUSH_SIGNING_KEY, "kept, not made anew"


@pytest.fixture
def service(monkeypatch):
    """A push service: what it was asked, and what it answers."""
    asked: list = []
    answers: list[int] = []

    class Opener:
        def open(self, request, timeout):
            asked.append(request)
            if answers:
                raise urllib.error.HTTPError(request.full_url, answers.pop(), "no", {}, io.BytesIO())
            return io.BytesIO()

    monkeypatch.setattr(webpush, "_OPENER", Opener())
    return asked, answers


def send() -> None:
    to = json.dumps({"endpoint": ENDPOINT, "keys": KEYS})
    queries.carrier("push").send(to=to, text="Received", key="e1:d1")


def test_a_push_is_posted_encrypted_and_signed_for_its_service(real, service):
    asked, _answers = service
    send()
    (request,) = asked
    assert (request.full_url, request.get_method()) == (ENDPOINT, "POST")
    assert b"Received" not in request.data
    assert request.headers["Content-encoding"] == "aes128gcm"
    assert int(request.headers["Ttl"]) > 0
    token, shown = request.headers["Authorization"].removeprefix("vapid t=").split(", k=")
    assert shown == queries.push_key()
    assert json.loads(unb64(token.split(".")[1]))["aud"] == "https://fcm.googleapis.com"


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_gone(real, service, status):
    service[1].append(status)
    with pytest.raises(queries.Gone):
        send()


def test_a_service_that_fails_is_asked_again(real, service):
    service[1].append(503)
    with pytest.raises(urllib.error.HTTPError):
        send()


def test_an_address_that_is_no_service_is_never_asked(real, service):
    with pytest.raises(queries.Gone):
        queries.carrier("push").send(
            to=json.dumps({"endpoint": "https://127.0.0.1/", "keys": KEYS}), text="x", key="k"
        )
    assert service[0] == []


@pytest.mark.django_db
class TestAddingADevice:
    def test_a_browser_that_changes_hands_belongs_to_its_new_owner(self, real, clock):
        first, second = (city.account(city.person()) for _ in range(2))
        one = actions.add_device(endpoint=ENDPOINT, keys=KEYS, name="phone", by=city.actor(first))
        two = actions.add_device(endpoint=ENDPOINT, keys=KEYS, name="mine", by=city.actor(second))
        assert one.pk == two.pk
        assert (queries.devices(first.pk), queries.devices(second.pk)) == ([], [two])

    @pytest.mark.parametrize(
        ("endpoint", "keys"),
        [
            ("https://127.0.0.1/", KEYS),
            (ENDPOINT, {}),
            (ENDPOINT, {**KEYS, "auth": "AAAA"}),
            (ENDPOINT, {**KEYS, "p256dh": b64(b"\x04" + b"\x01" * 64)}),
            (ENDPOINT, {**KEYS, "p256dh": "***"}),
        ],
    )
    def test_what_no_browser_gives_is_refused(self, real, clock, endpoint, keys):
        by = city.actor(city.account(city.person()))
        with pytest.raises(actions.BadDevice):
            actions.add_device(endpoint=endpoint, keys=keys, name="x", by=by)
