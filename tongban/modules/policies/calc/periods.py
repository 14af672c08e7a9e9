"""For what something is had once (a month, a quarter, a year) in words. Pure."""

import datetime as dt


def period_words(period: str) -> tuple[str, str]:
    """A period as awards and claims keep it (`2026-11`, `2026-Q4`, `2026`) in Chinese and English; empty for once in a life."""
    year, _dash, rest = period.partition("-")
    if rest.startswith("Q"):
        return f"{year} 年第 {rest[1:]} 季度", f"quarter {rest[1:]} of {year}"
    if rest:
        return f"{year} 年 {int(rest)} 月", f"{dt.date(int(year), int(rest), 1):%B} {year}"
    return (f"{year} 年度", year) if year else ("", "")


def of_part(period: str) -> tuple[str, str]:
    """The same behind the name of an item, where one is had several times a year: which one of them is meant."""
    if "-" not in period:
        return "", ""
    zh, en = period_words(period)
    return f"（{zh}）", f", {en}"
