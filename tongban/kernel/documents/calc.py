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
from PIL import Image

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


def page_picture(content: bytes, media_type: str, page: int, width: int = 1000) -> tuple[bytes, int]:
    """One page as WebP and the number of pages; raises IndexError for a page that does not exist."""
    if media_type != MEDIA["pdf"]:
        with Image.open(io.BytesIO(content)) as image:
            image.thumbnail((width * 2, width * 3))
            return _webp(image.convert("RGB")), 1
    with _PDFIUM, pdfium.PdfDocument(content) as document:
        pages = len(document)
        if not 0 <= page < pages:
            raise IndexError(page)
        sheet = document[page]
        # A copy: the bitmap belongs to the document, which is closed below.
        picture = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB").copy()
    return _webp(picture), pages


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80)
    return out.getvalue()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # The CJK font comes with a package, so that letters look the same on every machine.
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)])


def render_letter(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF/A-2b that the Typst template makes of the data (read there from `sys.inputs.d` as JSON).

    Data goes in as one JSON document and is never pasted into the template, so nothing typed can become markup.
    """
    inputs = {"d": json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        str(template), root=str(template.parent), font_paths=_fonts(), sys_inputs=inputs, pdf_standards="a-2b"
    )


def number_from(pattern: str, serial: int, day: date, *, short: str, town: str) -> str:
    """A paper's number by its pattern: {year} {month} {day} {short} (the agency's word) {town} and {serial:0n}."""
    return pattern.format(
        year=day.year, month=f"{day.month:02}", day=f"{day.day:02}", short=short, town=town, serial=serial
    )


def new_code() -> str:
    """A fresh verification code: 16 signs that cannot be guessed (80 bits)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def qr_svg(text: str) -> str:
    """A QR code as SVG text."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()
