"""Hostile files, made here so that none lies in the repository: what they are called, what is in them, why they are refused.

`ATTACKS` maps a kind to (name, content, word), the word being the key of the refusal that is due.
"""

import gzip
import io
import stat
import struct
import zipfile
import zlib

from PIL import Image

from tests.kernel.documents.attacks_pdf import PDF_ATTACKS, with_tail
from tests.kernel.documents.hostile import EXECUTABLE, SCRIPT, pdf, picture, pixel_bomb, png_chunk

Attack = tuple[str, bytes, str]


def archive(*members: tuple[str, bytes], links: bool = False) -> bytes:
    """A ZIP of these members; as symbolic links if wanted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if links:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, content)
    return out.getvalue()


def nested(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    inner = bytes(1024 * 1024)
    for level in range(depth):
        inner = archive(*((f"{level}-{n}.zip", inner) for n in range(4)))
    return inner


def saved(kind: str, **more) -> bytes:
    """A picture in one of the formats that are not taken."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind, **more)
    return out.getvalue()


_TYPES = b"<Types><Default ContentType='application/vnd.ms-office.vbaProject'/></Types>"
_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# extension → what is in such a file
FOREIGN = {
    "exe": EXECUTABLE,
    "elf": b"\x7fELF\x02\x01\x01" + bytes(200),
    "zip": archive(("bomb.txt", bytes(4 * 1024 * 1024))),
    "nested.zip": nested(3),
    "slip.zip": archive(("../../../etc/cron.d/x", b"x")),
    "absolute.zip": archive(("/etc/passwd", b"x"), ("C:\\Windows\\x.dll", b"x")),
    "link.zip": archive(("plan", b"/etc/shadow"), links=True),
    "jar": archive(("META-INF/MANIFEST.MF", b"Main-Class: X"), ("X.class", b"\xca\xfe\xba\xbe")),
    "docm": archive(("[Content_Types].xml", _TYPES), ("word/vbaProject.bin", b"Auto_Open")),
    "xlsm": archive(("[Content_Types].xml", _TYPES), ("xl/vbaProject.bin", b"Workbook_Open")),
    "docx": archive(("word/document.xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>")),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"VBA",
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60),
    "gz": gzip.compress(bytes(1024 * 1024), mtime=0),
    "html": SCRIPT,
    "svg": _SVG,
    "svgz": gzip.compress(_SVG, mtime=0),
    "xml": b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><l>&b;</l>",
    "php": b"<?php system($_GET['c']); ?>",
    "js": b"new ActiveXObject('WScript.Shell').Run('calc')",
    "bat": b"@echo off\r\ndel /q *.*\r\n",
    "sh": b"#!/bin/sh\nrm -rf /\n",
    "lnk": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(70),
    "rtf": b"{\\rtf1{\\object\\objocx{\\*\\objdata 0105}}}",
    "eps": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file",
    "swf": b"FWS\x09" + bytes(40),
    "gif": saved("GIF") + archive(("X.class", b"\xca\xfe\xba\xbe")),
    "tiff": saved("TIFF", compression="tiff_adobe_deflate"),
    "tif": b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHII", 1, 256, 4, 1, 2**31) + bytes(4),
    "bmp": saved("BMP"),
    "webp": saved("WEBP"),
    "ico": saved("ICO"),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "mp4": b"\x00\x00\x00\x18ftypisom" + bytes(40),
}


def _foreign() -> dict[str, Attack]:
    made = {}
    for ending, content in FOREIGN.items():
        made[f"{ending} as it is"] = (f"plan.{ending}", content, "kind")
        for other in ("pdf", "jpg", "png"):
            made[f"{ending} called {other}"] = (f"plan.{ending}.{other}", content, "renamed")
    return made


# A good PDF under a name that says it is something else, or tries to.
_NAMES = (
    "plan.pdf.exe", "plan.pdf\x00.exe", "plan.pdf .scr", "plan\u202efdp.exe", "plan.pdf/x.sh", "..", "",
    "plan.exe\u202e.pdf\x00.com", "plan", "plan.PDF.LNK", ".htaccess", "web.config", "plan.pdf;.php", "plan.pdf::$DATA",
    "\\\\server\\share\\x.hta", "C:\\plan.cmd", "a" * 5000, "x" * 300 + ".jar", "plan.pdf%00.jsp", "plan.pdf.", "plan.\u0440df",
)  # fmt: skip


def _names() -> dict[str, Attack]:
    return {f"a name, {number}": (name, pdf(), "kind") for number, name in enumerate(_NAMES)}


MARKUP = (
    b"<script>alert(1)</script>", b"<html><body>", b"<!DOCTYPE html>", b"<svg onload=x>", b"<iframe src=x>",
    b"<?php system('id');", b"<?=`id`?>", b"<%= x %>", b"\"><img src=x onerror=alert(1)>", b"javascript:alert(1)",
    b"${jndi:ldap://x/a}", b"#!/bin/sh", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"PK\x03\x04 a member",
    b"Rar!\x1a\x07\x01", b"\x7fELF\x02",
)  # fmt: skip
# What is hung on a good file
TAILS = {
    "an archive": archive(("x.txt", b"x")),
    "a Java archive": FOREIGN["jar"],
    "a page": SCRIPT,
    "a PHP script": FOREIGN["php"],
    "a program": EXECUTABLE,
    "a RAR": FOREIGN["rar"],
    "a PDF": pdf(),
    "a GIF": saved("GIF"),
    "an unknown lump": bytes(range(1, 200)),
}


