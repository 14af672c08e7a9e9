"""Seals: what our agencies sealed is valid, and nothing else ever is."""

import io
from collections.abc import Iterable

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from tests import city
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.events import queries as events
from tongban.kernel.parties.models import Person
from tongban.kernel.seals import actions, calc, queries
from tongban.kernel.seals.models import SealKey
from tongban.kernel.seals.states import AUTHORITY, SealVerdict

NOW = time.moment("2026-03-02T09:00")


def plain_pdf() -> bytes:
    """One empty page."""
    with pdfium.PdfDocument.new() as document:
        document.new_page(200, 280)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def authority() -> calc.KeyPair:
    """An authority of the test's own."""
    return calc.make_authority("演示证书机构", NOW)


@pytest.fixture(scope="module")
def sealed(authority) -> bytes:
    """A PDF sealed by an agency under that authority."""
    pair = calc.make_seal("某镇市场监督管理分局", authority, NOW)
    return calc.sign_pdf(plain_pdf(), pair, authority.certificate, "食品经营许可证", "某镇")


def test_a_sealed_paper_is_valid_and_says_whose_it_is(sealed, authority):
    verdict = calc.verify_pdf(sealed, authority.certificate)
    assert (verdict.verdict, verdict.sealed_by, verdict.whole) == (
        SealVerdict.VALID,
        "某镇市场监督管理分局",
        True,
    )
    assert verdict.sealed_at is not None


def container(sealed: bytes) -> tuple[int, int]:
    """Where the signature itself lies: everything before and after is what it covers."""
    covered = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0].byte_range
    return covered[1], covered[2]


def verdicts(sealed: bytes, authority: calc.KeyPair, places: Iterable[int]) -> set[SealVerdict]:
    """The verdicts on the paper with one bit turned around, at each of the places and for two kinds of bit."""
    found = set()
    for place in places:
        for mask in (0x01, 0x20):
            changed = bytearray(sealed)
            changed[place] ^= mask
            found.add(calc.verify_pdf(bytes(changed), authority.certificate).verdict)
    return found


