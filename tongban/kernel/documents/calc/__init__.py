"""What a file is, judged from its bytes; pages as pictures; letters from templates. No database, no clock."""

import io
import json
import re
import secrets
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import pypdfium2 as pdfium
import segno
import typst
from PIL import Image, ImageDraw, ImageFont

from tongban.foundation.errors import Problem
from tongban.kernel.documents.states import MOST_PAGES, MOST_PIXELS

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no signs that are easily confused when read aloud
CODE_LENGTH = 16

MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
_MAGIC = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_EXTENSION = {"jpeg": "jpg"}
# PDFium keeps its state in globals and crashes when two threads use it; the web server has several.
_PDFIUM = threading.Lock()
# Active content has no place in a material: an officer opens it.
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/OpenAction")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be written /Java#53cript
_MOST_UNPACKED = 64 * 1024 * 1024


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


def _plain(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """What the packed object streams hold; one pass, so that no file can make it slow."""
    at = content.find(b"/ObjStm")
    while at >= 0:
        begin = content.find(b"stream", at, at + 1000)
        end = content.find(b"endstream", begin) if begin >= 0 else -1
        if end >= 0:
            with suppress(zlib.error):
                packed = content[begin + 6 : end].lstrip(b"\r\n")
                yield zlib.decompressobj().decompress(packed, _MOST_UNPACKED)
        elif begin >= 0:
            return
        at = content.find(b"/ObjStm", max(at + 1, end))


def _active(content: bytes) -> bool:
    # Dictionaries lie open or packed into object streams; in an encrypted file nobody can look.
    plain = _plain(content)
    hidden = plain.count(b"/ObjStm") != content.count(b"/ObjStm")
    if hidden or b"/Encrypt" in plain or any(mark in plain for mark in _ACTIVE):
        return True
    left = _MOST_UNPACKED
    for part in map(_plain, _object_streams(content)):
        left -= len(part)
        if left <= 0 or any(mark in part for mark in _ACTIVE):
            return True
    return False


def check_content(path: Path, name: str, formats: tuple[str, ...]) -> str:
    """The media type on which extension, first bytes and a parser agree. Raises FileRefused.

    `formats` are the extensions the material allows (pdf, jpg, png).
    """
    wanted = "、".join(formats).upper()
    todo = (f"请上传 {wanted} 格式的文件。", f"Upload a file of the kind {wanted}.")
    ending = extension_of(name)
    if ending not in formats or ending not in MEDIA:
        raise refuse("的格式不能使用。", "has a kind that cannot be used.", *todo, name)
    head = path.read_bytes()[:16] if path.stat().st_size else b""
    if not head.startswith(_MAGIC[ending]):
        raise refuse(
            f"的内容不是 {ending.upper()}，可能是改了扩展名的其他文件。",
            f"does not contain {ending.upper()}; it may be another file that was renamed.",
            *todo,
            name,
        )
    _parse(path, name, ending)
    return MEDIA[ending]


def _parse(path: Path, name: str, ending: str) -> None:
    damaged = (
        "打不开，可能已经损坏。",
        "cannot be opened; it may be damaged.",
        "请重新扫描或者导出后再上传。",
        "Scan or export it again.",
    )
    if ending == "pdf":
        content = path.read_bytes()
        if _active(content):
            raise refuse(
                "含有脚本、附件、自动动作或者加密，不能使用。",
                "contains scripts, attachments or automatic actions, or is encrypted.",
                "请打印为普通 PDF 后再上传。",
                "Print it to a plain PDF and upload that.",
                name,
            )
        try:
            pages = page_count(content, MEDIA["pdf"])
        except pdfium.PdfiumError as error:
            raise refuse(*damaged, name) from error
        if not 0 < pages <= MOST_PAGES:
            raise refuse(
                f"有 {pages} 页。",
                f"has {pages} pages.",
                f"每个文件最多 {MOST_PAGES} 页。",
                f"{MOST_PAGES} pages at most.",
                name,
            )
        return
    too_large = ("的尺寸太大。", "has too many pixels.", "请缩小后再上传。", "Make it smaller.")
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise refuse(*too_large, name)
            image.draft("RGB", (image.width // 8, image.height // 8))  # JPEG: an eighth tells as much
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refuse(*too_large, name) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise refuse(*damaged, name) from error


def page_count(content: bytes, media_type: str) -> int:
    """How many pages a file has; a picture has one. Raises PdfiumError for a damaged PDF."""
    if media_type != MEDIA["pdf"]:
        return 1
    with _PDFIUM, pdfium.PdfDocument(content) as document:
        return len(document)


def page_picture(
    content: bytes, media_type: str, page: int, width: int = 1000, mark: str = ""
) -> tuple[bytes, int]:
    """One page as WebP and the number of pages; raises IndexError for a page that does not exist.

    `mark` is written across it: where a material comes from and what alone it may be used for.
    """
    if media_type != MEDIA["pdf"]:
        with Image.open(io.BytesIO(content)) as image:
            image.thumbnail((width * 2, width * 3))
            return _webp(_marked(image.convert("RGB"), mark)), 1
    with _PDFIUM, pdfium.PdfDocument(content) as document:
        pages = len(document)
        if not 0 <= page < pages:
            raise IndexError(page)
        sheet = document[page]
        # A copy: the bitmap belongs to the document, which is closed below.
        picture = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB").copy()
    return _webp(_marked(picture, mark)), pages


def _marked(image: Image.Image, mark: str) -> Image.Image:
    """The picture with the words across it, again and again, light enough to read through."""
    if not mark:
        return image
    size = max(14, image.width // 42)
    font = ImageFont.truetype(_mark_font(), size)
    tile = Image.new("RGBA", (int(font.getlength(mark)) + size * 4, size * 7), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((size * 2, size * 3), mark, font=font, fill=(160, 30, 30, 95))
    turned = tile.rotate(18, expand=True, resample=Image.Resampling.BICUBIC)
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    for y in range(-turned.height // 3, image.height, turned.height):
        for x in range(-turned.width // 4, image.width, turned.width):
            layer.paste(turned, (x, y))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


@lru_cache(maxsize=1)
def _mark_font() -> str:
    folder = Path(manimgx_fonts_cjk.__file__).parent
    fonts = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".otf", ".ttf", ".ttc"})
    return str(next((path for path in fonts if "Regular" in path.name and "Sans" in path.name), fonts[0]))


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80)
    return out.getvalue()


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
