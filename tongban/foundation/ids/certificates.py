"""Identifiers of electronic certificates (电子证照标识), GB/T 36904-2018.

1.2.156.3005.2 . type (21) . issuer (18) . serial . version (3) . check character, the last being ISO 7064
MOD 37,36 over type, issuer, serial and version, without the dots and without the root.
"""

import re

from tongban.foundation.ids.checksums import mod_37_36
from tongban.foundation.ids.uscc import check_uscc
from tongban.foundation.ids.verdicts import BadNumber, Kind, Verdict, plain, refuse, right, wrong

ROOT = "1.2.156.3005.2"

_SHAPE = re.compile(
    r"1\.2\.156\.3005\.2\.(?P<type>[0-9A-Z]{18}[0-9]{3})\.(?P<issuer>[0-9A-Z]{18}|[0-9]{6})"
    r"\.(?P<serial>[0-9A-Z]{1,32})\.(?P<version>[0-9]{3})\.(?P<check>[0-9A-Z])"
)
_SERIAL = re.compile(r"[0-9A-Z]{1,32}")


def check_cert_identifier(text: str) -> Verdict:
    """Check a certificate identifier: its six parts, the credit codes in it, its check character.

    Certificates in circulation name some issuers by a division code of six digits; those pass.
    """
    value = plain(text)
    parts = _SHAPE.fullmatch(value)
    if parts is None:
        return _wrong(
            value,
            "pattern",
            f"应为 {ROOT}.类型(21位).颁发机构(18位).流水号.版本(3位).校验位",
            f"it is not {ROOT}.type(21).issuer(18).serial.version(3).check",
        )
    for part_zh, part_en, code in (
        ("证照类型代码", "type", parts["type"][:18]),
        ("颁发机构代码", "issuer", parts["issuer"]),
    ):
        body = check_uscc(code) if len(code) == 18 else None
        if body is not None and not body.ok:
            return _wrong(value, body.code, f"{part_zh}：{body.why_zh}", f"in the {part_en} {body.why_en}")
    if mod_37_36("".join(parts.group("type", "issuer", "serial", "version"))) != parts["check"]:
        return _wrong(
            value,
            "check_digit",
            "校验位不符，可能有一位抄错",
            "its check character does not fit: one character may be miscopied",
        )
    return right(Kind.CERT_IDENTIFIER, value)


def make_cert_identifier(type_code21: str, issuer_uscc18: str, serial: str, version: int) -> str:
    """The identifier of a certificate. Raises BadNumber for parts that are malformed or out of range."""
    for code in (type_code21[:18], issuer_uscc18):
        body = check_uscc(code)
        if not body.ok or body.value != code:
            raise refuse(body)
    if not re.fullmatch("[0-9]{3}", type_code21[18:]):
        raise _refused(
            type_code21, "证照类型代码", "certificate type code", "18 位代码加 3 位数字", "18 and 3 digits"
        )
    if not _SERIAL.fullmatch(serial):
        raise _refused(serial, "流水号", "serial", "1 至 32 位数字或大写字母", "1 to 32 digits or capitals")
    if not 1 <= version <= 999:
        raise _refused(str(version), "版本号", "version", "1 至 999", "1 to 999")
    check = mod_37_36(f"{type_code21}{issuer_uscc18}{serial}{version:03}")
    return f"{ROOT}.{type_code21}.{issuer_uscc18}.{serial}.{version:03}.{check}"


def _refused(value: str, part_zh: str, part_en: str, need_zh: str, need_en: str) -> BadNumber:
    return BadNumber(
        sentence_zh=f"{part_zh}“{value}”不能用于证照标识。",
        sentence_en=f"The {part_en} '{value}' cannot be part of a certificate identifier.",
        todo_zh=f"应为{need_zh}。",
        todo_en=f"Use {need_en}.",
        about=value,
    )


def _wrong(value: str, code: str, why_zh: str, why_en: str) -> Verdict:
    return wrong(Kind.CERT_IDENTIFIER, value, code, why_zh, why_en)
