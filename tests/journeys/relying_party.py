"""A department's system, small and whole: its own process, and authlib where our provider uses oauthlib.

`python -m tests.journeys.relying_party PORT DISCOVERY CLIENT_ID SECRET`. Sessions live in memory.
"""

import html
import json
import secrets
import sys
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
SECONDS = 10


class RelyingParty:
    """The system: who is signed on, by the cookie of the browser."""

    def __init__(self, port: int, discovery: str, client_id: str, secret: str) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.client_id, self.secret = client_id, secret
        self.provider: dict[str, Any] = requests.get(discovery, timeout=SECONDS).json()
        self.sessions: dict[str, dict[str, Any]] = {}
        self.last_code: dict[str, str] = {}
        self.last_access = ""  # kept beside the session, which the provider may end at any moment

    def keys(self) -> KeySet:
        """The provider's keys as they are now."""
        return KeySet.import_key_set(requests.get(self.provider["jwks_uri"], timeout=SECONDS).json())

    def client(self, **more: Any) -> OAuth2Session:
        """A client with PKCE."""
        return OAuth2Session(
            self.client_id,
            self.secret,
            redirect_uri=f"{self.base}/back",
            token_endpoint_auth_method="client_secret_basic",
            **more,
        )

    def sign_in(self, session: dict[str, Any], asked: dict[str, str]) -> str:
        """Where the browser has to go. `pkce=no` leaves out what we demand."""
        challenged = asked.pop("pkce", "yes") != "no"
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        client = self.client(scope=asked.pop("scope", "openid profile"))
        if challenged:
            client.code_challenge_method = client.metadata["code_challenge_method"] = "S256"
            asked["code_verifier"] = verifier
        url, state = client.create_authorization_url(
            self.provider["authorization_endpoint"], nonce=nonce, **asked
        )
        session["wanted"] = {"state": state, "nonce": nonce, "verifier": verifier}
        return str(url)

    def back(self, session: dict[str, Any], query: str) -> None:
        """Take the code, check everything, remember who it is. Raises AuthlibBaseError, JoseError, ValueError."""
        wanted = session.pop("wanted", None)
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if said.get("iss") != self.provider["issuer"]:
            raise ValueError("iss")
        if "error" in said:
            raise ValueError(said["error"])
        if wanted is None:
            raise ValueError("nobody asked")
        client = self.client(state=wanted["state"])
        self.last_code = {"code": said.get("code", ""), "code_verifier": wanted["verifier"]}
        tokens = client.fetch_token(
            self.provider["token_endpoint"],
            authorization_response=f"{self.base}/back?{query}",
            state=wanted["state"],
            code_verifier=wanted["verifier"],
        )
        self.last_access = tokens["access_token"]
        read = jwt.decode(tokens["id_token"], self.keys(), algorithms=["RS256"])
        rules = {
            "iss": {"essential": True, "value": self.provider["issuer"]},
            "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True},
        }
        params = {
            "nonce": wanted["nonce"],
            "client_id": self.client_id,
            "access_token": tokens["access_token"],
        }
        claims = CodeIDToken(read.claims, read.header, rules, params)
        claims.validate(leeway=5)
        told = requests.get(
            self.provider["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
            timeout=SECONDS,
        ).json()
        if told["sub"] != claims["sub"]:
            raise ValueError("sub")
        session.update(claims=dict(claims), told=told, tokens=dict(tokens))

    def replay(self) -> str:
        """Bring the last code once more; what the provider says."""
        form = {"grant_type": "authorization_code", "redirect_uri": f"{self.base}/back", **self.last_code}
        answer = requests.post(
            self.provider["token_endpoint"], form, auth=(self.client_id, self.secret), timeout=SECONDS
        )
        return f"{answer.status_code} {answer.json().get('error')}"

    def alive(self) -> str:
        """What user-info says now to the last access token: a status."""
        answer = requests.get(
            self.provider["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {self.last_access}"},
            timeout=SECONDS,
        )
        return str(answer.status_code)

    def ended(self, token: str) -> None:
        """The provider says that a sign-on ended. Raises JoseError, ValueError."""
        read = jwt.decode(token, self.keys(), algorithms=["RS256"])
        fits = (read.claims["iss"], read.claims["aud"]) == (self.provider["issuer"], self.client_id)
        if not fits or LOGOUT_EVENT not in read.claims["events"] or "nonce" in read.claims:
            raise ValueError("logout token")
        for session in self.sessions.values():
            if session.get("claims", {}).get("sid") == read.claims["sid"]:
                # Only who was signed on: the next sign-on may be under way, and its state has to stay.
                for part in ("claims", "told", "tokens"):
                    session.pop(part, None)

    def sign_out(self, session: dict[str, Any]) -> str:
        """Forget who it is; where the browser goes to sign out there too."""
        hint = session.get("tokens", {}).get("id_token", "")
        session.clear()
        asked = {"id_token_hint": hint, "post_logout_redirect_uri": f"{self.base}/", "state": "out"}
        return f"{self.provider['end_session_endpoint']}?{urlencode(asked)}"

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        number = cookie["rp"].value if "rp" in cookie else secrets.token_hex(8)
        session = self.sessions.setdefault(number, {})
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        headers = [("Set-Cookie", f"rp={number}; Path=/; HttpOnly; SameSite=Lax")]
        try:
            if path == "/ended":
                size = int(environ.get("CONTENT_LENGTH") or 0)
                self.ended(parse_qs(environ["wsgi.input"].read(size).decode())["logout_token"][0])
                start("204 No Content", [])
                return []
            if path in ("/sign-in", "/sign-out"):
                to = self.sign_in(session, asked) if path == "/sign-in" else self.sign_out(session)
                start("302 Found", [*headers, ("Location", to)])
                return []
            if path == "/back":
                self.back(session, query)
                start("302 Found", [*headers, ("Location", "/")])
                return []
            said = {"/replay": self.replay, "/alive": self.alive}.get(path, lambda: "")()
        except (AuthlibBaseError, JoseError, ValueError) as error:
            said = f"refused: {getattr(error, 'error', '') or error}"
        start("200 OK", [*headers, ("Content-Type", "text/html; charset=utf-8")])
        return [_page(session, said).encode()]


def _page(session: dict[str, Any], said: str) -> str:
    who = (
        json.dumps({**session["claims"], **session["told"]}, ensure_ascii=False)
        if "claims" in session
        else ""
    )
    state = f"<p>signed on</p><pre>{html.escape(who)}</pre>" if who else "<p>signed off</p>"
    icon = '<link rel="icon" href="data:,">'
    return f"<!doctype html><title>system</title>{icon}{state}<p id=said>{html.escape(said)}</p>"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words: Any) -> None:
        """Say nothing: addresses carry codes."""


if __name__ == "__main__":
    listen, *rest = sys.argv[1:]
    with make_server(
        "127.0.0.1", int(listen), RelyingParty(int(listen), *rest), handler_class=_Quiet
    ) as server:
        print("ready", flush=True)
        server.serve_forever()
