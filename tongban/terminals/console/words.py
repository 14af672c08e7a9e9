"""Words of the console: types and kinds of items, limits, depths, kinds of documents."""

from typing import Any

from tongban.kernel.catalogue.states import DocumentKind, ItemKind, ItemType
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.states import Unit
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _, later

TYPES = {
    ItemType.LICENSE: later("行政许可"),
    ItemType.CONFIRMATION: later("行政确认"),
    ItemType.BENEFIT: later("行政给付"),
    ItemType.AWARD: later("行政奖励"),
    ItemType.ADJUDICATION: later("行政裁决"),
    ItemType.LEVY: later("行政征收"),
    ItemType.FILING: later("其他行政权力（备案）"),
    ItemType.PUBLIC_SERVICE: later("公共服务"),
    ItemType.VILLAGE_PROOF: later("村（社区）证明"),
}
KINDS = {ItemKind.INSTANT: later("即办件"), ItemKind.PROMISED: later("承诺件")}
DOCUMENTS = {
    DocumentKind.PACK: later("城市包"),
    DocumentKind.AGENCY: later("机构"),
    DocumentKind.FACT: later("数据项"),
    DocumentKind.CREDENTIAL: later("证照类型"),
    DocumentKind.LETTER: later("文书"),
}
STEPS = {
    "review": later("审查"),
    "approve": later("决定"),
    "consult": later("征求意见"),
    "site_check": later("现场核查"),
    "expert_review": later("专家评审"),
    "hearing": later("听证"),
    "public_notice": later("公示"),
    "child_case": later("联办"),
    "issue": later("制证"),
}
NECESSITIES = {
    "required": later("必要"),
    "optional": later("非必要"),
    "deferrable": later("可容缺后补"),
}
SOURCES = {
    "applicant": later("申请人自备"),
    "government": later("政府部门核发"),
    "third_party": later("其他单位"),
}
WAIVERS = {"credential": later("调用电子证照"), "fact": later("数据核验"), "commitment": later("告知承诺")}
FIELD_TYPES = {
    "text": later("文本"),
    "textarea": later("多行文本"),
    "choice": later("单选"),
    "choices": later("多选"),
    "yesno": later("是否"),
    "date": later("日期"),
    "int": later("整数"),
    "decimal": later("小数"),
    "money": later("金额"),
    "phone": later("手机号码"),
    "resident_id": later("公民身份号码"),
    "uscc": later("统一社会信用代码"),
    "place": later("镇街"),
    "bank_account": later("银行账号"),
    "rows": later("重复填写的行"),
}

UNITS = {"workdays": later("工作日"), "days": later("自然日"), "instant": later("当场")}
COUNTED = {"workdays": later("工作日"), "days": later("自然日")}
AUDIENCES = {
    "person": later("个人"),
    "organisation": later("企业和其他组织"),
    "sole_trader": later("个体工商户"),
}
CHANNELS = {
    "online": later("网上"),
    "window": later("窗口"),
    "kiosk": later("自助终端"),
    "village": later("村（社区）"),
}
OBSTACLES = {
    "depth": later("还不能在网上提出申请"),
    "visits": later("要跑动，但没有法律或者现场的依据"),
    "partly": later("能网上申请，但不能全程在网上办完"),
}
PRESENCE = {"law": later("法律要求本人到场"), "site": later("核查对象在现场")}
HANDLED_AT = {"town": later("镇街"), "city": later("市级")}
SCOPES = {
    "home_only": later("仅所在镇街"),
    "any_town": later("全市通办"),
    "neighbour_city": later("邻市通办"),
    "province": later("省内通办"),
    "gba": later("湾区通办"),
    "cross_province": later("跨省通办"),
}
USE_LEVELS = {
    "1": later("国家级"),
    "2": later("省级"),
    "3": later("市级"),
    "4": later("县级"),
    "5": later("镇级"),
    "6": later("村级"),
    "7": later("共享"),
}
POWER_SOURCES = {
    "1": later("法定"),
    "2": later("上级下放"),
    "3": later("上级授权"),
    "4": later("同级授权"),
    "5": later("上级委托"),
    "6": later("同级委托"),
}
STEP_PERMISSIONS = {
    "case.accept": later("窗口受理"),
    "case.review": later("审查"),
    "case.decide": later("决定"),
}
SILENCE = {"agree": later("视为同意"), "wait": later("继续等待")}
STOPS = {
    "site_check": later("现场核查"),
    "public_notice": later("公示"),
    "fee_waiting": later("等待缴费"),
    "consultation": later("征求意见"),
}
DRAFT_STATES = {
    "editing": (later("编辑中"), "blue"),
    "proposed": (later("待发布"), "amber"),
    "returned": (later("退回修改"), "red"),
    "published": (later("已发布"), "green"),
    "discarded": (later("已放弃"), ""),
}
CHANGES = {
    "added": (later("新增"), "green"),
    "removed": (later("删去"), "red"),
    "changed": (later("修改"), "blue"),
    "moved": (later("顺序"), ""),
}


def limit(one: Limit) -> str:
    """A limit in words."""
    if one.unit is Unit.INSTANT:
        return _("当场办结")
    unit = _("个工作日") if one.unit is Unit.WORKDAYS else _("天")
    return f"{one.value} {unit}"


def place_level(at: str) -> str:
    """Where a step is done."""
    return _("市级") if at == "city" else _("镇街")


def agency(agencies: Any, code: str) -> str:
    """An agency's name; its code where the pack no longer has it."""
    return texts.local(agencies[code]["name"]) if code in agencies else code
