"""The program that opens what strangers upload: run alone, in a process of its own, with limits. It imports nothing of ours.

A parser that can be made to crash, to take all memory or to run what a file says then has a process without secrets,
without files it may write and, where the system allows it, without a network; the server only reads its answer.
Standard input is the file, the argument says what to do (`opening.ask`). Answer: one line of JSON, then the bytes of a picture.
"""

import ctypes
import io
import json
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

MOST_PACKED, MOST_UNPACKED = (
    64 * 1024 * 1024,
    192 * 1024 * 1024,
)  # of one stream of objects; of all that may hold some
MOST_DRAWN = 500_000_000  # pixels of a picture within a PDF: a plan of A1 size at 600 dpi
LARGEST_PAGE, NARROWEST_PAGE = 20_000, 3  # points; the longer side of A0 has 3,370


class Refused(Exception):
    """The file is not taken; the word says why, and `number` how many there were."""

    def __init__(self, why: str, number: int = 0) -> None:
        super().__init__(why)
        self.why, self.number = why, number


# What a page, a script or a shell would read where a picture or a PDF has no business with it.
_MARKUP = re.compile(
    rb"<script|<html|<!doctype|<svg[\s>]|<iframe|<\?php|<\?=|<%=|<!entity|javascript:|onerror\s*=|onload\s*=|\$\{jndi:|#!/\w+/",
    re.IGNORECASE,
)
_ARCHIVES = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x7fELF",
)
_BLANK = b"\0\r\n\t "
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 66_000  # an archive is read from its end


def _no_archive_behind(content: bytes) -> None:
    if _ZIP_END in content[-_ZIP_TAIL:]:
        raise Refused("second_file")


# ------------------------------------------------------------------------------------------------------------- pictures


def look_at_png(content: bytes) -> None:
    """Every chunk in its place and unchanged, one picture, and nothing behind it. Raises Refused."""
    at, kinds = 8, []
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, at = content[at + 8 : at + 8 + size], at + 12 + size
        if at > len(content) or zlib.crc32(kind + data) != int.from_bytes(content[at - 4 : at], "big"):
            raise Refused("damaged")
        kinds.append(kind)
        if kind == b"acTL":
            raise Refused("animated")
        _no_markup_in_png(kind, data)
        if kind == b"IEND":
            break
    if kinds[:1] != [b"IHDR"] or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise Refused("damaged")
    if content[at:].strip(_BLANK):
        raise Refused("second_file")


def _no_markup_in_png(kind: bytes, data: bytes) -> None:
    if kind == b"IDAT":
        found = b"<?php" in data
    else:
        packed = data[data.find(b"\0") + 2 :] if kind in (b"zTXt", b"iCCP") else b""
        text = data
        with suppress(zlib.error):
            text += zlib.decompressobj().decompress(packed, 1024 * 1024)
        found = bool(_MARKUP.search(text)) or any(sign in text for sign in _ARCHIVES)
    if found:
        raise Refused("markup")


_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length


def look_at_jpeg(content: bytes) -> None:
    """Its segments up to the end of the picture, and of what follows only what telephones append. Raises Refused."""
    at = 2
    while True:
        at = content.find(b"\xff", at)
        if not 0 <= at < len(content) - 1:
            raise Refused("damaged")
        marker, at = content[at + 1], at + 2
        if marker == 0xFF:
            at -= 1
        elif marker == 0xD9:
            break
        elif marker not in _BARE and marker != 0:
            size = int.from_bytes(content[at : at + 2], "big")
            segment, at = content[at + 2 : at + size], at + max(size, 2)
            if marker >= 0xE0 and (_MARKUP.search(segment) or any(sign in segment for sign in _ARCHIVES)):
                raise Refused("markup")
    rest = content[at:].rstrip(_BLANK)
    # A second picture (depth, a smaller one), a moving one, or the note of the camera's maker.
    usual = rest.lstrip(_BLANK)[:3] == b"\xff\xd8\xff" or rest[4:8] == b"ftyp" or rest[-4:] == b"SEFT"
    if rest and (not usual or _MARKUP.search(rest)):
        raise Refused("second_file")


