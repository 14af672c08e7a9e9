"""What the kernel keeps, in the words of the portal and in the language of the request."""

from collections.abc import Mapping
from typing import Any

from tongban.foundation.ids import mask_id
from tongban.foundation.money import format_yuan
from tongban.kernel.cases.states import STATE_NAMES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition, Field, MaterialNeed, Text
from tongban.kernel.catalogue.queries import Snapshot
from tongban.kernel.catalogue.states import ItemType, WaivedBy
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.places import queries as places
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

NOTHING = "—"
MASKED = frozenset({"resident_id", "bank_account"})
ITEM_TYPES = {
    ItemType.LICENSE: later("行政许可"),
    ItemType.CONFIRMATION: later("行政确认"),
    ItemType.BENEFIT: later("行政给付"),
    ItemType.AWARD: later("行政奖励"),
    ItemType.ADJUDICATION: later("行政裁决"),
    ItemType.LEVY: later("行政征收"),
    ItemType.FILING: later("备案"),
    ItemType.PUBLIC_SERVICE: later("公共服务"),
    ItemType.VILLAGE_PROOF: later("村（社区）证明"),
}
AUDIENCES = {
    "person": later("个人"),
    "organisation": later("企业和其他组织"),
    "sole_trader": later("个体工商户"),
}
LETTERS = {
    LetterKind.RECEIPT: later("电子回执"),
    LetterKind.ACCEPTANCE: later("受理通知书"),
    LetterKind.DEEMED_ACCEPTANCE: later("受理通知书（视为受理）"),
    LetterKind.NON_ACCEPTANCE: later("不予受理通知书"),
    LetterKind.SUPPLEMENT: later("补正告知书"),
    LetterKind.TOLERANCE_PROMISE: later("容缺受理承诺书"),
    LetterKind.COMMITMENT: later("告知承诺书"),
    LetterKind.SPECIAL_PROCEDURE: later("特别程序告知书"),
    LetterKind.EXTENSION: later("延长办理期限告知书"),
    LetterKind.HEARING_NOTICE: later("听证权利告知书"),
    LetterKind.HEARING_DATE: later("听证通知书"),
    LetterKind.PAYMENT_NOTICE: later("缴费通知书"),
    LetterKind.GRANT: later("准予决定书"),
    LetterKind.DENY: later("不予许可决定书"),
    LetterKind.DEEMED_RENEWAL: later("视为准予延续通知书"),
    LetterKind.TERMINATION: later("终止办理通知书"),
    LetterKind.WITHDRAWAL: later("撤回申请确认书"),
    LetterKind.DELIVERY_RECEIPT: later("送达回证"),
    LetterKind.CREDENTIAL_ACT: later("证照处理通知书"),
    LetterKind.PAPER_TRANSFER: later("物料交接单"),
}
if set(LETTERS) != set(LetterKind):
    raise AssertionError("every kind of letter needs its name")
SOURCES = {
    "applicant": later("申请人自备"),
    "government": later("政府部门核发"),
    "third_party": later("第三方机构出具"),
}
NECESSITIES = {"required": later("必要"), "optional": later("非必要"), "deferrable": later("可容缺后补")}
WAIVERS = {
    WaivedBy.CREDENTIAL: (later("电子证照"), later("系统调用电子证照，免提交")),
    WaivedBy.FACT: (later("数据共享"), later("系统通过数据共享核验，免提交")),
    WaivedBy.COMMITMENT: (later("告知承诺"), later("签署承诺代替，免提交")),
}
FULLY_ONLINE = "IV"


def said(text: Text) -> str:
    """A text of the pack in this language."""
    return text.of(texts.language())


def either(zh: str, en: str) -> str:
    """The one of two texts that is in this language; Chinese where there is no English."""
    return en if texts.language() == texts.ENGLISH and en else zh


def agency(code: str, held: Snapshot | None = None, *, short: bool = False) -> str:
    """An agency's name; its short Chinese name where room is scarce."""
    data = (held or catalogue.snapshot()).documents["agency"].get(code, {})
    name = {**data.get("name", {}), **(data.get("short", {}) if short else {})}
    return texts.local(name) or code


