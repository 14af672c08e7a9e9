"""Arithmetic of the log and of retries. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tongban.kernel.events.states import LONGEST_WAIT_SECONDS


def canonical(document: Mapping[str, Any]) -> bytes:
    """One byte string for one document: sorted keys, no blanks, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def wait_before(tries: int) -> int:
    """Seconds to wait before the next try after `tries` failures: doubling, five minutes at the most."""
    return int(min(2 ** min(tries, 16), LONGEST_WAIT_SECONDS))
