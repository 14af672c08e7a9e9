"""What a visitor still has to do before a system is told who they are: sign in, more surely, anew, or agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from oauthlib.oauth2.rfc6749 import errors

from tongban.foundation import time
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.modules.signon import actions, calc, queries
from tongban.modules.signon.actions import Asked
from tongban.modules.signon.states import Realm, Scope
from tongban.terminals.ui import session

FRESH = "fresh"  # the part of an address that says since when a sign-in counts as fresh
_SALT = "fresh sign-in"
_FRESH_SECONDS = 3600


class Step(StrEnum):
    """What is missing, in the order in which it is asked for."""

    SIGN_IN = "sign_in"
    OTHER_ACCOUNT = "other_account"
    STEP_UP = "step_up"
    CONSENT = "consent"


def fresh_from_now() -> str:
    """What an address carries through signing in, so that what was done before is not taken for it."""
    return signing.dumps(time.now().isoformat(), salt=_SALT)


@dataclass
class Standing:
    """A visitor before a request to sign on (`asked`, as oauthlib has read it)."""

    request: HttpRequest
    asked: Any

    @property
    def prompts(self) -> set[str]:
        """What the system wants the visitor to be asked in any case."""
        return set((self.asked.prompt or "").split())

    @property
    def needed(self) -> int:
        """The level of assurance that the system needs, by its registration or by this request."""
        wanted = calc.level_wanted(self.asked.acr_values or "", settings.ACR_NAMES)
        return max(int(self.asked.client.least_level), wanted)

    @property
    def on_behalf(self) -> str:
        """For whom the visitor acts, as far as the system wants to know."""
        chosen = self.request.actor.organisation_id
        return str(chosen) if chosen and Scope.ACTING_FOR in self.asked.scopes else ""

    def missing(self) -> Step | None:
        """The first thing that is missing; None when the system may be told at once. Raises OAuth2Error."""
        actor = self.request.actor
        if not actor.is_signed_in or not self._fresh():
            return Step.SIGN_IN
        staff = self.asked.client.realm == Realm.STAFF
        if (actor.kind == ActorKind.STAFF) != staff or not self._meant():
            return Step.OTHER_ACCOUNT
        if actor.level < self.needed:
            return Step.STEP_UP
        if "consent" in self.prompts or self.consent() is None:
            return Step.CONSENT
        return None

    def consent(self) -> Any | None:
        """The consent given before that covers this."""
        return queries.consent_for(
            account_id=self.request.actor.account_id,
            system=self.asked.client,
            on_behalf=self.on_behalf,
            scopes=self.asked.scopes,
        )

    def _fresh(self) -> bool:
        longest = self._max_age()
        if longest is None and self.prompts.isdisjoint({"login", "select_account"}):
            return True
        at = session.shown_at(self.request)
        if at is None:
            return False
        if (since := self._since()) is not None and at > since:
            return True
        return self.prompts.isdisjoint({"login", "select_account"}) and time.now() - at <= timedelta(
            seconds=longest or 0
        )

    def _max_age(self) -> int | None:
        text = self.asked.max_age
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise errors.InvalidRequestError("max_age is a number of seconds.", request=self.asked)
        return int(text)

    def _since(self) -> datetime | None:
        try:
            kept = signing.loads(self.request.GET.get(FRESH, ""), salt=_SALT, max_age=_FRESH_SECONDS)
        except signing.BadSignature:
            return None
        return time.moment(kept)

    def _meant(self) -> bool:
        """Whether the visitor is the one to whom the system refers, where it does. Raises OAuth2Error."""
        hint = self.asked.id_token_hint
        if not hint:
            return True
        system = self.asked.client
        jwks = [key.public_jwk for key in actions.signing_keys()]
        said = calc.read_token(hint, jwks, issuer=queries.issuer(system.realm))
        if said is None or said["aud"] != system.client_id:
            raise errors.InvalidRequestError("id_token_hint is not a token of ours.", request=self.asked)
        account = parties.account(self.request.actor.account_id)
        return account is not None and said["sub"] == queries.subject(system, account)

    def described(self) -> Asked:
        """What is kept of this request and of how the visitor has signed in."""
        return Asked(
            redirect_uri=self.asked.redirect_uri,
            challenge=self.asked.code_challenge,
            nonce=self.asked.nonce or "",
            browser=queries.browser(session.row_of(self.request)),
            level=self.request.actor.level,
            methods=session.ways_of(self.request),
            signed_in_at=session.shown_at(self.request),
        )
