"""What somebody types or a browser signs to show who they are, read from a form."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.foundation import time
from tongban.kernel.identities import actions
from tongban.kernel.identities.calc import totp
from tongban.kernel.identities.queries import passkeys
from tongban.kernel.identities.states import Way
from tongban.kernel.parties import queries as parties


def by_number(account: Any, typed: str) -> Way:
    """The number of the authenticator, or a recovery code in the same field. Raises WrongNumber."""
    plain = "".join(typed.split())
    if len(plain) == totp.DIGITS and actions.use_number(
        account=account, number=plain, once=not settings.DEMO
    ):
        return Way.TOTP
    by = parties.actor_for(account, time.today())
    if len(plain) > totp.DIGITS and actions.use_recovery_code(account=account, code=plain, by=by):
        return Way.RECOVERY
    raise actions.WrongNumber


def by_passkey(request: HttpRequest) -> Any:
    """The account whose passkey signed what this session was asked, once. Raises BadPasskey."""
    state = request.session.pop("passkey", None)
    if state is None:
        raise passkeys.BadPasskey
    return actions.use_passkey(state=state, answer=answer_of(request))


def answer_of(request: HttpRequest) -> dict[str, Any]:
    """What the browser answered, from the form. Raises BadPasskey."""
    try:
        answer = json.loads(request.POST.get("passkey", ""))
    except ValueError as error:
        raise passkeys.BadPasskey from error
    if not isinstance(answer, dict):
        raise passkeys.BadPasskey
    return answer