def test_no_flipped_byte_of_a_paper_leaves_it_valid(sealed, authority):
    """Eighty places over all that is sealed: header, page, dictionaries, the tables at the end."""
    begin, end = container(sealed)
    covered = [*range(begin), *range(end, len(sealed))]
    places = {covered[len(covered) * n // 74] for n in range(74)}
    places |= {0, 5, 9, begin - 1, end, len(sealed) - 1, len(sealed) - 7, sealed.rindex(b"startxref") + 12}
    assert len(places) >= 75
    assert SealVerdict.VALID not in verdicts(sealed, authority, places)


def test_no_flipped_byte_of_the_signature_value_leaves_it_valid(sealed, authority):
    """The container also holds padding and a copy of the authority's certificate, which nothing rests on."""
    begin, _ = container(sealed)
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    content = bytes(signature.pkcs7_content)
    parts = [signature.signer_info["signature"].native, signature.signer_info["signed_attrs"].contents]
    parts.append(signature.signer_cert["tbs_certificate"].contents)
    for part in parts:
        first = content.index(part)
        for offset in range(0, len(part), max(1, len(part) // 12)):
            changed = bytearray(sealed)
            place = begin + 1 + 2 * (first + offset)
            changed[place : place + 2] = f"{content[first + offset] ^ 1:02x}".encode()
            assert calc.verify_pdf(bytes(changed), authority.certificate).verdict != SealVerdict.VALID


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf + b"\n% something more",
        lambda pdf: pdf + pdf,
        lambda pdf: pdf[:-200],
        lambda pdf: pdf[: len(pdf) // 2],
        lambda pdf: pdf.replace(b"/Type /Page", b"/Type /Pag3", 1).replace(b"/Type/Page", b"/Type/Pag3", 1),
    ],
    ids=["longer", "twice", "shorter", "half", "another page"],
)
def test_no_longer_or_shorter_paper_is_valid(sealed, authority, change):
    assert change(sealed) != sealed
    assert calc.verify_pdf(change(sealed), authority.certificate).verdict != SealVerdict.VALID


def test_a_later_revision_of_a_sealed_paper_is_not_valid(sealed, authority):
    from pyhanko.pdf_utils.generic import NameObject, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root[NameObject("/Lang")] = pdf_string("zz")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert calc.verify_pdf(out.getvalue(), authority.certificate).verdict == SealVerdict.CHANGED


def test_the_seal_of_another_authority_is_not_trusted(sealed):
    other = calc.make_authority("演示证书机构", NOW)  # the same name does not help
    assert calc.verify_pdf(sealed, other.certificate).verdict == SealVerdict.UNTRUSTED


def test_an_agencys_key_cannot_make_further_agencies(authority):
    agency = calc.make_seal("分局", authority, NOW)
    forged = calc.make_seal("假冒分局", agency, NOW)
    pdf = calc.sign_pdf(plain_pdf(), forged, agency.certificate, "x", "y")
    assert calc.verify_pdf(pdf, authority.certificate).verdict != SealVerdict.VALID


def test_the_authoritys_own_key_seals_no_papers(authority):
    pdf = calc.sign_pdf(plain_pdf(), authority, authority.certificate, "x", "y")
    assert calc.verify_pdf(pdf, authority.certificate).verdict == SealVerdict.UNTRUSTED


def test_an_unsealed_paper_is_no_unreadable_one_even_when_its_maker_was_careless(authority):
    out = io.BytesIO()
    Image.new("RGB", (200, 280), "white").save(out, "PDF")  # breaks a rule of the cross-reference table
    for pdf in (plain_pdf(), out.getvalue()):
        assert calc.verify_pdf(pdf, authority.certificate).verdict == SealVerdict.UNSEALED


@pytest.mark.parametrize(
    "garbage", [b"", b"%PDF-1.7", b"\x00" * 500, b"MZ" + bytes(100), "不是 PDF".encode()]
)
def test_garbage_is_a_verdict_and_no_accident(authority, garbage):
    assert calc.verify_pdf(garbage, authority.certificate).verdict == SealVerdict.UNREADABLE


def test_signatures_over_bytes(authority):
    pair = calc.make_seal("分局", authority, NOW)
    signature = calc.sign_bytes(b"content", pair)
    assert calc.verify_bytes(b"content", signature, pair.certificate)
    assert not calc.verify_bytes(b"Content", signature, pair.certificate)
    assert not calc.verify_bytes(b"content", signature[:-1] + b"\x00", pair.certificate)
    assert not calc.verify_bytes(b"content", signature, authority.certificate)


@pytest.mark.django_db
class TestKeys:
    """Keys in the database."""

    def test_a_second_making_makes_nothing(self):
        agencies = {row.agency: row.name for row in queries.seals() if row.agency != AUTHORITY}
        before = list(SealKey.objects.order_by("id").values("id", "certificate"))
        assert actions.ensure(agencies=agencies, authority_name="x") == 0
        assert actions.ensure(agencies={**agencies, "new": "新机构"}, authority_name="x") == 1
        assert (
            list(SealKey.objects.exclude(agency="new").order_by("id").values("id", "certificate")) == before
        )
        assert len(agencies) > 5

    def test_the_signer_of_the_settings_seals_for_an_agency(self):
        pdf = queries.signer().sign_pdf("civil-affairs", plain_pdf(), "x", "y")
        verdict = queries.verify_pdf(pdf)
        assert verdict.verdict == SealVerdict.VALID
        assert verdict.sealed_by == SealKey.objects.get(agency="civil-affairs").name
        signature = queries.signer().sign_bytes("civil-affairs", b"x")
        assert calc.verify_bytes(b"x", signature, queries.certificate("civil-affairs"))

    def test_an_agency_without_a_seal_says_how_to_get_one(self):
        with pytest.raises(queries.NoSeal, match="has no seal"):
            queries.signer().sign_bytes("nobody", b"x")

    def test_private_keys_are_not_in_the_table_as_text(self):
        row = SealKey.objects.get(agency="civil-affairs")
        raw = bytes(SealKey.objects.filter(pk=row.pk).values_list("private_key", flat=True)[0])
        assert b"PRIVATE KEY" not in raw
        assert "PRIVATE KEY" in row.private_key

    def test_a_use_is_logged_and_needs_the_right(self, clock):
        row = city.person()
        decider, clerk = city.actor(city.officer("decider")), city.actor(city.officer("clerk"))
        for by in (SYSTEM, decider):
            actions.log_use(agency="civil-affairs", about=row, digest="d" * 64, by=by)
        with pytest.raises(NotAllowed):
            actions.log_use(agency="civil-affairs", about=row, digest="d" * 64, by=clerk)
        key = SealKey.objects.get(agency="civil-affairs")
        used = [event for event in events.history(key.pk) if event.name == "seal.used"]
        assert [event.actor_id for event in used] == [None, decider.account_id]
        assert used[0].payload == {
            "agency": "civil-affairs",
            "digest": "d" * 64,
            "for": Person._meta.model_name,
            "id": str(row.pk),
        }
