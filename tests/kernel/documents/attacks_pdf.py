"""Hostile PDFs: what acts, in every place where it may be hidden; what is packed, endless, huge or broken."""

import base64
import zlib

from tests.kernel.documents.hostile import pdf

Attack = tuple[str, bytes, str]


def with_tail(document: bytes, tail: bytes) -> bytes:
    """Something behind the end."""
    return document + tail


def with_object(body: bytes, document: bytes | None = None) -> bytes:
    """A good PDF with one more object, as an update appends it."""
    return (document or pdf()) + b"\n90 0 obj\n" + body + b"\nendobj\n%%EOF\n"


def with_stream(words: bytes, content: bytes) -> bytes:
    """A good PDF with one more stream: what stands in its dictionary, and its bytes."""
    head = b"<<" + words + b"/Length %d>>\nstream\n" % len(content)
    return with_object(head + content + b"\nendstream")


# What acts → the refusal that is due
ACTIONS = {
    b"/S/JavaScript/JS(app.alert(1))": "script",
    b"/S/Launch/F(cmd.exe)": "program",
    b"/Type/EmbeddedFile/Subtype/application#2Fx": "attachment",
    b"/Subtype/FileAttachment/FS 9 0 R": "attachment",
    b"/S/GoToE/T<</R/C>>": "attachment",
    b"/XFA[(form)9 0 R]": "form",
    b"/S/SubmitForm/F(http://x.example/)": "sends",
    b"/S/ImportData/F(/etc/passwd)": "sends",
    b"/S/GoToR/F(\\\\\\\\server\\\\share)": "sends",
    b"/Subtype/RichMedia": "media",
    b"/S/Rendition/OP 0": "media",
    b"/S/Movie/T(x)": "media",
    b"/OpenAction 9 0 R": "automatic",
    b"/Encrypt 9 0 R": "encrypted",
}


def _spelled(action: bytes) -> bytes:
    """The first letter of every name by its number: /S/JavaScript as /#53/#4aavaScript."""
    out, after = b"", False
    for sign in action:
        out += b"#%02x" % sign if after else bytes([sign])
        after = sign == ord("/")
    return out


def packed(action: bytes) -> bytes:
    """The content of an object stream with it."""
    return b"91 0 <<" + action + b">>"


def _places(action: bytes) -> dict[str, tuple[bytes, str]]:
    """The places where an action may be hidden → the file, and the refusal if it is another than the action's own."""
    inner, deflated = packed(action), zlib.compress(packed(action))
    objects = b"/Type/ObjStm/N 1/First 5"
    flate = objects + b"/Filter/FlateDecode"
    return {
        "in the open": (pdf().replace(b"/Type/Catalog", b"/Type/Catalog/AA<</O<<" + action + b">>>>", 1), ""),
        "behind much": (with_object(b"%" + b"x" * 50_000 + b"\n<<" + action + b">>"), ""),
        "spelled by numbers": (with_object(b"<<" + _spelled(action) + b">>"), ""),
        "packed": (with_stream(flate, deflated), ""),
        "packed without saying so": (with_stream(b"/N 1/First 5/Filter/FlateDecode", deflated), ""),
        "packed with a wrong sum": (with_stream(flate, deflated[:-4] + b"\0\0\0\0"), ""),
        "packed behind a comment": (
            with_stream(flate, zlib.compress(b"%" + b"y" * 9000 + b"\n" + inner)),
            "",
        ),
        "packed behind a long dictionary": (
            with_stream(b"/Type/ObjStm/X(" + b"z" * 3000 + b")/Filter/FlateDecode", deflated),
            "",
        ),
    }


def _actions() -> dict[str, Attack]:
    return {
        f"{action.decode()[:16]} {place}": ("plan.pdf", content, other or why)
        for action, why in ACTIONS.items()
        for place, (content, other) in _places(action).items()
    }


LINKS = (
    b"(javascript:alert(1))", b"(file:///etc/passwd)", b"(\\\\\\\\server\\\\share)", b"(data:text/html,x)", b"(vbscript:x)",
    b"(\\152avascript:alert(1))", b"<6A6176617363726970743A>", b"(ms-msdt:/id)", b"(smb://x/y)", b"(ftp://x/y)", b"9 0 R",
    b"(search-ms:query=x)", b"(  javascript:x)", b"<FEFF00660069006C0065003A>", b"()", b"<6>",
)  # fmt: skip


