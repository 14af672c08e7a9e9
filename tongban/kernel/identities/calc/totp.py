"""Numbers that change every half minute (RFC 6238), as every authenticator makes them. Pure."""

from base64 import b32decode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# One step early or late: a telephone's clock may be that wrong (RFC 6238, 5.2).
DRIFT = 1


def step_at(seconds: float) -> int:
    """The number of the half minute in which this moment lies, counted as POSIX counts seconds."""
    return int(seconds // STEP_SECONDS)


def number(secret: str, step: int) -> str:
    """The six digits of a step under a secret in base 32."""
    return _authenticator(secret).generate(step * STEP_SECONDS).decode()


def _authenticator(secret: str) -> TOTP:
    # SHA-1 is what authenticators understand; nothing here rests on its collisions.
    return TOTP(b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # see above


def matching_step(secret: str, typed: str, now: int, after: int | None) -> int | None:
    """The step of which somebody typed the number, or None; steps up to `after` have been used and count no more."""
    for step in range(now - DRIFT, now + DRIFT + 1):
        if (after is None or step > after) and _same(number(secret, step), typed):
            return step
    return None


def _same(right: str, typed: str) -> bool:
    if len(typed) != DIGITS or not typed.isascii():
        return False
    return not sum(a != b for a, b in zip(right, typed, strict=True))


def address(secret: str, account: str, issuer: str) -> str:
    """What the QR code of an enrolment says to an authenticator: an otpauth address."""
    return _authenticator(secret).get_provisioning_uri(account, issuer)
