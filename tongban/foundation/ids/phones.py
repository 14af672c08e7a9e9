"""Mobile numbers of the mainland."""

import re

from tongban.foundation.ids.verdicts import Kind, Verdict, plain, right, wrong

_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def check_phone(text: str) -> Verdict:
    """Check a mainland mobile number; a country code, spaces and hyphens are taken off."""
    value = plain(text).replace("-", "")
    value = re.sub(r"^(?:\+86|0086|86(?=1[0-9]{10}$))", "", value)
    if _MOBILE.fullmatch(value):
        return right(Kind.PHONE, value)
    return wrong(
        Kind.PHONE,
        value,
        "length" if value.isdigit() and len(value) != 11 else "pattern",
        "手机号码应为 11 位数字，以 13 至 19 开头",
        "a mobile number has 11 digits and begins with 13 to 19",
    )
