"""Writes of signing on: systems, consents, sign-ons and their tokens, keys."""

from tongban.modules.signon.actions.consenting import give_consent, revoke_consent
from tongban.modules.signon.actions.keys import renew_key, renew_key_in_time, sign, signing_keys
from tongban.modules.signon.actions.registering import (
    NotRegistered,
    change_system,
    load_systems,
    register_system,
    renew_secret,
    resume_system,
    stop_system,
)
from tongban.modules.signon.actions.signing import (
    AlreadyUsed,
    Asked,
    begin,
    end,
    end_browser,
    forget_old,
    note_told,
    redeem,
    refresh,
)

__all__ = [
    "AlreadyUsed",
    "Asked",
    "NotRegistered",
    "begin",
    "change_system",
    "end",
    "end_browser",
    "forget_old",
    "give_consent",
    "load_systems",
    "note_told",
    "redeem",
    "refresh",
    "register_system",
    "renew_key",
    "renew_key_in_time",
    "renew_secret",
    "resume_system",
    "revoke_consent",
    "sign",
    "signing_keys",
    "stop_system",
]
