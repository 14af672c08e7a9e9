"""Writes of credentials."""

from tongban.kernel.credentials.actions.issuing import (
    Face,
    add_signed_body,
    body_of,
    identifier_for,
    issue,
    log_use,
    serial_of,
    signed_body,
    take_serial,
)
from tongban.kernel.credentials.actions.life import (
    NotEnoughSaid,
    agree,
    end_suspensions,
    not_agree,
    propose,
    replace,
    revoke,
    take_over,
)

__all__ = [
    "Face",
    "NotEnoughSaid",
    "add_signed_body",
    "agree",
    "body_of",
    "end_suspensions",
    "identifier_for",
    "issue",
    "log_use",
    "not_agree",
    "propose",
    "replace",
    "revoke",
    "serial_of",
    "signed_body",
    "take_over",
    "take_serial",
]
