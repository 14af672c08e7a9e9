"""A licence as OFD, the layout format of GB/T 33190-2016: a ZIP of XML with text, lines and a picture. Pure.

All lengths are millimetres from the top left corner. Fonts are named and not embedded, as the standard allows; each sign
has its own advance, so that a reader with another font keeps the columns.
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tongban.kernel.documents.calc import qr_code

NAMESPACE = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT = 297, 210  # A4, lying
_FONT, _BOLD, _PICTURE = 1, 2, 3  # identifiers of the resources; objects follow
_FONTS = {_FONT: ("宋体", "SimSun"), _BOLD: ("黑体", "SimHei")}
_INK, _EDGE, _SOFT = "17 24 39", "140 28 32", "90 98 110"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STAMP = (2016, 8, 29, 0, 0, 0)  # the same content gives the same bytes


@dataclass(frozen=True)
class Licence:
    """What is set: heading, lines of label and value, who issued it when, and the text of its QR code."""

    title: str
    lines: Sequence[tuple[str, str]]
    issuer: str
    issued_on: date
    identifier: str
    qr: str
    notes: Sequence[str] = ()
    sample: str = ""


@dataclass
class _Sheet:
    """The objects of one page, numbered through the whole document."""

    serial: Iterator[int]
    objects: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, size: float, colour: str = _INK, font: int = _FONT
    ) -> None:
        """A line of text with its upper left corner there."""
        if not words:
            return
        steps = [_advance(sign, size) for sign in words]
        deltas = " ".join(f"{step:.2f}" for step in steps[:-1])
        delta = f' DeltaX="{deltas}"' if deltas else ""
        self.objects.append(
            f'<ofd:TextObject ID="{next(self.serial)}" Boundary="{x:.2f} {y:.2f} {sum(steps) + 0.1:.2f} {size * 1.3:.2f}" '
            f'Font="{font}" Size="{size:.2f}"><ofd:FillColor Value="{colour}"/>'
            f'<ofd:TextCode X="0" Y="{size:.2f}"{delta}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
        )

    def centred(self, y: float, words: str, size: float, colour: str, font: int = _BOLD) -> None:
        """A line in the middle of the page."""
        self.text((WIDTH - width_of(words, size)) / 2, y, words, size, colour, font)

    def frame(self, inset: float, thickness: float) -> None:
        """A rectangle that far from the edges."""
        width, height = WIDTH - 2 * inset, HEIGHT - 2 * inset
        self.objects.append(
            f'<ofd:PathObject ID="{next(self.serial)}" Boundary="{inset} {inset} {width} {height}" Stroke="true" Fill="false" '
            f'LineWidth="{thickness}"><ofd:StrokeColor Value="{_EDGE}"/>'
            f"<ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def picture(self, x: float, y: float, side: float) -> None:
        """The QR code, a square."""
        self.objects.append(
            f'<ofd:ImageObject ID="{next(self.serial)}" Boundary="{x} {y} {side} {side}" CTM="{side} 0 0 {side} 0 0" '
            f'ResourceID="{_PICTURE}"/>'
        )

    def xml(self, layer: int) -> str:
        """The page's Content.xml."""
        return (
            f'{_HEAD}<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Area><ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox>'
            f'</ofd:Area><ofd:Content><ofd:Layer ID="{layer}" Type="Body">{"".join(self.objects)}</ofd:Layer>'
            f"</ofd:Content></ofd:Page>"
        )


def _advance(sign: str, size: float) -> float:
    return size if unicodedata.east_asian_width(sign) in "WFA" else size * 0.55


def width_of(words: str, size: float) -> float:
    """How wide a text runs."""
    return sum(_advance(sign, size) for sign in words)


def wrapped(words: str, size: float, room: float) -> list[str]:
    """The text in lines that fit into `room`."""
    lines, line = [], ""
    for sign in words:
        if line and (sign == "\n" or width_of(line + sign, size) > room):
            lines.append(line)
            line = ""
        line += sign if sign != "\n" else ""
    return [*lines, line] if line or not lines else lines


_SIZE, _LINE, _TOP, _BOTTOM = 4.8, 7.4, 52.0, 148.0
_LABEL, _LEFT = 58.0, 32.0


