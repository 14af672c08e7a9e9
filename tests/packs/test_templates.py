"""Every Typst template compiles: with all that a letter or credential can hold, and with almost nothing."""

import io
import json
from pathlib import Path

import manimgx_fonts_cjk
import pypdfium2 as pdfium
import pytest
import segno
import typst

from tests.packs.reading import PACK, credentials, load

LETTERS = PACK / "letters"
NAMES = sorted(
    {one["template"] for one in load("letters/letters.yaml")["letters"]}
    | {one["template"] for one in credentials()}
)
FULL = {
    "title": "准予决定书",
    "front_title": "食品经营许可证",
    "number": "东市监准〔2026〕000001号",
    "identifier": "1.2.156.3005.2.x",
    "short_no": "DG20261122-0001",
    "applicant": "#evil[申请人] *不是标记* <b>",
    "agency": "东莞松山湖高新技术产业开发区管理委员会",
    "seal_text": "东莞松山湖高新技术产业开发区管理委员会",
    "date": "2026-11-22",
    "paragraphs": ["第一段。", "第二段。"],
    "lines": [{"label": f"名称{number}", "value": "内容" * number} for number in range(1, 13)],
    "materials": [{"name": "布局图", "how": "补画洗手设施"}],
    "table": {"columns": ["险种", "月数"], "rows": [["养老保险", "86"], ["失业保险", ""]]},
    "notes": ["提示一。"],
    "remedies": "可以依法申请行政复议。",
    "query": "查询办法。",
    "hotline": "12345",
    "sample_note": "样张，不具有法律效力",
}


@pytest.fixture(scope="module")
def fonts() -> typst.Fonts:
    folder = str(Path(manimgx_fonts_cjk.__file__).parent)
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def text_of(name: str, data: dict, fonts: typst.Fonts) -> list[str]:
    """The text, without blanks, of each page of the PDF that a template makes of the data."""
    made = typst.compile(
        str(PACK / name),
        root=str(LETTERS),
        font_paths=fonts,
        sys_inputs={"d": json.dumps(data)},
        pdf_standards="a-2b",
    )
    # Letter spacing reads as blanks.
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pdfium.PdfDocument(made)]


@pytest.mark.parametrize("name", NAMES)
def test_a_full_document_is_marked_as_a_sample_on_every_page(name, fonts):
    drawing = io.BytesIO()
    segno.make("https://example.org/v/1").save(drawing, kind="svg")
    pages = text_of(name, FULL | {"qr": drawing.getvalue().decode(), "sample": True}, fonts)
    # The sheet itself says so, whatever the data: a sample must never pass for an official paper.
    assert [page for page in pages if "样张SAMPLE" not in page] == []
    assert "2026年11月22日" in pages[-1]
    assert len(pages) == 1 or not name.endswith("licence.typ")


@pytest.mark.parametrize("name", NAMES)
def test_an_almost_empty_document_compiles_and_is_no_sample(name, fonts):
    (text,) = text_of(name, {"title": "文书", "lines": [], "sample": False}, fonts)
    assert "样张" not in text


def test_what_is_typed_never_becomes_markup(fonts):
    (text,) = text_of("letters/grant.typ", FULL | {"sample": True}, fonts)
    assert FULL["applicant"].replace(" ", "") in text
