"""Open Zaak measured in the same run: `TONGBAN_BENCH_OPEN_ZAAK` names the address at which one is served, pinned to our core.

Set up as the README of this folder says: a client `bench` with all authorisations, and a published case type of its own
fixture. Its rates then take the place of those in `peers.py`.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bench import peers, pinning
from bench.peers import Peer

ADDRESS = os.environ.get("TONGBAN_BENCH_OPEN_ZAAK", "")
SECRET = os.environ.get("TONGBAN_BENCH_OPEN_ZAAK_SECRET", "")
CASE_TYPE = os.environ.get("TONGBAN_BENCH_OPEN_ZAAK_TYPE", "")
SECONDS = 6.0
WARM_UP_SECONDS = 2.0
CONNECTIONS = (1, 8)
STATUSES = 200  # cases for each number of connections; each takes the first status once
RSIN = "517439943"  # a number with a valid check digit, of nobody

Request = tuple[str, str, str | None, Mapping[str, str]]


def measured() -> dict[str, Peer]:
    """Its four calls at 1 and 8 connections on our core, by the names that `peers` gives them; empty when none is named."""
    if not ADDRESS:
        return {}
    with pinning.pinned(pinning.postmaster_of(peers.SERVER)):
        return OpenZaak().calls()


class OpenZaak:
    """One that is served now."""

    def __init__(self) -> None:
        parts = urlsplit(ADDRESS)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.headers = {"Authorization": f"Bearer {_token()}", "Content-Type": "application/json"}
        self.headers |= {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
        self.kind = f"{ADDRESS}/catalogi/api/v1/zaaktypen/{CASE_TYPE}"
        case = {"zaaktype": self.kind, "bronorganisatie": RSIN, "verantwoordelijkeOrganisatie": RSIN}
        self.case = json.dumps({**case, "startdatum": time.strftime("%Y-%m-%d")})

    def calls(self) -> dict[str, Peer]:
        """Create, set a status, read, list."""
        create: Request = ("POST", "/zaken/api/v1/zaken", self.case, self.headers)
        self._load([create], 8, 201, WARM_UP_SECONDS)
        first = min(
            self._ask("GET", f"/catalogi/api/v1/statustypen?zaaktype={self.kind}")["results"],
            key=lambda one: int(one["volgnummer"]),
        )
        made = [self._ask("POST", create[1], self.case)["url"] for _ in range(STATUSES * len(CONNECTIONS))]
        at = time.strftime("%Y-%m-%dT00:00:00Z")
        statuses: list[Request] = [
            (
                "POST",
                "/zaken/api/v1/statussen",
                json.dumps({"zaak": url, "statustype": first["url"], "datumStatusGezet": at}),
                self.headers,
            )
            for url in made
        ]
        read: Request = ("GET", urlsplit(made[0]).path, None, self.headers)
        many: Request = ("GET", "/zaken/api/v1/zaken?pageSize=20", None, self.headers)
        found = {
            "OPEN_ZAAK_CREATE": self._rates([create], 201),
            "OPEN_ZAAK_STATUS": {
                each: self._load(statuses[n * STATUSES : (n + 1) * STATUSES], each, 201, SECONDS, once=True)
                for n, each in enumerate(CONNECTIONS)
            },
            "OPEN_ZAAK_READ": self._rates([read], 200),
            "OPEN_ZAAK_LIST": self._rates([many], 200),
        }
        return {name: Peer("Open Zaak", getattr(peers, name).call, rates) for name, rates in found.items()}

    def _rates(self, requests: list[Request], expect: int) -> dict[int, float]:
        return {each: self._load(requests, each, expect, SECONDS) for each in CONNECTIONS}

    def _load(
        self, requests: list[Request], connections: int, expect: int, seconds: float, *, once: bool = False
    ) -> float:
        spec = {"host": self.host, "port": self.port, "seconds": seconds, "connections": connections}
        spec |= {"requests": requests, "expect": expect, "once": once}
        figures = pinning.driven(spec)
        if len(figures["statuses"]) != 1 or not figures["count"]:
            raise SystemExit(f"Open Zaak answered {figures['statuses']}: {figures['sample']}")
        return float(figures["rate"])

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection(self.host, self.port)
        connection.request(method, path, body, self.headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"Open Zaak: {method} {path} answered {answer.status}: {text[:300]!r}")
        return json.loads(text)


def _token() -> str:
    """A signed statement of who asks, as its API wants it."""
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"iss": "bench", "client_id": "bench", "user_id": "bench", "user_representation": "bench"}
    parts = [_base64(json.dumps(one).encode()) for one in (head, {**claims, "iat": int(time.time()) - 5})]
    signed = hmac.new(SECRET.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, _base64(signed)]).decode()


def _base64(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