def _links() -> dict[str, Attack]:
    made = {}
    for number, link in enumerate(LINKS):
        body = b"/S/URI/URI " + link
        made[f"a link, {number}"] = ("plan.pdf", with_object(b"<<" + body + b">>"), "link")
        content = with_stream(b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode", zlib.compress(packed(body)))
        made[f"a packed link, {number}"] = ("plan.pdf", content, "link")
    return made


_HIDDEN = packed(b"/S/JavaScript/JS(x)")
_TWICE = zlib.compress(zlib.compress(_HIDDEN))
# Words of the dictionary → bytes: objects that are packed in a way into which nobody looks
ODDLY_PACKED = {
    b"/Type/ObjStm/N 1/First 5/Filter/ASCIIHexDecode": _HIDDEN.hex().encode() + b">",
    b"/N 1/First 5/Filter/AHx": _HIDDEN.hex().encode() + b">",
    b"/Type/ObjStm/N 1/First 5/Filter/ASCII85Decode": base64.a85encode(_HIDDEN) + b"~>",
    b"/Type/ObjStm/N 1/First 5/Filter/LZWDecode": b"\x80\x0b\x60\x50",
    b"/Type/ObjStm/N 1/First 5/Filter/RunLengthDecode": b"\x05abcdef\x80",
    b"/Type/ObjStm/N 1/First 5/Filter[/FlateDecode/FlateDecode]": _TWICE,
    b"/N 1/First 5/Filter[/FlateDecode/FlateDecode]": _TWICE,
    b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1>>": zlib.compress(
        b"\x029"
    ),
    b"/N 1/F#69rst 5/Filter/FlateDecode/DecodeParms<</Predictor 2>>": zlib.compress(b"9"),
    b"/N 1/First 5/X(1 0 obj)/Filter/LZWDecode": b"\x80\x0b\x60\x50",
    b"/N 1/First 5/X((1 0 obj))/Filter/LZWDecode": b"\x80\x0b\x60\x50",
    b"/N 1/First 5%1 0 obj\n/Filter/RL": b"\x05abcdef\x80",
    b"/Type/ObjStm/N 1/First 5/Filter/Crypt": b"xxxx",
    b"/Type/Obj#53tm/N 1/First 5/Fil#74er/LZ#57Decode": b"\x80\x0b\x60\x50",
}


def _packed() -> dict[str, Attack]:
    made = {
        f"packed oddly, {number}": ("plan.pdf", with_stream(words, content), "packed")
        for number, (words, content) in enumerate(ODDLY_PACKED.items())
    }
    flate = b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode"
    made["a bomb of zeros"] = (
        "plan.pdf",
        with_stream(flate, zlib.compress(bytes(70 * 1024 * 1024))),
        "packed",
    )
    made["a bomb of numbers"] = (
        "plan.pdf",
        with_stream(flate, zlib.compress(b"1 " * 35 * 1024 * 1024)),
        "packed",
    )
    cut = zlib.compress(b"91 0 " + bytes(range(256)) * 40)[:200]
    made["packed objects cut short"] = ("plan.pdf", with_stream(flate, cut), "damaged")
    return made


def built(pages: bytes, catalog: bytes = b"<</Type/Catalog/Pages 2 0 R>>", more: bytes = b"") -> bytes:
    """A PDF written by hand; its table of contents is missing, so a reader rebuilds it."""
    return (
        b"%PDF-1.7\n1 0 obj\n" + catalog + b"\nendobj\n2 0 obj\n" + pages + b"\nendobj\n" + more
        + b"trailer<</Root 1 0 R/Size 9>>\n%%EOF\n"
    )  # fmt: skip


def sheet(box: bytes) -> bytes:
    """A PDF with one page of this size."""
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]>>\nendobj\n"
    return built(b"<</Type/Pages/Kids[3 0 R]/Count 1>>", more=page)


def flood(width: int, height: int) -> bytes:
    """A PDF with a picture that says it is so large."""
    return with_stream(b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height), b"x")


def _broken() -> dict[str, Attack]:
    good = pdf(3)
    made = {
        f"a PDF of {part} %": ("plan.pdf", good[: len(good) * part // 100], "damaged")
        for part in range(5, 95, 10)
    }
    made |= {
        "nothing between head and end": ("plan.pdf", b"%PDF-1.7\n%%EOF\n", "damaged"),
        "noise between head and end": (
            "plan.pdf",
            b"%PDF-1.7\n" + bytes(range(256)) * 99 + b"\n%%EOF\n",
            "damaged",
        ),
        "a thousand brackets": (
            "plan.pdf",
            b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\n%%EOF\n",
            "damaged",
        ),
        "a catalog that is its own": (
            "plan.pdf",
            b"%PDF-1.7\n1 0 obj\n1 0 R\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            "damaged",
        ),
        "no pages": ("plan.pdf", built(b"<</Type/Pages/Kids[]/Count 0>>"), "damaged"),
        "pages within themselves": ("plan.pdf", built(b"<</Type/Pages/Kids[2 0 R]/Count 9>>"), "damaged"),
        "a page that says it is 400,000": (
            "plan.pdf",
            built(b"<</Type/Pages/Kids[3 0 R]/Count 400000>>"),
            "pages",
        ),
        "501 pages": ("plan.pdf", pdf(501), "pages"),
        "a picture of 3,600 million": ("plan.pdf", flood(60_000, 60_000), "pixels"),
        "a picture of a wide line": ("plan.pdf", flood(999_999_999, 9), "pixels"),
    }
    for box in (
        b"0 0 20001 100",
        b"0 0 100 99999999",
        b"0 0 1 1",
        b"0 0 1000000000 1000000000",
        b"0 0 2 800",
        b"-30000 0 30000 500",
    ):
        made[f"a page of {box.decode()}"] = ("plan.pdf", sheet(box), "page_size")
    for words in (
        b"<html><script>alert(1)</script>",
        b"<?php system('id');?>",
        b"#!/bin/sh\n",
        b"<svg onload=x>",
    ):
        made[f"a PDF that begins as {words.decode()[:6]}"] = (
            "plan.pdf",
            pdf().replace(b"\n", b"\n%" + words + b"\n", 1),
            "second_file",
        )
    return made


PDF_ATTACKS: dict[str, Attack] = {**_actions(), **_links(), **_packed(), **_broken()}
