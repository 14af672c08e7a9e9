"""What a file is, judged from its bytes; pages as pictures; letters from templates. No database, no clock."""

import io
import json
import secrets
import threading
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import pypdfium2 as pdfium
import segno
import typst

from tongban.foundation.errors import Problem
from tongban.kernel.documents.calc.opening import Answer, ask
from tongban.kernel.documents.calc.refusals import REFUSALS
from tongban.kernel.documents.states import MOST_PAGES

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no signs that are easily confused when read aloud
CODE_LENGTH = 16

MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
_MAGIC = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_EXTENSION = {"jpeg": "jpg"}
# PDFium keeps its state in globals and crashes when two threads use it; the web server has several.
_PDFIUM = threading.Lock()


class FileRefused(Problem):
    """An uploaded file cannot be taken; the sentence says why and what would do."""

    code = "file.refused"
    status = 422


def refuse(why_zh: str, why_en: str, todo_zh: str, todo_en: str, name: str) -> FileRefused:
    """The error for one file."""
    return FileRefused(
        sentence_zh=f"文件“{name}”{why_zh}",
        sentence_en=f"The file '{name}' {why_en}",
        todo_zh=todo_zh,
        todo_en=todo_en,
    )


def extension_of(name: str) -> str:
    """The extension in lower case, `jpeg` as `jpg`; empty when there is none."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return _EXTENSION.get(ending, ending)


def plain_name(name: str) -> str:
    """The name of an upload without folders, control signs and signs that turn the writing around; 200 at most."""
    path = Path("".join(c for c in name.replace("\\", "/") if c.isprintable()))
    return f"{path.stem[:180]}{path.suffix[:20]}" or "file"


def check_content(path: Path, name: str, formats: tuple[str, ...]) -> str:
    """The media type on which extension, first bytes and a parser agree. Raises FileRefused.

    `formats` are the extensions the material allows (pdf, jpg, png). The file is opened in a process of its own.
    """
    wanted = "、".join(formats).upper()
    todo = (f"请上传 {wanted} 格式的文件。", f"Upload a file of the kind {wanted}.")
    ending = extension_of(name)
    if ending not in formats or ending not in MEDIA:
        raise refuse("的格式不能使用。", "has a kind that cannot be used.", *todo, name)
    with path.open("rb") as source:
        head = source.read(16)
    if not head.startswith(_MAGIC[ending]):
        raise refuse(
            f"的内容不是 {ending.upper()}，可能是改了扩展名的其他文件。",
            f"does not contain {ending.upper()}; it may be another file that was renamed.",
            *todo,
            name,
        )
    with path.open("rb") as source:
        _opened(ask("check", ending, source), name)
    return MEDIA[ending]


def _opened(answer: Answer, name: str) -> Answer:
    if answer.refused:
        why = [text.format(n=answer.number, most=MOST_PAGES) for text in REFUSALS[answer.refused]]
        raise refuse(why[0], why[1], why[2], why[3], name)
    return answer


def page_count(content: bytes, media_type: str) -> int:
    """How many pages a file has; a picture has one. Raises FileRefused for a damaged PDF."""
    return _opened(ask("count", "pdf", content), "").pages if media_type == MEDIA["pdf"] else 1


def page_picture(
    content: bytes, media_type: str, page: int, width: int = 1000, mark: str = ""
) -> tuple[bytes, int]:
    """One page as WebP and the number of pages; raises IndexError for a page that does not exist, FileRefused.

    `mark` is written across it, line by line: who looks, when, for which case, where a material comes from. The file
    itself stays as it is.
    """
    ending = "pdf" if media_type == MEDIA["pdf"] else "picture"
    answer = ask("draw", ending, content, page=page, width=width, mark=mark, font=_mark_font())
    if answer.refused == "no_such_page":
        raise IndexError(page)
    return _opened(answer, "").picture, answer.pages


@lru_cache(maxsize=1)
def _mark_font() -> str:
    folder = Path(manimgx_fonts_cjk.__file__).parent
    fonts = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".otf", ".ttf", ".ttc"})
    return str(next((path for path in fonts if "Regular" in path.name and "Sans" in path.name), fonts[0]))


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The fonts that papers are set in."""
    # The CJK font comes with a package, so that letters look the same on every machine.
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)])


