"""Good files of many kinds, which a check that is too strict would turn away."""

import base64
import io
import struct
import zlib

from django.conf import settings
from PIL import Image, PngImagePlugin

from tests.kernel.documents.attacks import jpeg_with, png_with
from tests.kernel.documents.attacks_pdf import packed, sheet, with_object, with_stream
from tests.kernel.documents.hostile import pdf, picture
from tongban.kernel.documents import calc


def drawn(mode: str, kind: str, **more) -> bytes:
    """A picture with something on it."""
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").convert(mode).save(out, kind, **more)
    return out.getvalue()


def letter() -> bytes:
    """A letter of ours, as somebody may hand it in again."""
    words = (
        "title",
        "number",
        "case_no",
        "short_no",
        "applicant",
        "item",
        "item_code",
        "agency",
        "remedies",
        "query",
        "seal_text",
    )
    data = dict.fromkeys(words, "示例") | {
        "date": "2026-03-02", "lines": [], "paragraphs": ["正文"], "materials": [], "qr": calc.qr_svg("https://x.example/"), "sample": True,
    }  # fmt: skip
    return calc.render_letter(settings.PACK / "letters" / "receipt.typ", data)


def _pdfs() -> dict[str, bytes]:
    flate = b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode"
    outlines = b"<</Type/Outlines/First 9 0 R/Last 9 0 R>>"
    text = b"0.1 w 10 10 m 20 20 l S " * 5000
    reportlab = b"/Filter[/ASCII85Decode/FlateDecode]"
    return {
        "one page": pdf(),
        "three pages": pdf(3),
        "500 pages": pdf(500),
        "a letter": letter(),
        "A0": sheet(b"0 0 2384 3370"),
        "a receipt roll": sheet(b"0 0 164 9000"),
        "links": with_object(b"<</S/URI/URI(https://www.gd.gov.cn/)>> <</S/URI/URI (mailto:a@b.cn)>> <</S/URI/URI<74656C3A3132333435>>>"),
        "a table of contents": with_object(outlines),
        "packed objects": with_stream(flate, zlib.compress(packed(b"/Title(x)"))),
        "drawing": with_stream(b"/Filter/FlateDecode", zlib.compress(text)),
        "a table of contents before old packing": with_object(
            b"<<" + reportlab + b">>\nstream\n" + base64.a85encode(zlib.compress(text)) + b"~>\nendstream", with_object(outlines)
        ),
        "bytes that begin as if packed": with_stream(b"/Subtype/Image/Width 9/Height 9", b"\x78\x9c" + bytes(300)),
        "a picture of 30 MB": with_stream(b"/Width 3000/Height 3000/Filter/FlateDecode", zlib.compress(b"\xff" * 30_000_000)),
        "blanks behind the end": pdf() + b"\r\n\0\0 \n",
        "a change appended": with_object(b"<</Type/Annot/Subtype/Text/Contents(ok)>>", with_object(b"<</X 1>>")),
    }  # fmt: skip


def _pictures() -> dict[str, tuple[str, bytes]]:
    jpeg = drawn("RGB", "JPEG")
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Software", "扫描仪 1.0", zip=True)
    camera = Image.Exif()
    camera[271], camera[274] = "Phone", 6
    xmp = b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin='x'?><x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    return {
        "a photograph": ("jpg", jpeg),
        "called jpeg": ("JPEG", jpeg),
        "progressive": ("jpg", drawn("RGB", "JPEG", progressive=True)),
        "grey": ("jpg", drawn("L", "JPEG")),
        "for printing": ("jpg", drawn("CMYK", "JPEG")),
        "with camera data": ("jpg", drawn("RGB", "JPEG", exif=camera)),
        "with a colour profile": ("jpg", drawn("RGB", "JPEG", icc_profile=b"x" * 70_000)),
        "with notes of an editor": ("jpg", jpeg_with(0xE1, xmp)),
        "with a second picture behind": ("jpg", jpeg + picture("JPEG")),
        "that moves a little": ("jpg", jpeg + struct.pack(">I", 24) + b"ftypmp42" + bytes(range(1, 200))),
        "with a maker's note behind": (
            "jpg",
            jpeg + b"\x01\x0a\x0e\0Image_UTC_Data1770000000000SEFH" + b"\x6b" * 9 + b"SEFT",
        ),
        "a screenshot": ("png", drawn("RGB", "PNG")),
        "transparent": ("png", drawn("RGBA", "PNG")),
        "of few colours": ("png", drawn("P", "PNG")),
        "black and white": ("png", drawn("1", "PNG")),
        "without packing": ("png", drawn("L", "PNG", compress_level=0)),
        "with a scanner's note": ("png", drawn("RGB", "PNG", pnginfo=notes)),
        "with its resolution": ("png", drawn("RGB", "PNG", dpi=(300, 300))),
        "with an unknown note": ("png", png_with(b"vpAg", bytes(9))),
        "of 59 million pixels": ("png", picture("PNG", 9_800, 6_000)),
    }


def good() -> dict[str, tuple[str, bytes]]:
    """What it is → the ending of its name, and the content."""
    return {**{f"PDF: {what}": ("pdf", content) for what, content in _pdfs().items()}, **_pictures()}
