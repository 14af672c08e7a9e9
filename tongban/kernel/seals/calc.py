"""Certificates, signatures over bytes and over PDFs. Pure functions of keys and bytes; nothing is fetched."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.kernel.seals.states import SealVerdict

YEARS_OF_AUTHORITY = 20
YEARS_OF_SEAL = 5


@dataclass(frozen=True)
class KeyPair:
    """A private key and its certificate, both PEM."""

    private_key: str
    certificate: str


@dataclass(frozen=True)
class PdfVerdict:
    """What the seal on a PDF says: the verdict, who sealed, when, and whether nothing lies outside the seal."""

    verdict: SealVerdict
    sealed_by: str = ""
    sealed_at: datetime | None = None
    whole: bool = False


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, text[:64])]
    )


def _pair(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> KeyPair:
    return KeyPair(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )


def _builder(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def make_authority(name: str, now: datetime) -> KeyPair:
    """A self-signed certification authority on P-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(name, _name(name), key, now, YEARS_OF_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pair(key, certificate)


def make_seal(name: str, authority: KeyPair, now: datetime) -> KeyPair:
    """An agency's seal key with a certificate issued by the authority."""
    issuer_key = serialization.load_pem_private_key(authority.private_key.encode(), None)
    issuer = x509.load_pem_x509_certificate(authority.certificate.encode())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(name, issuer.subject, key, now, YEARS_OF_SEAL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())  # type: ignore[arg-type]
    )
    return _pair(key, certificate)


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not sign,
        crl_sign=not sign,
        encipher_only=False,
        decipher_only=False,
    )


def _asn1(pem: str) -> asn1_x509.Certificate:
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
    return asn1_x509.Certificate.load(der)


def _apart(work: Callable[[], Any]) -> Any:
    """Do `work`, which runs an event loop of its own (pyHanko), also where this thread has one running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def sign_pdf(pdf: bytes, pair: KeyPair, authority_certificate: str, reason: str, place: str) -> bytes:
    """The PDF with a PAdES baseline signature over all of it that permits no later change."""
    key = serialization.load_pem_private_key(pair.private_key.encode(), None)
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    store.register(_asn1(authority_certificate))
    signer = signers.SimpleSigner(
        signing_cert=_asn1(pair.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=store,
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        reason=reason,
        location=place,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = _apart(lambda: signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer))
    return bytes(out.getvalue())


def verify_pdf(pdf: bytes, authority_certificate: str) -> PdfVerdict:
    """Judge the last seal on a PDF against the authority. Reads only; unreadable input is a verdict, not an error."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except Exception:  # noqa: BLE001 -- damaged input raises many classes
        return PdfVerdict(_careless_or_damaged(pdf))
    if not signatures:
        return PdfVerdict(SealVerdict.UNSEALED)
    authority = _asn1(authority_certificate)
    try:
        context = ValidationContext(trust_roots=[authority], allow_fetching=False)
        status = _apart(lambda: validate_pdf_signature(signatures[-1], context))
    except (PdfReadError, ValueError, KeyError, TypeError, IndexError, AssertionError):
        return PdfVerdict(SealVerdict.UNREADABLE)
    except Exception:  # noqa: BLE001 -- the validator raises many classes on damaged input; none of them may pass for valid
        return PdfVerdict(SealVerdict.CHANGED)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    # The authority signs nothing but certificates, the agencies' keys nothing but papers.
    by_agency = status.trusted and status.signing_cert.dump() != authority.dump()
    if not status.intact or not status.valid or (status.trusted and not status.bottom_line):
        verdict = SealVerdict.CHANGED
    elif not by_agency:
        verdict = SealVerdict.UNTRUSTED
    else:
        verdict = SealVerdict.VALID if whole else SealVerdict.CHANGED
    return PdfVerdict(
        verdict,
        status.signing_cert.subject.native.get("common_name", ""),
        status.signer_reported_dt,
        whole,
    )


def _careless_or_damaged(pdf: bytes) -> SealVerdict:
    # Many programs break small rules of the format. Their papers open, so they are unsealed rather than unreadable.
    try:
        sealed = bool(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures)
    except Exception:  # noqa: BLE001 -- damaged input raises many classes
        return SealVerdict.UNREADABLE
    return SealVerdict.UNREADABLE if sealed else SealVerdict.UNSEALED


def sign_bytes(content: bytes, pair: KeyPair) -> bytes:
    """ECDSA over SHA-256 of the content, DER."""
    key = serialization.load_pem_private_key(pair.private_key.encode(), None)
    return key.sign(content, ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr,call-arg,arg-type]


def verify_bytes(content: bytes, signature: bytes, certificate: str) -> bool:
    """True when the signature over the content was made with the certificate's key."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    try:
        key.verify(signature, content, ec.ECDSA(hashes.SHA256()))  # type: ignore[union-attr,call-arg,arg-type]
    except InvalidSignature:
        return False
    return True


# The order of the group of P-256. Of each signature there is a twin with the same meaning; only the smaller one is ours,
# so that a code has one form and any change of it is a change.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF = 32


def raw_signature(der: bytes) -> bytes:
    """A DER signature as the 64 bytes r and s that JWS and WebCrypto want, with the smaller s."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(_HALF, "big") + min(s, ORDER - s).to_bytes(_HALF, "big")


@dataclass(frozen=True)
class PublicKey:
    """An agency's public key as somebody without our database needs it."""

    kid: str
    agency: str
    name: str
    x: int
    y: int
    sample: bool


def public_key(agency: str, name: str, certificate: str, *, sample: bool) -> PublicKey:
    """The public key in a certificate, with the identifier by which signatures name it."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("the certificate is not for a key on an elliptic curve")
    numbers = key.public_numbers()
    point = numbers.x.to_bytes(_HALF, "big") + numbers.y.to_bytes(_HALF, "big")
    return PublicKey(hashlib.sha256(point).hexdigest()[:8], agency, name, numbers.x, numbers.y, sample=sample)


def verify_raw(content: bytes, signature: bytes, key: PublicKey) -> bool:
    """True when the 64 bytes are this key's signature over the content, in the one form that is ours."""
    if len(signature) != 2 * _HALF:
        return False
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        return False
    public = ec.EllipticCurvePublicNumbers(key.x, key.y, ec.SECP256R1()).public_key()
    try:
        public.verify(encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
