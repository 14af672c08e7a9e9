"""A system that signs people on, as far as a test needs one: requests by hand, no library of a relying party."""

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.test import Client

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.modules.signon import actions

BACK = "https://fund.example.gov.cn/back"
OUT = "https://fund.example.gov.cn/out"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ALL = ["openid", "profile", "realname", "acting_for", "offline_access"]


class System:
    """A registered system with its secret."""

    def __init__(self, client_id: str = "housing-fund", realm: str = "people", **data: Any) -> None:
        said = {
            "agency": "data-bureau",
            "name_zh": "公积金系统",
            "name_en": "Housing fund",
            "purpose_zh": "查询和提取公积金",
            "purpose_en": "Housing fund accounts",
            "redirect_uris": [BACK],
            "logout_uris": [OUT],
            "scopes": ALL,
        }
        self.row, self.secret = actions.register_system(
            client_id=client_id, realm=realm, data={**said, **data}, by=SYSTEM
        )
        self.root = f"/oidc/{realm}"

    def query(self, **other: str | None) -> dict[str, str]:
        """A right request, with parts changed or (None) left out."""
        asked = {
            "response_type": "code",
            "client_id": self.row.client_id,
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **other,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def ask(self, client: Client, **other: str | None) -> Any:
        """The answer to a request to sign on."""
        return client.get(f"{self.root}/authorize/?{urlencode(self.query(**other))}")

    def agree(self, client: Client, acting_for: str = "", **other: str | None) -> dict[str, str]:
        """Ask, agree when that is asked for, and what the system hears."""
        answer = self.ask(client, **other)
        if "/consent/" in answer.headers.get("Location", ""):
            address = answer["Location"]
            assert client.get(address).status_code == 200
            answer = client.post(address, {"agree": "yes", "for": acting_for})
        return heard(answer)

    def redeem(self, code: str, **other: str | None) -> Any:
        """The answer to a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **other,
        }
        return self.post("token", {name: value for name, value in form.items() if value is not None})

    def post(self, what: str, form: dict[str, Any], **headers: str) -> Any:
        """A call with the system's secret in the header."""
        shown = base64.b64encode(f"{self.row.client_id}:{self.secret}".encode()).decode()
        return Client().post(
            f"{self.root}/{what}/", form, headers={"Authorization": f"Basic {shown}", **headers}
        )

    def userinfo(self, access: str) -> Any:
        """The answer to an access token."""
        return Client().get(f"{self.root}/userinfo/", headers={"Authorization": f"Bearer {access}"})

    def sign_on(self, client: Client, **other: Any) -> dict[str, Any]:
        """From the request to the tokens."""
        answer = self.redeem(self.agree(client, **other)["code"])
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def read(self, id_token: str) -> dict[str, Any]:
        """The claims of an identity token, checked by the published keys."""
        keys = {one["kid"]: one for one in Client().get(f"{self.root}/keys/").json()["keys"]}
        jwk = jwt.PyJWK(keys[jwt.get_unverified_header(id_token)["kid"]])
        # The clock of a test stands elsewhere than PyJWT's.
        options: Any = {"verify_exp": False, "verify_iat": False}
        return dict(jwt.decode(id_token, jwk, ["RS256"], options, audience=self.row.client_id))


def heard(answer: Any) -> dict[str, str]:
    """What stands in the address by which a browser leaves for the system."""
    if answer.status_code == 200:
        found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.content.decode())
        assert found, answer.content.decode()[:2000]
        url = html.unescape(found[1])
    else:
        assert answer.status_code == 302, answer.content.decode()[:2000]
        url = answer["Location"]
    assert url.startswith(("https://", "http://")), url
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} | {
        "": url.split("?")[0]
    }


def browser(account: Any) -> Client:
    """A browser in which somebody has just signed in by code."""
    return city.signed_in(account)


def person(level: int = 2, name: str = "陈晓雯") -> Any:
    """The account of a new person."""
    return city.account(city.person(name), level)


__all__ = ["ALL", "BACK", "OUT", "VERIFIER", "System", "browser", "heard", "person"]