def limit(value: Limit) -> tuple[str, str]:
    """A limit as (figure, unit)."""
    if value.unit == Unit.INSTANT:
        return _("即办"), _("当场办结")
    return str(value.value), _("个工作日") if value.unit == Unit.WORKDAYS else _("日")


def limit_text(value: Limit) -> str:
    """A limit as one phrase."""
    figure, unit = limit(value)
    return unit if value.unit == Unit.INSTANT else f"{figure} {unit}"


def state(case: Any) -> str:
    """The state of a case in words."""
    return either(*STATE_NAMES[CaseState(case.state)])


def item_name(case: Any, held: Snapshot | None = None) -> str:
    """The name of a case's item: in Chinese as the case keeps it, in English as the catalogue has it today."""
    if texts.language() != texts.ENGLISH:
        return case.item_name
    item = (held or catalogue.snapshot()).items.get(case.item_code)
    return said(item.definition.name) if item else case.item_name


def size(count: int) -> str:
    """A file's size for people."""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(1, count // 1024)} KB"


def place_names() -> dict[str, str]:
    """Names of all places by code."""
    return {code: either(*names) for code, names in places.names().items()}


def answer(field: Field, value: Any, named: Mapping[str, str]) -> str:
    """A field's value as it is read back; numbers of persons and accounts only in part."""
    if value in (None, "", [], "\x00"):
        return NOTHING
    match field.type:
        case "yesno":
            return _("是") if value in (True, "yes") else _("否")
        case "money" if isinstance(value, int):
            return _("{amount} 元", amount=format_yuan(value))
        case "date":
            return _date(str(value))
        case "place":
            return named.get(str(value), str(value))
        case "choice" | "choices":
            labels = {option.id: said(option.label) for option in field.options}
            many = value if isinstance(value, list) else [value]
            return "、".join(labels.get(str(one), str(one)) for one in many)
    return mask_id(str(value)) if field.type in MASKED else str(value)


def _date(text: str) -> str:
    try:
        return cndate(text)
    except ValueError:  # a draft may hold what is no date
        return text


def fact(data: Mapping[str, Any], value: Any, named: Mapping[str, str]) -> str:
    """A fact's value as its subject sees it: sensitive ones masked, codes by their names."""
    labels = {option["id"]: texts.local(option["label"]) for option in data.get("options", [])}
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if data["type"] == "money":
        shown = _("{amount} 元", amount=format_yuan(int(value)))
        return "＊＊＊" if data["privacy"] == "sensitive" else shown
    text = str(value)
    if data["privacy"] == "sensitive":
        return mask_id(text)
    if data["type"] == "date":
        return _date(text)
    if text in named and data["name"].endswith("place"):
        return named[text]
    return labels.get(text, text) + (f" {texts.local(data['unit'])}" if data.get("unit") else "")


def how_given(need: MaterialNeed, *, known: bool) -> tuple[str, parts.Tone, str]:
    """(label, tone, sentence) of how a material is given; `known`: the visitor's data have been looked at."""
    if need.waived:
        label, sentence = WAIVERS[need.waived]
        return str(label), "green", str(sentence)
    if need.material.waived_by in {WaivedBy.CREDENTIAL, WaivedBy.FACT}:
        label = str(WAIVERS[need.material.waived_by][0])
        if known:
            return _("需上传"), "amber", _("没有查到数据，请上传")
        return label, "blue", _("登录后核验，查到的免提交")
    return _("需上传"), "amber", _("上传电子件")


def to_hand_in(needs: Any) -> int:
    """How many materials somebody has to hand in."""
    return sum(1 for need in needs if not need.waived and need.material.necessity == "required")


def marks(definition: Definition) -> list[parts.Link]:
    """The labels of an item: type, online, visits, kind."""
    data = definition.data
    found = [parts.Link(str(ITEM_TYPES[ItemType(data["type"])]), "", tone="blue")]
    if data["online_depth"] == FULLY_ONLINE:
        found.append(parts.Link(_("全程网办"), "", tone="green"))
    found.append(parts.Link(_("最多跑 {count} 次", count=data["visits"]), "", tone="green"))
    found.append(parts.Link(_("即办件") if definition.instant else _("承诺件"), ""))
    if any(q.id == "commitment" for q in definition.questions):
        found.append(parts.Link(_("可告知承诺"), "", tone="amber"))
    return found