def png_with(kind: bytes, data: bytes) -> bytes:
    """A good PNG with one more chunk behind its header."""
    good = picture()
    return good[:33] + png_chunk(kind, data) + good[33:]


def jpeg_with(marker: int, data: bytes) -> bytes:
    """A good JPEG with one more segment."""
    good = picture("JPEG")
    return good[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data + good[2:]


def _pictures() -> dict[str, Attack]:
    made: dict[str, Attack] = {}
    for number, words in enumerate(MARKUP):
        made[f"a comment in a PNG, {number}"] = ("a.png", png_with(b"tEXt", b"Comment\0" + words), "markup")
        packed = b"Comment\0\0" + zlib.compress(words)
        made[f"a packed comment in a PNG, {number}"] = ("a.png", png_with(b"zTXt", packed), "markup")
        made[f"a comment in a JPEG, {number}"] = ("a.jpg", jpeg_with(0xFE, words), "markup")
        exif = b"Exif\0\0II*\0\x08\0\0\0" + words
        made[f"camera data in a JPEG, {number}"] = ("a.jpeg", jpeg_with(0xE1, exif), "markup")
    for what, tail in TAILS.items():
        made[f"{what} behind a PNG"] = ("a.png", picture() + tail, "second_file")
        made[f"{what} behind a JPEG"] = ("a.jpg", picture("JPEG") + tail, "second_file")
        made[f"{what} behind a PDF"] = ("a.pdf", with_tail(pdf(), tail), "second_file")
    second = picture("JPEG") + picture("JPEG")
    made["a page behind two JPEGs"] = ("a.jpg", second + SCRIPT, "second_file")
    made["an archive behind two JPEGs"] = ("a.jpg", second + archive(("x", b"x")), "second_file")
    return made | _broken_pictures() | _large_pictures()


def _broken_pictures() -> dict[str, Attack]:
    png, jpeg = picture("PNG", 400, 300), picture("JPEG", 400, 300)
    made = {}
    for part in (9, 20, 33, 45, 60, 70, 80, 90, 99):
        made[f"{part} % of a PNG"] = ("a.png", png[: max(len(png) * part // 100, 9)], "damaged")
        made[f"{part} % of a JPEG"] = ("a.jpg", jpeg[: len(jpeg) * part // 100], "damaged")
    for at in (17, 26, 45, len(png) - 8):
        made[f"a PNG with a bit turned at {at}"] = (
            "a.png",
            png[:at] + bytes([png[at] ^ 1]) + png[at + 1 :],
            "damaged",
        )
    header, end = png[8:33], png[-12:]
    head = png[:8]
    made["a PNG without header"] = ("a.png", head + png[33:], "damaged")
    made["a PNG without picture"] = ("a.png", head + header + end, "damaged")
    made["a PNG whose picture is no deflated data"] = (
        "a.png",
        head + header + png_chunk(b"IDAT", b"x" * 99) + end,
        "damaged",
    )
    made["a PNG whose chunk is longer than the file"] = (
        "a.png",
        head + header + b"\x7f\xff\xff\xffIDATxx",
        "damaged",
    )
    made["an animated PNG"] = ("a.png", png_with(b"acTL", struct.pack(">II", 9, 0)), "animated")
    shell = png_chunk(b"IDAT", zlib.compress(bytes(9), 0) + b"<?php system($_GET[0]);?>")
    made["a PNG with a script in its picture"] = ("a.png", head + header + shell + end, "markup")
    made["a JPEG without picture"] = ("a.jpg", b"\xff\xd8\xff\xd9", "damaged")
    made["a JPEG that is all markers"] = ("a.jpg", b"\xff\xd8" + b"\xff" * 5000, "damaged")
    made["a JPEG whose segment goes nowhere"] = ("a.jpg", b"\xff\xd8\xff\xe1\x00\x00" + bytes(50), "damaged")
    return made


def _large_pictures() -> dict[str, Attack]:
    made = {}
    for width, height in (
        (60_000, 60_000),
        (2**31 - 1, 2**31 - 1),
        (60_000_001, 1),
        (1, 2**31 - 1),
        (8_000, 7_501),
    ):
        made[f"a PNG of {width} × {height}"] = ("a.png", pixel_bomb(width, height), "pixels")
    jpeg = picture("JPEG")
    frame = jpeg.find(b"\xff\xc0")
    for width, height in ((65_535, 65_535), (60_000, 1_001)):
        large = jpeg[: frame + 5] + struct.pack(">HH", height, width) + jpeg[frame + 9 :]
        made[f"a JPEG of {width} × {height}"] = ("a.jpg", large, "pixels")
    bomb = zlib.compress(bytes(100 * 1024 * 1024))
    made["a comment that unpacks to 100 MB"] = ("a.png", png_with(b"zTXt", b"Comment\0\0" + bomb), "damaged")
    made["a colour profile that unpacks to 100 MB"] = ("a.png", png_with(b"iCCP", b"p\0\0" + bomb), "damaged")
    return made


def _empty() -> dict[str, Attack]:
    return {f"an empty {ending}": (f"a.{ending}", b"", "empty") for ending in ("pdf", "jpg", "png")}


ATTACKS: dict[str, Attack] = {**_foreign(), **_names(), **_pictures(), **_empty(), **PDF_ATTACKS}
