"""The port to an authority that stamps the time (RFC 3161): `none`, and one that is asked over HTTP."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import aiohttp
from asn1crypto import pem, x509
from django.conf import settings
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tongban.foundation.registries import Registry


class NoStamp(RuntimeError):
    """The authority gave no stamp that can be believed; the message says why."""


@dataclass(frozen=True)
class Stamp:
    """The authority's signed word (DER of a TimeStampToken) that a digest was there at a moment."""

    token: bytes
    at: datetime
    authority: str


class Stamper(Protocol):
    """Asks for a stamp."""

    def stamp(self, digest: bytes) -> Stamp:
        """A stamp over a SHA-256 digest. Slow, so never within a transaction. Raises NoStamp."""
        ...


STAMPERS: Registry = Registry("time stamping authorities")


def stamper() -> Stamper | None:
    """The authority that the installation has chosen, or None. Raises UnknownKey."""
    made: Stamper | None = STAMPERS.get(settings.STAMPER)()
    return made


@STAMPERS.register("none", label="未接入（封存日志没有第三方时间戳）")
def no_stamper() -> None:
    """Nobody stamps: the log's time is our own."""


@STAMPERS.register("rfc3161", label="可信时间戳（RFC 3161）")
class Rfc3161:
    """Asks `settings.STAMPER_URL` and believes what one of the roots in `settings.STAMPER_ROOTS` (PEM) vouches for."""

    def stamp(self, digest: bytes) -> Stamp:
        try:
            roots = _certificates(Path(settings.STAMPER_ROOTS).read_bytes())
            return asyncio.run(self._ask(digest, roots))
        except (OSError, aiohttp.ClientError, TimestampRequestError, ssl.SSLError, ValueError) as error:
            raise NoStamp(f"{type(error).__name__}: {error}") from error

    async def _ask(self, digest: bytes, roots: list[x509.Certificate]) -> Stamp:
        token = await HTTPTimeStamper(settings.STAMPER_URL, timeout=10).async_timestamp(digest, "sha256")
        found = await validate_tst_signed_data(
            token["content"], ValidationContext(trust_roots=roots), expected_tst_imprint=_only(digest)
        )
        status = TimestampSignatureStatus(**found)
        if not (status.intact and status.valid and status.trusted):
            raise NoStamp("the stamp is not one of an authority that is trusted here")
        return Stamp(token.dump(), status.timestamp, status.signing_cert.subject.human_friendly)


def _only(digest: bytes) -> Callable[[str], bytes]:
    def expected(algorithm: str) -> bytes:
        return digest if algorithm == "sha256" else b""

    return expected


def _certificates(text: bytes) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text, multiple=True)]
