"""The port to what is known of passwords that others use or that have leaked: a list here, or a service that is asked.

A service is told five of the forty signs of a digest and answers with all that begin so (k-anonymity): neither the password
nor its digest leaves the house. Asked when a password is set, never when somebody signs in.
"""

import urllib.error
import urllib.request
from typing import Protocol

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from tongban.foundation.registries import Registry
from tongban.kernel.identities.calc import passwords

SECONDS = 2
_MOST_BYTES = 1_000_000  # a padded answer has some 60,000


class Down(OSError):
    """The service gave no answer that can be read; names no more than what went wrong."""


class Breaches(Protocol):
    """Knows passwords that nobody should use."""

    def know(self, password: str) -> bool:
        """Whether this is one of them. May be slow, so never within a transaction. Raises Down."""
        ...


BREACHES: Registry = Registry("breaches")


def breaches() -> Breaches:
    """What the installation has chosen. Raises UnknownKey."""
    made: Breaches = BREACHES.get(settings.BREACHES)()
    return made


_COMMON = CommonPasswordValidator()  # 20,000 of them, read once


@BREACHES.register("list", label="常见密码表（本机）")
class CommonList:
    """The list of common passwords that Django brings."""

    def know(self, password: str) -> bool:
        try:
            _COMMON.validate(password)
        except ValidationError:
            return True
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The address that was set answers itself or not at all."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


# No proxy of the environment either: where the service lives stands in the setting.
_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@BREACHES.register("range", label="泄露密码查询服务（只告知摘要前 5 位）")
class RangeService(CommonList):
    """The list first, then `settings.BREACHES_URL` followed by the beginning of the digest; the answer is asked to be padded."""

    def know(self, password: str) -> bool:
        if super().know(password):
            return True
        told, rest = passwords.asked(password)
        try:
            return passwords.named(rest, _answer(f"{settings.BREACHES_URL}{told}"))
        except ValueError as error:
            raise Down("the answer cannot be read") from error


def _answer(url: str) -> str:
    request = urllib.request.Request(url, headers={"Add-Padding": "true", "User-Agent": "tongban"})  # noqa: S310  # the setting takes http and https only
    try:
        with _OPENER.open(request, timeout=SECONDS) as answer:
            if answer.status != 200:
                raise Down(f"HTTP {answer.status}")
            content: bytes = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise Down(f"HTTP {error.code}") from None
    except OSError as error:
        if isinstance(error, Down):
            raise
        raise Down(type(error).__name__) from None
    if len(content) > _MOST_BYTES:
        raise Down("the answer is too long")
    return content.decode("ascii")
