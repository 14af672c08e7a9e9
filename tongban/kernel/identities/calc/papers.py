"""Identity documents by which an account is opened: what their numbers look like. Pure.

GB 11643 for the resident card; the numbers of permits as the National Immigration Administration prints them.
"""

import re
from dataclasses import dataclass

from tongban.foundation.ids import check_resident_id
from tongban.kernel.identities.states import DocumentType

# A passport's number says nothing without the country that gave it (ICAO 9303, three letters).
_COUNTRY = re.compile(r"[A-Z]{3}")
_SHAPES: dict[DocumentType, tuple[re.Pattern[str], str, str]] = {
    DocumentType.PASSPORT: (
        re.compile(r"[A-Z0-9]{5,9}"),
        "护照号码是 5 到 9 位字母和数字",
        "A passport number has 5 to 9 letters and digits",
    ),
    DocumentType.HONG_KONG_MACAO: (
        re.compile(r"[HM]\d{8}"),
        "来往内地通行证号码以 H（香港）或 M（澳门）开头，后面是 8 位数字",
        "The number of the permit begins with H (Hong Kong) or M (Macao), and 8 digits follow",
    ),
    DocumentType.TAIWAN: (
        re.compile(r"\d{8}"),
        "台湾居民来往大陆通行证号码是 8 位数字",
        "The number of the permit for residents of Taiwan has 8 digits",
    ),
    DocumentType.RESIDENCE: (
        re.compile(r"9\d{17}|[A-Z]{3}\d{12}"),
        "永久居留身份证号码以 9 开头共 18 位，旧版是 3 位字母加 12 位数字",
        "The card's number has 18 digits and begins with 9; older ones have 3 letters and 12 digits",
    ),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a number can be one: as it is kept, or why not."""

    value: str = ""
    why_zh: str = ""
    why_en: str = ""

    @property
    def ok(self) -> bool:
        return not self.why_zh


def check_number(kind: DocumentType, number: str, country: str = "") -> Verdict:
    """The number of a document as it is kept; a passport's begins with its country, so that no two are the same."""
    plain = "".join(number.split()).upper()
    if kind is DocumentType.RESIDENT:
        found = check_resident_id(plain)
        return Verdict(found.value) if found.ok else Verdict("", found.why_zh, found.why_en)
    shape, zh, en = _SHAPES[kind]
    if not shape.fullmatch(plain):
        return Verdict("", zh, en)
    if kind is not DocumentType.PASSPORT:
        return Verdict(plain)
    land = country.strip().upper()
    if not _COUNTRY.fullmatch(land):
        return Verdict(
            "", "护照要写明国家或地区的三位字母代码", "A passport needs its country's three letters"
        )
    return Verdict(f"{land}-{plain}")
