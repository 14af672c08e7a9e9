"""Whether a name follows the rules and is free (企业名称登记管理规定 art. 6, 8, 11, 17). Pure.

What counts as a district, a legal form, a trade and a banned word is the pack's data; what is registered and reserved is
given by the caller.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SHORTEST_WORD = 2  # characters of a trade name (art. 8)
_BRACKETS = str.maketrans({"（": "(", "）": ")", "　": None, " ": None})


@dataclass(frozen=True)
class Name:
    """A name taken apart: district, trade name (字号), trade, legal form. What is not there is empty."""

    district: str
    word: str
    trade: str
    form: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a name, in both languages."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Taken:
    """A name that somebody has: a registered one, or one reserved until a day."""

    name: str
    reserved: bool


def plain(text: str) -> str:
    """The name as it is compared: brackets and widths made equal, spaces gone."""
    return unicodedata.normalize("NFKC", text.translate(_BRACKETS)).translate(_BRACKETS).upper()


def apart(text: str, rules: Mapping[str, Any]) -> Name:
    """Take a name apart from both ends; the longest district and form that fit. The district may also stand in brackets."""
    rest = plain(text)
    form = _longest(rest, rules["forms"], str.endswith)
    rest = rest[: len(rest) - len(form)]
    district = _longest(rest, rules["districts"], str.startswith)
    if district:
        rest = rest[len(district) :]
    else:
        inside = [one for one in sorted(rules["districts"], key=len, reverse=True) if f"({one})" in rest]
        if inside:
            district, rest = inside[0], rest.replace(f"({inside[0]})", "", 1)
    trade = _longest(rest, _trades(rules), str.endswith)
    return Name(district, rest[: len(rest) - len(trade)], trade, form)


def _longest(text: str, words: Iterable[str], fits: Any) -> str:
    found = [one for one in map(plain, words) if fits(text, one)]
    return max(found, key=len, default="")


def _trades(rules: Mapping[str, Any]) -> list[str]:
    return [word for group in rules["trades"] for word in group["words"]]


def key(name: Name, rules: Mapping[str, Any]) -> str:
    """What may exist once within the city: the trade name in one trade. Different words for one trade count as that trade."""
    group = next(
        (one["id"] for one in rules["trades"] if name.trade in {plain(w) for w in one["words"]}), name.trade
    )
    return f"{name.word}|{group}"


def faults(text: str, rules: Mapping[str, Any], taken: Iterable[Taken]) -> list[Fault]:
    """Everything wrong with the name, in the order in which people read it; nothing for a name that is free."""
    name = apart(text, rules)
    found = []
    if not name.district:
        first = rules["districts"][0]
        zh = f"名称没有以行政区划开头，例如“{first}”"
        found.append(Fault("district", zh, f"The name does not begin with the district, for example {first}"))
    if not name.form:
        found.append(
            Fault(
                "form",
                f"名称没有以组织形式结尾，例如“{rules['forms'][0]}”",
                "The name does not end with the legal form",
            )
        )
    if not name.trade:
        found.append(
            Fault("trade", "名称里没有行业或者经营特点，例如“餐饮管理”", "The name does not say the trade")
        )
    if len(name.word) < SHORTEST_WORD or not all("一" <= one <= "鿿" for one in name.word):
        found.append(
            Fault("word", "字号应当由两个以上汉字组成", "The trade name needs two or more Chinese characters")
        )
    for group in rules["banned"]:
        hit = next((one for one in group["words"] if plain(one) in plain(text)), None)
        if hit is not None:
            found.append(
                Fault(
                    "banned",
                    f"名称含有“{hit}”：{group['why']['zh']}",
                    f"'{hit}' may not be used: {group['why']['en']}",
                )
            )
    if not found:
        found += _same(name, rules, taken)
    return found


def _same(name: Name, rules: Mapping[str, Any], taken: Iterable[Taken]) -> list[Fault]:
    own = key(name, rules)
    for one in taken:
        if key(apart(one.name, rules), rules) == own:
            if one.reserved:
                return [
                    Fault(
                        "reserved",
                        f"与已保留的名称“{one.name}”相同",
                        f"The same as a reserved name: {one.name}",
                    )
                ]
            return [
                Fault("same", f"与已登记的名称“{one.name}”相同", f"The same as a registered name: {one.name}")
            ]
    return []
