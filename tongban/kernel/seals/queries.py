"""Reads of seals: sign with an agency's key, judge a sealed file."""

from typing import Protocol

from django.conf import settings

from tongban.foundation.errors import Problem
from tongban.foundation.registries import Registry
from tongban.kernel.seals import calc
from tongban.kernel.seals.models import SealKey
from tongban.kernel.seals.states import AUTHORITY, LOG, NOT_AGENCIES, SealVerdict


class NoSeal(Problem):
    """An agency has no seal key."""

    code = "seal.missing"
    status = 500


class Signer(Protocol):
    """The port behind which keys live: our software keys, or a city's hardware module."""

    def sign_pdf(self, agency: str, pdf: bytes, reason: str, place: str) -> bytes:
        """The sealed PDF; raises NoSeal."""
        ...

    def sign_bytes(self, agency: str, content: bytes) -> bytes:
        """A detached signature; raises NoSeal."""
        ...


SIGNERS: Registry = Registry("signers")


@SIGNERS.register("software", label="软件密钥（演示机构）")
class SoftwareSigner:
    """Keys made on first start and kept encrypted in the database."""

    def sign_pdf(self, agency: str, pdf: bytes, reason: str, place: str) -> bytes:
        return calc.sign_pdf(pdf, pair(agency), authority_certificate(), reason, place)

    def sign_bytes(self, agency: str, content: bytes) -> bytes:
        return calc.sign_bytes(content, pair(agency))


def signer() -> Signer:
    """The signer that the settings choose."""
    return SIGNERS.get(settings.SEAL_SIGNER)()


def _row(agency: str) -> SealKey:
    row = SealKey.objects.filter(agency=agency).first()
    if row is None:
        raise NoSeal(
            sentence_zh=f"机构“{agency}”还没有电子印章。",
            sentence_en=f"The agency '{agency}' has no seal.",
            todo_zh="请运行 tongban pack load 制作印章密钥。",
            todo_en="Run tongban pack load, which makes the keys.",
        )
    return row


def pair(agency: str) -> calc.KeyPair:
    """The key pair of an agency; raises NoSeal."""
    row = _row(agency)
    return calc.KeyPair(row.private_key, row.certificate)


def authority_certificate() -> str:
    """The certificate (PEM) of the authority that issued the agencies' certificates; raises NoSeal."""
    return _row(AUTHORITY).certificate


def certificate(agency: str) -> str:
    """The certificate (PEM) of an agency; raises NoSeal."""
    return _row(agency).certificate


def public_key(agency: str) -> calc.PublicKey:
    """The public key of an agency's seal; raises NoSeal."""
    row = _row(agency)
    return calc.public_key(row.agency, row.name, row.certificate, sample=row.sample)


def public_keys() -> list[calc.PublicKey]:
    """The public keys of all agencies' seals: what is needed to verify without this installation."""
    rows = SealKey.objects.exclude(agency__in=NOT_AGENCIES).order_by("agency")
    return [
        calc.public_key(row.agency, row.name, row.certificate, sample=row.sample)
        for row in rows.defer("private_key")
    ]


def verify_pdf(pdf: bytes) -> calc.PdfVerdict:
    """Judge the seal on a PDF; before any key exists nothing can be ours."""
    if not SealKey.objects.filter(agency=AUTHORITY).exists():
        return calc.PdfVerdict(SealVerdict.UNTRUSTED)
    return calc.verify_pdf(pdf, authority_certificate())


def seals():
    """The authority's and the agencies' seal keys for the console."""
    return SealKey.objects.exclude(agency=LOG).order_by("agency")
