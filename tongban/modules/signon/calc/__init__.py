"""Arithmetic of signing on: tokens and keys, addresses of systems, claims by scope. Pure."""

from tongban.modules.signon.calc.addresses import ADDRESS_FAULTS, fault_of_address, is_client_id
from tongban.modules.signon.calc.claims import (
    LEVELS,
    Asserted,
    described,
    id_claims,
    level_wanted,
    logout_claims,
    read_levels,
    user_claims,
)
from tongban.modules.signon.calc.tokens import (
    FreshKey,
    keyed_digest,
    new_key,
    read_token,
    signed_token,
)

__all__ = [
    "ADDRESS_FAULTS",
    "LEVELS",
    "Asserted",
    "FreshKey",
    "described",
    "fault_of_address",
    "id_claims",
    "is_client_id",
    "keyed_digest",
    "level_wanted",
    "logout_claims",
    "new_key",
    "read_levels",
    "read_token",
    "signed_token",
    "user_claims",
]
