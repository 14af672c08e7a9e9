"""Files that somebody may upload: good ones, and such as must not get in."""

import io
import struct
import zipfile
import zlib
from functools import cache

import pypdfium2 as pdfium
from PIL import Image


def picture(kind: str = "PNG", width: int = 40, height: int = 30) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


@cache
def pdf(pages: int = 1) -> bytes:
    """A PDF of so many empty pages."""
    with pdfium.PdfDocument.new() as document:
        for _ in range(pages):
            document.new_page(200, 280)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def active_pdf(mark: str) -> bytes:
    """A PDF that would do something when it is opened."""
    return pdf().replace(b"/Type/Catalog", f"/Type/Catalog{mark}".encode(), 1)


def zipped() -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "x")
    return out.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with the right checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pixel_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has 3,600,000,000 pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0"))
        + png_chunk(b"IEND", b"")
    )


PACKED_SCRIPT = b"7 0 <</AA<</O<</S/JavaScript/JS(app.alert(1))>>>>>>"
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x90" * 200
SCRIPT = b"<html><script>alert(1)</script></html>"


def packed_pdf(inner: bytes, kind: str = "/ObjStm") -> bytes:
    """A PDF with a compressed object stream, into which no search of the bytes can look."""
    packed = zlib.compress(inner)
    head = f"7 0 obj\n<</Type{kind}/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    return pdf() + head.encode() + packed + b"\nendstream\nendobj\n%%EOF\n"


# kind → (name of the file, its content)
HOSTILE = {
    "an executable renamed": ("plan.pdf", EXECUTABLE),
    "an executable as it is": ("plan.exe", EXECUTABLE),
    "a page renamed": ("plan.jpg", SCRIPT),
    "an archive as a picture": ("plan.png", zipped()),
    "an archive as a PDF": ("plan.pdf", zipped()),
    "a picture as a PDF": ("plan.pdf", picture()),
    "a PDF as a picture": ("plan.png", pdf()),
    "a PNG as a JPEG": ("plan.jpg", picture("PNG")),
    "no extension": ("plan", pdf()),
    "two extensions": ("plan.pdf.exe", pdf()),
    "a vector picture": ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "an empty file": ("plan.pdf", b""),
    "only the first signs of a PDF": ("plan.pdf", b"%PDF-1.7\n"),
    "a PDF cut short": ("plan.pdf", pdf()[:120]),
    "only the first signs of a JPEG": ("plan.jpg", b"\xff\xd8\xff\xe0"),
    "a JPEG cut short": ("plan.jpg", picture("JPEG", 400, 300)[:300]),
    "a JPEG that ends in the middle": ("plan.jpg", picture("JPEG", 400, 300)[:-200]),
    "a PNG cut short": ("plan.png", picture("PNG", 400, 300)[:60]),
    "a PNG that ends in the middle": ("plan.png", picture("PNG", 400, 300)[:-60]),
    "a PNG without picture": ("plan.png", pixel_bomb(40, 30)),
    "a PNG with a wrong checksum": ("plan.png", picture()[:40] + b"\x00\x01" + picture()[42:]),
    "a pixel bomb": ("plan.png", pixel_bomb()),
    "a pixel bomb just over the limit": ("plan.png", pixel_bomb(8_000, 7_501)),
    "a pixel bomb of the size that only warns": ("plan.png", pixel_bomb(10_000, 10_000)),
    "501 pages": ("plan.pdf", pdf(501)),
    "a script in a PDF": ("plan.pdf", active_pdf("/OpenAction<</S/JavaScript/JS(app.alert(1))>>")),
    "a program started by a PDF": ("plan.pdf", active_pdf("/AA<</O<</S/Launch/F(cmd.exe)>>>>")),
    "a file within a PDF": (
        "plan.pdf",
        active_pdf("/Names<</EmbeddedFiles<<>>>>") + b"%/EmbeddedFile\n%%EOF",
    ),
    "a form with scripts in a PDF": ("plan.pdf", active_pdf("/AcroForm<</XFA[]>>")),
    "a script packed away in a PDF": ("plan.pdf", packed_pdf(PACKED_SCRIPT)),
    "a script packed away under another spelling": ("plan.pdf", packed_pdf(PACKED_SCRIPT, "/Obj#53tm")),
    "a packed bomb": ("plan.pdf", packed_pdf(bytes(70 * 1024 * 1024))),
    "an encrypted PDF": ("plan.pdf", active_pdf("") + b"trailer<</Encrypt 9 0 R>>\n%%EOF"),
    "a name written with number signs": ("plan.pdf", active_pdf("/AA<</O<</S/Java#53cript/JS(x)>>>>")),
}
