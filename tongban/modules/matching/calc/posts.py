"""What people type into a post, checked; every fault at once, each with what to do. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation.errors import Problem
from tongban.foundation.money import parse_yuan
from tongban.modules.matching.calc.definition import Attribute, Kind

LONGEST_TITLE, LONGEST_TEXT = 40, 600
# A telephone number, a mail address, an account of a messenger: what is released only when both sides have agreed.
_CONTACT = re.compile(
    r"(?:\d[\s\-—]{0,2}){7,}|[\w.+-]+@[\w-]+\.\w+|微信\s*(?:号|[:：])|(?i:wechat|whatsapp|qq\s*[:：号])"
)


class BadPost(Problem):
    """A post that says too little, or something that it must not; `fields` names each with its reason (zh, en)."""

    code = "matching.bad_post"
    status = 422

    def __init__(self, fields: Mapping[str, tuple[str, str]]) -> None:
        self.fields = dict(fields)
        super().__init__(
            sentence_zh=f"有 {len(fields)} 处需要修改：{'；'.join(zh for zh, _en in fields.values())}。",
            sentence_en=f"{len(fields)} fields need a change: {'; '.join(en for _zh, en in fields.values())}.",
            todo_zh="请修改标出的地方后再保存，已填写的内容都还在。",
            todo_en="Change what is marked and save again; what you typed is still there.",
        )


@dataclass(frozen=True)
class Typed:
    """A post as it was typed and found right."""

    category: str
    title: str
    text: str
    place: str
    day: date | None
    contact_name: str
    contact_phone: str
    attributes: dict[str, Any]


Wrong = dict[str, tuple[str, str]]


def typed_post(kind: Kind, side: str, given: Mapping[str, Any], towns: Mapping[str, Any]) -> Typed:
    """Check what was typed; values are texts, of `choices` lists of texts. Raises BadPost with every fault at once."""
    wrong: Wrong = {}
    title = _words(given, "title", ("标题", "Title"), (4, LONGEST_TITLE), wrong)
    text = _words(given, "text", ("说明", "Description"), (4, LONGEST_TEXT), wrong)
    for name, said in (("title", title), ("text", text)):
        if _CONTACT.search(unicodedata.normalize("NFKC", said)):
            wrong[name] = (
                "标题和说明里不能写电话、邮箱、微信，联系方式在双方确认后才交换",
                "No telephone, mail or messenger here: contacts are exchanged after both sides agree",
            )
    name = _words(given, "contact_name", ("联系人", "Contact"), (1, 40), wrong)
    phone = str(given.get("contact_phone") or "").strip()
    if not re.fullmatch(r"[0-9+\- ]{7,20}", phone):
        wrong["contact_phone"] = ("联系电话要写 7 到 20 位数字", "Telephone: 7 to 20 digits")
    category, place = str(given.get("category") or ""), str(given.get("place") or "")
    if category not in kind.categories:
        wrong["category"] = ("请选择分类", "Choose a category")
    if place not in towns:
        wrong["place"] = ("请选择镇街", "Choose a town")
    day = _day(given, wrong)
    attributes = _attributes(kind, side, given, wrong)
    if wrong:
        raise BadPost(wrong)
    return Typed(category, title, text, place, day, name, phone, attributes)


def _words(
    given: Mapping[str, Any], name: str, said: tuple[str, str], length: tuple[int, int], wrong: Wrong
) -> str:
    text = str(given.get(name) or "").strip()
    least, most = length
    if "\x00" in text or not least <= len(text) <= most:
        zh, en = said
        wrong[name] = (f"{zh}要写 {least} 到 {most} 个字", f"{en}: {least} to {most} characters")
    return text


def _day(given: Mapping[str, Any], wrong: Wrong) -> date | None:
    if not given.get("day"):
        return None
    try:
        return date.fromisoformat(str(given["day"]))
    except ValueError:
        wrong["day"] = ("日期要写成 2026-12-31 的样子", "Write the day like 2026-12-31")
        return None


def _attributes(kind: Kind, side: str, given: Mapping[str, Any], wrong: Wrong) -> dict[str, Any]:
    found = {}
    for one in kind.attributes:
        if not one.asked(side):
            continue
        try:
            value = _value(one, given.get(one.name))
        except ValueError:
            wrong[one.name] = _explained(one)
            continue
        if value is not None:
            found[one.name] = value
        elif one.required:
            wrong[one.name] = (f"“{one.label[0]}”必填", f"{one.label[1]} is required")
    return found


def _value(one: Attribute, given: Any) -> Any:
    """The value as it is stored; None where nothing was typed. Raises ValueError."""
    if one.type == "choices":
        chosen = list(dict.fromkeys(given)) if isinstance(given, (list, tuple)) else [given] if given else []
        if set(chosen) - {option.code for option in one.options}:
            raise ValueError
        return sorted(chosen) or None
    text = str(given or "").strip()
    return _TYPED[one.type](one, text) if text else None


def _choice(one: Attribute, text: str) -> str:
    if text not in {option.code for option in one.options}:
        raise ValueError
    return text


def _bool(one: Attribute, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


def _money(one: Attribute, text: str) -> int:
    try:
        value = int(parse_yuan(text))
    except Problem:
        raise ValueError from None
    if not 0 < value <= _MOST_FEN:
        raise ValueError
    return value


def _int(one: Attribute, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ValueError
    value = int(text)
    if (one.least is not None and value < one.least) or (one.most is not None and value > one.most):
        raise ValueError
    return value


_MOST_FEN = 10**15
_TYPED: dict[str, Callable[[Attribute, str], Any]] = {
    "choice": _choice,
    "bool": _bool,
    "money": _money,
    "int": _int,
}


def _explained(one: Attribute) -> tuple[str, str]:
    zh, en = one.label
    if one.type == "int":
        return (
            f"“{zh}”要写 {one.least} 到 {one.most} 的整数",
            f"{en}: a whole number, {one.least} to {one.most}",
        )
    if one.type == "money":
        return (f"“{zh}”要写大于 0 的金额（元）", f"{en}: a sum above 0 in yuan")
    return (f"“{zh}”请从选项中选择", f"{en}: choose among the options")
