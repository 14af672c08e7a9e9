"""How a system shows its secret: in the header (client_secret_basic) or in the form (client_secret_post), never both."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus


def presented(header: str, form: Any) -> tuple[str, str]:
    """Name and secret as they were shown; two empty texts when there is none, or one in two ways."""
    in_form = form.client_secret or ""
    if header:
        return _basic(header) if not in_form else ("", "")
    return form.client_id or "", in_form


def _basic(header: str) -> tuple[str, str]:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    # RFC 6749 2.3.1: both are encoded as in a form before they are joined.
    return (unquote_plus(name), unquote_plus(secret)) if colon else ("", "")