def render_letter(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF/A-2b that the Typst template makes of the data (read there from `sys.inputs.d` as JSON).

    Data goes in as one JSON document and is never pasted into the template, so nothing typed can become markup.
    """
    inputs = {"d": json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        str(template), root=str(template.parent), font_paths=fonts(), sys_inputs=inputs, pdf_standards="a-2b"
    )


def number_from(pattern: str, serial: int, day: date, *, short: str, town: str) -> str:
    """A paper's number by its pattern: {year} {month} {day} {short} (the agency's word) {town} and {serial:0n}."""
    return pattern.format(
        year=day.year, month=f"{day.month:02}", day=f"{day.day:02}", short=short, town=town, serial=serial
    )


def new_code() -> str:
    """A fresh verification code: 16 signs that cannot be guessed (80 bits)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


_SHORT_TEXT = 200  # a longer one needs the room that better correction of errors would take


def qr_code(text: str) -> segno.QRCode:
    """The QR code of a text, with as much correction as leaves modules that a phone can tell apart."""
    return segno.make(text, error="m" if len(text) < _SHORT_TEXT else "l", boost_error=False, micro=False)


def qr_svg(text: str) -> str:
    """A QR code as SVG text."""
    out = io.BytesIO()
    qr_code(text).save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def rendered(source: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a page that the engine draws itself, from Typst source and data as in `render_letter`."""
    inputs = {"d": json.dumps(data, ensure_ascii=False)}
    return typst.compile(source.encode(), font_paths=fonts(), sys_inputs=inputs)


# Lines across the page, and at the foot the way to check: no ground of its own, so that the paper stays readable.
_WATERMARK = """
#let d = json(bytes(sys.inputs.d))
#set page(width: d.width * 1pt, height: d.height * 1pt, margin: 0pt, fill: none)
#set text(font: "Noto Sans CJK SC", lang: "zh")
#let unit = calc.min(d.width, d.height) * 1pt
#let words = stack(spacing: unit * 0.012, ..d.lines.map(line => text(size: unit * 0.026, fill: rgb(160, 30, 30, 90))[#line]))
#for row in range(0, d.rows) {
  for column in range(0, d.columns) {
    place(top + left,
      dx: (column + 0.5) / d.columns * 100% - unit * 0.3,
      dy: (row + 0.5) / d.rows * 100% - unit * 0.06,
      box(width: unit * 0.6, align(center, rotate(-24deg, words))))
  }
}
#place(top + right, dx: -14pt, dy: 14pt, box(fill: white, inset: 3pt, stroke: 0.5pt + rgb(160, 30, 30),
  grid(columns: (auto, auto), column-gutter: 4pt, align: horizon,
    image(bytes(d.qr), format: "svg", width: 42pt),
    stack(spacing: 3.5pt, ..d.lines.map(line => text(size: 6.5pt, fill: rgb(120, 20, 20))[#line])))))
"""


def watermarked(pdf: bytes, lines: list[str], qr: str) -> bytes:
    """The pages of a PDF drawn anew with these lines across each of them and a QR code in a corner.

    What was sealed on the original does not come along: the copy is a paper of its own, and sealed as such.
    """
    with _PDFIUM, pdfium.PdfDocument(pdf) as original, pdfium.PdfDocument.new() as copy:
        sizes = [page.get_size() for page in original]
        marks = {size: _mark(size, lines, qr) for size in set(sizes)}
        for number, (width, height) in enumerate(sizes):
            sheet = copy.new_page(width, height)
            with pdfium.PdfDocument(marks[width, height]) as mark:
                for source, index in ((original, number), (mark, 0)):
                    sheet.insert_obj(source.page_as_xobject(index, copy).as_pageobject())
                sheet.gen_content()
        out = io.BytesIO()
        copy.save(out)
    return out.getvalue()


def _mark(size: tuple[float, float], lines: list[str], qr: str) -> bytes:
    width, height = size
    across, down = (2, 4) if width < height else (3, 3)
    data = {"width": width, "height": height, "lines": lines, "qr": qr, "rows": down, "columns": across}
    return rendered(_WATERMARK, data)
