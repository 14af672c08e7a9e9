"""Reads and checks what a pack says of matching; checks what people type into a post."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import cos, radians
from pathlib import Path
from typing import Any

from tongban.foundation.errors import Problem
from tongban.foundation.money import parse_yuan
from tongban.foundation.packs import Located, PackError, PackProblem, load_schema, read_yaml, validate
from tongban.kernel.catalogue.calc import plain_data
from tongban.modules.matching.calc.definition import Attribute, Kind, faults_of

FOLDER = "matching"
SCHEMAS = {one: f"matching-{one}" for one in ("kinds", "terms", "judged", "examples")}
_DEGREE_KM = 111.2
LONGEST_TITLE, LONGEST_TEXT = 40, 600
# A telephone number, a mail address, an account of a messenger: what is released only when both sides have agreed.
_CONTACT = re.compile(
    r"(?:\d[\s\-—]{0,2}){7,}|[\w.+-]+@[\w-]+\.\w+|微信\s*(?:号|[:：])|(?i:wechat|whatsapp|qq\s*[:：号])"
)


@dataclass
class MatchingReading:
    """What was read: the data by file, and every fault."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: list[PackError] = field(default_factory=list)
    located: dict[str, Located] = field(default_factory=dict)

    @property
    def book(self) -> dict[str, Any]:
        """What is stored: kinds, terms, towns; empty where the pack has no matching."""
        if "kinds" not in self.data or "terms" not in self.data:
            return {}
        return {"kinds": self.data["kinds"], "terms": self.data["terms"], "towns": self.data["towns"]}


def read_matching(folder: Path) -> MatchingReading:
    """Read the pack's folder `matching`; faults are collected, never raised. A pack may have none."""
    reading = MatchingReading()
    for name, schema in SCHEMAS.items():
        path = folder / FOLDER / f"{name}.yaml"
        if path.exists():
            _read(reading, path, name, schema)
    if not reading.errors:
        for file, path_, en, todo_en, zh, todo_zh in faults_of(reading.data):
            located = reading.located[file]
            reading.errors.append(located.error(path_, en, todo_en, what_zh=zh, todo_zh=todo_zh))
    reading.data["towns"] = _towns(folder)
    return reading


def _read(reading: MatchingReading, path: Path, name: str, schema: str) -> None:
    file = f"{FOLDER}/{name}.yaml"
    try:
        located = read_yaml(path, name=file)
    except PackProblem as problem:
        reading.errors += problem.errors
        return
    faults = validate(located, load_schema(schema), file)
    reading.errors += faults
    if not faults:
        reading.located[name] = located
        plain = plain_data(located.data)
        reading.data[name] = plain if name == "terms" else plain[name]


def _towns(folder: Path) -> dict[str, list[float]]:
    """The middles of towns in kilometres, from the pack's schematic map and the corners that it gives."""
    path = folder / "assets" / "townmap.json"
    if not path.exists():
        return {}
    drawn = json.loads(path.read_text(encoding="utf-8"))
    if "geo" not in drawn:
        return {}
    west, north, east, south = drawn["geo"]
    _x, _y, width, height = drawn["viewBox"]
    across = (east - west) * _DEGREE_KM * cos(radians((north + south) / 2)) / width
    down = (north - south) * _DEGREE_KM / height
    return {one["code"]: [round(one["x"] * across, 1), round(one["y"] * down, 1)] for one in drawn["towns"]}


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


def typed_post(kind: Kind, side: str, given: Mapping[str, Any], towns: Mapping[str, Any]) -> Typed:
    """Check what was typed; values are texts, of `choices` lists of texts. Raises BadPost with every fault at once."""
    wrong: dict[str, tuple[str, str]] = {}

    def words(name: str, zh: str, en: str, most: int, least: int = 1) -> str:
        text = str(given.get(name) or "").strip()
        if "\x00" in text or not least <= len(text) <= most:
            wrong[name] = (f"{zh}要写 {least} 到 {most} 个字", f"{en}: {least} to {most} characters")
        return text

    title = words("title", "标题", "Title", LONGEST_TITLE, 4)
    text = words("text", "说明", "Description", LONGEST_TEXT, 4)
    for name, said in (("title", title), ("text", text)):
        if _CONTACT.search(said):
            wrong[name] = (
                "标题和说明里不能写电话、邮箱、微信，联系方式在双方确认后才交换",
                "No telephone, mail or messenger here: contacts are exchanged after both sides agree",
            )
    name = words("contact_name", "联系人", "Contact", 40)
    phone = str(given.get("contact_phone") or "").strip()
    if not re.fullmatch(r"[0-9+\- ]{7,20}", phone):
        wrong["contact_phone"] = ("联系电话要写 7 到 20 位数字", "Telephone: 7 to 20 digits")
    category, place = str(given.get("category") or ""), str(given.get("place") or "")
    if category not in kind.categories:
        wrong["category"] = ("请选择分类", "Choose a category")
    if place not in towns:
        wrong["place"] = ("请选择镇街", "Choose a town")
    day = None
    if given.get("day"):
        try:
            day = date.fromisoformat(str(given["day"]))
        except ValueError:
            wrong["day"] = ("日期要写成 2026-12-31 的样子", "Write the day like 2026-12-31")
    attributes = {}
    for one in kind.attributes:
        if one.asked(side):
            try:
                value = _value(one, given.get(one.name))
            except ValueError:
                wrong[one.name] = _explained(one)
                continue
            if value is None and one.required:
                wrong[one.name] = (f"“{one.label[0]}”必填", f"{one.label[1]} is required")
            elif value is not None:
                attributes[one.name] = value
    if wrong:
        raise BadPost(wrong)
    return Typed(category, title, text, place, day, name, phone, attributes)


def _value(one: Attribute, given: Any) -> Any:
    """The value as it is stored; None where nothing was typed. Raises ValueError."""
    if one.type == "choices":
        chosen = list(dict.fromkeys(given)) if isinstance(given, (list, tuple)) else [given] if given else []
        if set(chosen) - {option.code for option in one.options}:
            raise ValueError
        return sorted(chosen) or None
    text = str(given or "").strip()
    if not text:
        return None
    if one.type == "choice":
        if text not in {option.code for option in one.options}:
            raise ValueError
        return text
    if one.type == "bool":
        if text not in ("yes", "no"):
            raise ValueError
        return text == "yes"
    if one.type == "money":
        try:
            value = parse_yuan(text)
        except Problem:
            raise ValueError from None
        if not 0 < value <= 10**15:
            raise ValueError
        return value
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ValueError
    value = int(text)
    if (one.least is not None and value < one.least) or (one.most is not None and value > one.most):
        raise ValueError
    return value


def _explained(one: Attribute) -> tuple[str, str]:
    zh, en = one.label
    if one.type == "int":
        return (f"“{zh}”要写 {one.least} 到 {one.most} 的整数", f"{en}: a whole number, {one.least} to {one.most}")
    if one.type == "money":
        return (f"“{zh}”要写大于 0 的金额（元）", f"{en}: a sum above 0 in yuan")
    return (f"“{zh}”请从选项中选择", f"{en}: choose among the options")