def licence_ofd(paper: Licence) -> bytes:
    """The file. As many pages as its lines take; code, issuer and notes stand on the last one."""
    serial = iter(range(100, 1_000_000))
    sheets = [_opened(paper, serial)]
    y = _TOP
    for label, value in paper.lines:
        rows = wrapped(value, _SIZE, WIDTH - 2 * _LEFT - _LABEL)
        if y + len(rows) * _LINE > _BOTTOM and y > _TOP:
            sheets.append(_opened(paper, serial))
            y = _TOP
        sheets[-1].text(_LEFT, y, label, _SIZE - 0.6, _SOFT)
        for row in rows:
            sheets[-1].text(_LEFT + _LABEL, y, row, _SIZE)
            y += _LINE
    _closed(sheets[-1], paper)
    return _packed(paper, sheets)


def _opened(paper: Licence, serial: Iterator[int]) -> _Sheet:
    sheet = _Sheet(serial)
    sheet.frame(9, 1.1)
    sheet.frame(11.6, 0.3)
    sheet.centred(24, paper.title, 12, _EDGE)
    if paper.sample:
        sheet.centred(41, paper.sample, 3.4, _EDGE, _FONT)
    return sheet


def _closed(sheet: _Sheet, paper: Licence) -> None:
    sheet.picture(32, 152, 38)
    y = 154.0
    for note in [
        *paper.notes,
        f"电子证照标识 {paper.identifier}",
        "扫描二维码验证真伪；盖章的文件见同一证照的 PDF",
    ]:
        for row in wrapped(note, 3, 105):
            sheet.text(75, y, row, 3, _SOFT)
            y += 4.6
    right = WIDTH - 32
    day = f"{paper.issued_on.year}年{paper.issued_on.month}月{paper.issued_on.day}日"
    sheet.text(right - width_of(paper.issuer, 5), 168, paper.issuer, 5, _INK, _BOLD)
    sheet.text(right - width_of(day, 4.6), 178, day, 4.6)


def _packed(paper: Licence, sheets: Sequence[_Sheet]) -> bytes:
    out = io.BytesIO()
    qr_code(paper.qr).save(out, kind="png", scale=6, border=1)
    pages = [f"Pages/Page_{number}/Content.xml" for number in range(len(sheets))]
    files = {
        "Doc_0/Document.xml": _document(pages),
        "Doc_0/PublicRes.xml": _resources(),
        "Doc_0/DocumentRes.xml": (
            f'{_HEAD}<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="{_PICTURE}" '
            f'Type="Image" Format="PNG"><ofd:MediaFile>qr.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
        ),
    }
    files |= {
        f"Doc_0/{name}": sheet.xml(60 + number)
        for number, (name, sheet) in enumerate(zip(pages, sheets, strict=True))
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"OFD.xml": _root(paper), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("Doc_0/Res/qr.png", _STAMP), out.getvalue())
    return packed.getvalue()


def _root(paper: Licence) -> str:
    identity = hashlib.sha256(f"{paper.identifier}{paper.qr}".encode()).hexdigest()[:32]
    return (
        f'{_HEAD}<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{identity}</ofd:DocID><ofd:Title>{escape(paper.title)}</ofd:Title>"
        f"<ofd:Author>{escape(paper.issuer)}</ofd:Author><ofd:CreationDate>{paper.issued_on.isoformat()}</ofd:CreationDate>"
        f"<ofd:Creator>Tongban</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        f"</ofd:DocBody></ofd:OFD>"
    )


def _document(pages: Sequence[str]) -> str:
    listed = "".join(
        f'<ofd:Page ID="{10 + number}" BaseLoc={quoteattr(name)}/>' for number, name in enumerate(pages)
    )
    return (
        f'{_HEAD}<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>1000000</ofd:MaxUnitID>'
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )


def _resources() -> str:
    fonts = "".join(
        f'<ofd:Font ID="{id}" FontName="{name}" FamilyName="{family}" Charset="unicode"/>'
        for id, (name, family) in _FONTS.items()
    )
    return f'{_HEAD}<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:Fonts>{fonts}</ofd:Fonts></ofd:Res>'
