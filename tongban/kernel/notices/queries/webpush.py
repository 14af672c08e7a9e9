"""Pushes to browsers through the services of their makers (RFC 8030, 8291, 8292)."""

import json
import os
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from tongban.foundation import time
from tongban.kernel.notices.calc import pushing
from tongban.kernel.notices.queries.carriers import CARRIERS, Gone

SECONDS = 10
KEPT_SECONDS = 24 * 3600  # a push service keeps what a sleeping telephone has not fetched
TOKEN_LIFE = timedelta(hours=12)  # RFC 8292 allows a day
# Only these are ever asked: an address comes from a browser, and must not send us into the house's own network.
HOSTS = ("fcm.googleapis.com", "push.services.mozilla.com", "web.push.apple.com", "notify.windows.com")


def is_service(endpoint: str) -> bool:
    """Whether the address is one of a known push service, over TLS on its own port."""
    try:
        at = urlsplit(endpoint)
        host, port = at.hostname or "", at.port
    except ValueError:
        return False
    known = any(host == one or host.endswith(f".{one}") for one in HOSTS)
    return at.scheme == "https" and port in (None, 443) and known and at.username is None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


@CARRIERS.register("web-push", label="浏览器推送（RFC 8291/8292）")
class WebPush:
    """Encrypts for the device, signs for its service. The text is read by the device alone."""

    def __init__(self) -> None:
        key = load_pem_private_key(settings.PUSH_SIGNING_KEY.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key

    @property
    def public_key(self) -> str:
        """What a browser is told when it subscribes."""
        return pushing.b64(pushing.point(self._key.public_key()))

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand one push over; the tag lets a second try take the place of the first on the device. Raises Gone."""
        device = json.loads(to)
        if not is_service(device["endpoint"]):
            raise Gone
        body = pushing.encrypt(
            json.dumps({"text": text, "tag": key, "url": "/inbox/"}, ensure_ascii=False).encode(),
            device=pushing.unb64(device["keys"]["p256dh"]),
            secret=pushing.unb64(device["keys"]["auth"]),
            sender=ec.generate_private_key(ec.SECP256R1()),
            salt=os.urandom(16),
        )
        at = urlsplit(device["endpoint"])
        signed = pushing.authorization(
            audience=f"https://{at.netloc}",
            contact=settings.PUSH_CONTACT,
            expires=int((time.wall_clock() + TOKEN_LIFE).timestamp()),
            key=self._key,
        )
        request = urllib.request.Request(  # noqa: S310  # is_service allows https only
            device["endpoint"],
            data=body,
            method="POST",
            headers={
                "Authorization": signed,
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(KEPT_SECONDS),
            },
        )
        try:
            _OPENER.open(request, timeout=SECONDS).close()
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                raise Gone from error
            raise
