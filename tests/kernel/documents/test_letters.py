"""Letters: numbered without gaps or doubles, kept once for an effect, found by code and digest."""

import pytest
from django.conf import settings

from tests import city
from tests.kernel.documents.hostile import pdf
from tongban.foundation import time
from tongban.kernel.documents import actions, calc, queries
from tongban.kernel.documents.models import Letter
from tongban.kernel.events import queries as events


def letter(about, key="e1", number="n1", code="ABCD2345EFGH6789"):
    """A kept letter."""
    return actions.issue_letter(
        about=about, kind="receipt", number=number, pdf=pdf(), sealed_by="a", verify_code=code, effect_key=key
    )


@pytest.mark.django_db
class TestKeeping:
    """Real rows."""

    def test_serials_run_by_kind_agency_and_year(self):
        def take(kind="grant", agency="a", year=2026):
            return actions.take_serial(kind=kind, agency=agency, year=year)

        assert [take(), take(), take(kind="deny"), take(agency="b"), take(year=2027), take()] == [
            1,
            2,
            1,
            1,
            1,
            3,
        ]

    def test_an_effect_issues_one_letter(self, clock):
        about = city.person()
        first = letter(about)
        assert letter(about, number="n2", code="ZZZZ2345EFGH6789") is None
        assert list(Letter.objects.all()) == [first]
        assert (first.issued_at, first.about_id) == (clock.now, about.pk)
        assert [event.payload for event in events.history(first.pk)] == [
            {"kind": "receipt", "about": str(about.pk), "sha256": first.file.sha256}
        ]

    def test_a_letter_is_found_by_its_code_its_digest_and_its_case(self, clock):
        mine, other = city.person(), city.person()
        row = letter(mine)
        letter(other, key="e2", number="n2", code="ZZZZ2345EFGH6789")
        for typed in ("ABCD2345EFGH6789", "abcd-2345-efgh-6789", " ABCD 2345 EFGH 6789 "):
            assert queries.letter_by_code(typed) == row
        assert queries.letter_by_code("") is None
        assert queries.letter_by_code("--") is None
        assert queries.letter_by_code("ABCD2345EFGH678") is None
        assert queries.letter_by_digest(row.file.sha256).file.sha256 == row.file.sha256
        assert queries.letter_by_digest("0" * 64) is None
        assert queries.letters_about(mine.pk) == [row]
        assert queries.letter(row.pk) == row


def test_codes_cannot_be_confused_and_do_not_repeat():
    codes = {calc.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("01OI")


def test_numbers_by_pattern():
    day = time.moment("2026-03-02").date()
    pattern = "{short}许可〔{year}〕{month}{day}{town}{serial:05}号"
    assert calc.number_from(pattern, 42, day, short="市监", town="113") == "市监许可〔2026〕030211300042号"


def test_what_is_typed_never_becomes_markup():
    """Typst code in every value of a letter stands in the paper as it was typed, and does nothing."""
    evil = '#panic("out") #read("/etc/passwd") $x^2$ = 标题 \\ "quotes" {} []'
    data = {
        "title": evil,
        "number": evil,
        "case_no": evil,
        "short_no": evil,
        "applicant": evil,
        "item": evil,
        "item_code": evil,
        "agency": evil,
        "date": "2026-03-02",
        "lines": [{"label": evil, "value": evil}],
        "paragraphs": [evil],
        "materials": [{"name": evil, "how": evil}],
        "remedies": evil,
        "query": evil,
        "qr": calc.qr_svg("https://example.org/verify/X/"),
        "sample": True,
        "seal_text": evil,
    }
    made = calc.render_letter(settings.PACK / "letters" / "receipt.typ", data)
    assert made.startswith(b"%PDF-")
    assert calc.page_count(made, "application/pdf") >= 1


def test_a_qr_code_is_a_picture_without_script():
    svg = calc.qr_svg("https://example.org/verify/ABCD/")
    assert svg.startswith("<svg")
    assert "script" not in svg
