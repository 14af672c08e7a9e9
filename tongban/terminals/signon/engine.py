"""The protocol by oauthlib, put upon our own queries and actions: what it asks a provider, answered here.

Only the code flow: codes with S256, refresh tokens that change with every use, nothing that hands tokens to a browser.
"""

import re
from typing import Any

from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, RevocationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types import AuthorizationCodeGrant as PlainCodeGrant
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid import RequestValidator
from oauthlib.openid.connect.core.endpoints.userinfo import UserInfoEndpoint
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant, RefreshTokenGrant

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as parties
from tongban.modules.signon import actions, calc, queries
from tongban.modules.signon.actions import AlreadyUsed
from tongban.modules.signon.states import (
    ACCESS_SECONDS,
    MOST_TEXT,
    Ending,
    Scope,
    TokenKind,
)
from tongban.terminals.signon.credentials import presented

FLOWS = ("authorization_code", "refresh_token")
# RFC 7636: a challenge by S256, and the verifier that it was made of.
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Provider(RequestValidator):
    """Answers oauthlib for one realm; `agreed` are the visitor's consent and standing once they have said yes."""

    def __init__(self, realm: str, agreed: Any = None, by: Actor | None = None) -> None:
        self.realm = realm
        self.agreed = agreed
        self.by = by
        self.failed_client = ""  # who could not show its secret: for the limit on guessing

    # ------------------------------------------------------------------ the request to sign on

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.client = queries.live_system(self.realm, client_id)
        return request.client is not None

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return redirect_uri in request.client.redirect_uris

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> None:
        return None  # a request says where it wants its answer

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        request.claims = None  # discovery says that it is not supported; oauthlib would read it all the same
        if any(len(text or "") > MOST_TEXT for text in (request.state, request.nonce)):
            raise errors.InvalidRequestError(
                f"state and nonce have at most {MOST_TEXT} signs.", request=request
            )
        if request.code_challenge and not _CHALLENGE.fullmatch(request.code_challenge):
            raise errors.InvalidRequestError("code_challenge is not that of S256.", request=request)
        return response_type == "code"

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return []

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return Scope.OPENID in scopes and set(scopes) <= set(client.scopes)

    # Signing in, consent and whom a hint names are steps that a person takes: `standing` looks at them before and after.
    def validate_silent_login(self, request: Any) -> bool:
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        return True

    def validate_user_match(self, id_token_hint: Any, scopes: Any, claims: Any, request: Any) -> bool:
        return True

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Any, *args: Any, **kwargs: Any
    ) -> None:
        consent, asked = self.agreed(request)
        actions.begin(consent=consent, scopes=request.scopes, asked=asked, code=code["code"], by=self.by)

    # ------------------------------------------------------------------ tokens

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        return True

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        client_id, secret = presented(request.headers.get("Authorization", ""), request)
        system = queries.live_system(self.realm, client_id) if client_id else None
        if system is None or not queries.is_secret(system, secret):
            self.failed_client = client_id or "-"
            return False
        if request.client_id not in (None, client_id):
            return False
        request.client, request.client_id = system, client_id
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type in FLOWS

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        row = queries.sign_on_by_code(code)
        if row is None or row.system_id != client.pk:
            return False
        if row.redeemed_at is not None:
            # Somebody has it twice: whoever holds the tokens of the first time may not be the one meant.
            actions.end(sign_on=row, why=Ending.CODE_REPLAYED)
            return False
        open_ = row.ended_at is None and row.code_until > time.now()
        if not open_ or parties.account(row.account_id) is None:
            return False
        request.sign_on, request.user, request.scopes = row, row.account_id, row.scopes
        if not _VERIFIER.fullmatch(request.code_verifier or ""):
            request.code_verifier = None
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        return str(request.sign_on.challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return "S256"

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return bool(redirect_uri == request.sign_on.redirect_uri)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Nothing to do: redeeming it has used it, in one step with the tokens."""

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        row = queries.token(TokenKind.REFRESH, refresh_token)
        if row is None or row.sign_on.system_id != client.pk:
            return False
        if row.used_at is not None:
            actions.end(sign_on=row.sign_on, why=Ending.REFRESH_REPLAYED)
            return False
        if not queries.mandate_holds(row.sign_on):
            actions.end(sign_on=row.sign_on, why=Ending.MANDATE_ENDED)
            return False
        request.used, request.sign_on, request.user = row, row.sign_on, row.sign_on.account_id
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return list(request.sign_on.scopes)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        access, again = token["access_token"], token.get("refresh_token", "")
        try:
            if request.grant_type == "refresh_token":
                actions.refresh(used=request.used, access=access, refresh_token=again)
            else:
                actions.redeem(sign_on=request.sign_on, access=access, refresh_token=again)
        except AlreadyUsed:
            # At the same moment somebody else came with the same: as when it comes a second time.
            twice = request.grant_type == "refresh_token"
            actions.end(
                sign_on=request.sign_on, why=Ending.REFRESH_REPLAYED if twice else Ending.CODE_REPLAYED
            )
            raise errors.InvalidGrantError(request=request) from None

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Any) -> str:
        return str(request.sign_on.nonce)

    def get_id_token(self, token: Any, token_handler: Any, request: Any) -> None:
        return None  # oauthlib begins it with the digest of the access token, `finalize_id_token` ends it

    def finalize_id_token(
        self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any
    ) -> str:
        said = calc.id_claims(queries.asserted(request.sign_on), time.now())
        return actions.sign({"at_hash": id_token["at_hash"], **said})

    # ------------------------------------------------------------------ what tokens are for

    def validate_bearer_token(self, token: str | None, scopes: Any, request: Any) -> bool:
        row = queries.token(TokenKind.ACCESS, token) if token else None
        if row is None or row.sign_on.system.realm != self.realm:
            return False
        request.sign_on, request.scopes = row.sign_on, row.sign_on.scopes
        return True

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        return calc.user_claims(queries.asserted(request.sign_on))

    def revoke_token(self, token: str, token_type_hint: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        row = queries.any_token(token)
        if row is not None and row.sign_on.system_id == request.client.pk:
            actions.end(sign_on=row.sign_on, why=Ending.WITHDRAWN)


class _CodeGrant(PlainCodeGrant):
    """Codes with S256 only, and with the issuer beside each (RFC 9207): a system with two knows whose it is."""

    _code_challenge_methods = {"S256": code_challenge_method_s256}

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self._issuer = queries.issuer(provider.realm)

    def create_authorization_code(self, request: Any) -> dict[str, str]:
        return {**super().create_authorization_code(request), "iss": self._issuer}


class _Tokens(BearerToken):
    """A refresh token only where the person agreed that the system may go on without them."""

    def create_token(self, request: Any, **wanted: Any) -> Any:
        wanted["refresh_token"] = Scope.OFFLINE_ACCESS in request.sign_on.scopes
        return super().create_token(request, **wanted)


class Engine(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint, UserInfoEndpoint):
    """The endpoints of one realm."""

    def __init__(self, provider: Provider) -> None:
        codes = AuthorizationCodeGrant(provider)
        codes.proxy_target = _CodeGrant(provider)
        codes.custom_validators.post_auth.append(codes.openid_authorization_validator)
        codes.register_token_modifier(codes.add_id_token)
        tokens = _Tokens(provider, expires_in=ACCESS_SECONDS)
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", default_token_type=tokens, response_types={"code": codes}
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            default_token_type=tokens,
            grant_types={"authorization_code": codes, "refresh_token": RefreshTokenGrant(provider)},
        )
        RevocationEndpoint.__init__(self, provider)
        UserInfoEndpoint.__init__(self, provider)