def check_picture(content: bytes, ending: str, most_pixels: int) -> None:
    """Raises Refused."""
    _no_archive_behind(content)
    (look_at_png if ending == "png" else look_at_jpeg)(content)
    if (
        ending == "png"
        and int.from_bytes(content[16:20], "big") * int.from_bytes(content[20:24], "big") > most_pixels
    ):
        raise Refused("pixels")
    from PIL import Image  # noqa: PLC0415 - takes longer than all that stands above

    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below
    try:
        with Image.open(io.BytesIO(content), formats=["PNG" if ending == "png" else "JPEG"]) as image:
            if image.width * image.height > most_pixels:
                raise Refused("pixels")
            image.draft("RGB", (image.width // 8, image.height // 8))  # JPEG: an eighth tells as much
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise Refused("damaged") from error


# ------------------------------------------------------------------------------------------------------------------ PDF

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be written /Java#53cript
_ACTIVE = (
    ("encrypted", b"/Encrypt"),
    ("script", b"/JavaScript"),
    ("program", b"/Launch"),
    ("attachment", b"/EmbeddedFile"),
    ("attachment", b"/FileAttachment"),
    ("attachment", b"/GoToE"),
    ("form", b"/XFA"),
    ("sends", b"/SubmitForm"),
    ("sends", b"/ImportData"),
    ("sends", b"/GoToR"),
    ("media", b"/RichMedia"),
    ("media", b"/Rendition"),
    ("media", b"/Movie"),
    ("automatic", b"/OpenAction"),
)
_LINK = re.compile(
    rb"/URI\s*(?:\(((?:\\.|[^\\)]){0,200})|<(?!<)([0-9A-Fa-f\s]{0,400})|(\d+\s+\d+\s+R))", re.DOTALL
)
_OCTAL = re.compile(rb"\\([0-7]{1,3})")
_GOOD_LINK = re.compile(rb"(?:https?://|mailto:|tel:|www\.)", re.IGNORECASE)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*\r?\n?")
_OBJECTS = re.compile(rb"(?:[\x00-\x20]|%[^\r\n]*[\r\n])*\d")  # so begins every object stream: with a number
_COMMENT, _STRING = re.compile(rb"%[^\r\n]*"), re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_FILTER = re.compile(
    rb"/(FlateDecode|Fl|ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt|Predictor)\b"
)
_SIDE = re.compile(rb"/(?:Width|Height)\s+(\d+)")


def _plain(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part)


def _look_for_actions(part: bytes) -> None:
    plain = _plain(part)
    for why, mark in _ACTIVE:
        if mark in plain:
            raise Refused(why)
    for link in _LINK.finditer(plain):
        if not _GOOD_LINK.match(_target(*link.groups())):
            raise Refused("link")


def _target(words: bytes | None, digits: bytes | None, _elsewhere: bytes | None) -> bytes:
    """Where a link leads, however it is written; nothing when that stands elsewhere or cannot be read."""
    if digits is not None:
        with suppress(ValueError):
            words = bytes.fromhex(digits.decode())
    text = _OCTAL.sub(lambda found: bytes([int(found[1], 8) & 255]), words or b"")
    return text.removeprefix(b"\xfe\xff").replace(b"\0", b"").strip()


def _hides_objects(before: bytes) -> bool:
    """Whether what stands before a stream makes it one of objects that are packed in another way than everybody packs them."""
    plain = _plain(before)
    if b"/ObjStm" not in plain and b"/First" not in plain:
        return False
    # Strings and comments could hold the sign by which the beginning of the dictionary is known.
    for _ in range(8):
        plain = _STRING.sub(b"", plain)
    words = _COMMENT.sub(b"", plain).rpartition(b"obj")[2]
    declared = b"/ObjStm" in words or b"/First" in words
    return declared and _FILTER.findall(words) not in ([], [b"FlateDecode"])


def _inflated(packed: memoryview, most: int) -> Iterator[bytes]:
    """What the deflated bytes give, as it comes: the first signs one by one, for they may end in nonsense. Raises zlib.error."""
    # Without its head and without the sum at its end, which viewers do not look at either.
    pump = zlib.decompressobj(-15)
    at, step, given = 2, 1, 0
    while not pump.eof and at < len(packed):
        piece = pump.decompress(packed[at : at + step], most - given + 1)
        at, given = at + step, given + len(piece)
        if piece:
            yield piece
        if pump.unconsumed_tail or given > most:
            raise Refused("packed")
        if given > 256:
            step = 64 * 1024


def _look_into(packed: memoryview, left: int) -> int:
    """Look through a deflated stream if it may hold objects; returns how much it unpacked."""
    if len(packed) < 3 or packed[0] & 15 != 8 or int.from_bytes(packed[:2], "big") % 31:
        return 0
    whole = bytearray()
    try:
        for piece in _inflated(packed, left):
            whole += piece
            head = bytes(whole[:4096])
            if (
                len(whole) > 64
                and not _OBJECTS.match(head)
                and head.lstrip(b"\0\t\n\f\r ")[:1] not in (b"", b"%")
            ):
                return 0
    except zlib.error as error:
        if _OBJECTS.match(whole):
            raise Refused("damaged") from error
    _look_for_actions(bytes(whole))
    return len(whole)


def look_at_pdf(content: bytes) -> None:
    """What a PDF could do when it is opened, in the open and packed away; and what hangs on it. Raises Refused."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused("damaged")
    _no_archive_behind(content)
    _look_for_actions(content)
    last, left, view = 0, MOST_UNPACKED, memoryview(content)
    for keyword in _STREAM.finditer(content):
        before, last = content[last : keyword.start()], keyword.end()
        sides = [int(side[:9]) for side in _SIDE.findall(before[-2000:])[-2:]]
        if len(sides) == 2 and sides[0] * sides[1] > MOST_DRAWN:
            raise Refused("pixels")
        if _hides_objects(before):
            raise Refused("packed")
        left -= _look_into(view[last:], min(left, MOST_PACKED if b"/ObjStm" in before else left))
    behind = content[end + 5 :].strip(_BLANK)
    if behind or content.count(b"%PDF-") > 1 or _MARKUP.search(content[:1024]):
        raise Refused("second_file")


def open_pdf(content: bytes) -> tuple[Any, Any, int]:
    """The library, the opened document and how many pages it has. Raises Refused."""
    # The library itself, without its wrapper: half the time to start.
    import pypdfium2_raw as raw  # noqa: PLC0415 - most hostile files never get here

    raw.FPDF_InitLibrary()
    document = raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        raise Refused("encrypted" if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD else "damaged")
    return raw, document, int(raw.FPDF_GetPageCount(document))


def check_pdf(content: bytes, most_pages: int) -> int:
    """How many pages it has. Raises Refused."""
    look_at_pdf(content)
    raw, document, pages = open_pdf(content)
    if pages > most_pages:
        raise Refused("pages", pages)
    size = raw.FS_SIZEF()
    for number in range(pages):
        if not raw.FPDF_GetPageSizeByIndexF(document, number, ctypes.byref(size)):
            raise Refused("damaged")
        if min(size.width, size.height) < NARROWEST_PAGE or max(size.width, size.height) > LARGEST_PAGE:
            raise Refused("page_size")
    if not pages or not raw.FPDF_LoadPage(document, 0):
        raise Refused("damaged")
    return pages


# --------------------------------------------------------------------------------------------------------------- drawing


def draw(content: bytes, ending: str, page: int, width: int, mark: str, font: str) -> tuple[bytes, int]:
    """A page as WebP, drawn anew, so that nothing of the file but what can be seen is in it. Raises IndexError."""
    from PIL import Image  # noqa: PLC0415 - only who draws needs it

    pages = 1
    if ending == "pdf":
        import pypdfium2 as pdfium  # noqa: PLC0415 - only who draws needs it

        document = pdfium.PdfDocument(content)
        pages = len(document)
        if not 0 <= page < pages:
            raise IndexError(page)
        sheet = document[page]
        across, down = sheet.get_size()
        picture = sheet.render(scale=min(width / across, width * 4 / down)).to_pil().convert("RGB")
    else:
        Image.MAX_IMAGE_PIXELS = None
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            image.thumbnail((width * 2, width * 3))
            picture = image.convert("RGB")
    picture.info = {}  # colour profiles and notes are the file's, not the picture's
    out = io.BytesIO()
    (_marked(picture, mark, font) if mark else picture).save(out, "WEBP", quality=80)
    return out.getvalue(), pages


def _marked(image: Any, mark: str, font: str) -> Any:
    """The picture with the lines of words across it, again and again, light enough to read through."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - only who draws needs it

    size, lines = max(14, image.width // 48), mark.split("\n")
    letters = ImageFont.truetype(font, size)
    across, down = max(int(letters.getlength(one)) for one in lines), len(lines) * size * 3 // 2
    tile = Image.new("RGBA", (across + size * 4, down + size * 5), (0, 0, 0, 0))
    for number, line in enumerate(lines):
        place = (size * 2, size * 2 + number * size * 3 // 2)
        ImageDraw.Draw(tile).text(place, line, font=letters, fill=(160, 30, 30, 105))
    turned = tile.rotate(18, expand=True, resample=Image.Resampling.BICUBIC)
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    for row, y in enumerate(range(-turned.height // 3, image.height, turned.height)):
        shift = turned.width // 2 if row % 2 else 0  # as bricks lie: no corner to cut out without one
        for x in range(-shift, image.width, turned.width):
            layer.paste(turned, (x, y))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


# -------------------------------------------------------------------------------------------------------------- the door


def confine(cpu_seconds: int, memory: int) -> None:
    """Limits that this process cannot lift again: time, memory, no files to write, no further processes, no network."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    # CLONE_NEWUSER | CLONE_NEWNET: an empty network. Where the system forbids it the other limits stand.
    with suppress(AttributeError):
        ctypes.CDLL(None).unshare(0x10000000 | 0x40000000)


def answer(job: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the server gets: {"pages"} and a picture if one was wanted, or {"refused", "number"}."""
    try:
        if job["do"] == "draw":
            picture, pages = draw(content, job["ending"], job["page"], job["width"], job["mark"], job["font"])
            return {"pages": pages}, picture
        if job["do"] == "count":
            return {"pages": open_pdf(content)[2]}, b""
        if job["ending"] == "pdf":
            return {"pages": check_pdf(content, job["most_pages"])}, b""
        check_picture(content, job["ending"], job["most_pixels"])
    except Refused as refused:
        return {"refused": refused.why, "number": refused.number}, b""
    except IndexError:
        return {"refused": "no_such_page", "number": 0}, b""
    except (MemoryError, RecursionError):
        return {"refused": "limits", "number": 0}, b""
    return {"pages": 1}, b""


def main() -> None:
    """Read the job and the file, answer."""
    job = json.loads(sys.argv[1])
    confine(job["cpu_seconds"], job["memory"])
    sys.path += job["path"]
    said, picture = answer(job, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
