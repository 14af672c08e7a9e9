"""Invented data for the gallery: every component once, in every state that looks different."""

from typing import Any

from django.core.paginator import Paginator

from tongban.terminals.ui import parts
from tongban.terminals.ui.fields import Field, Option, Provenance

SOURCE = Provenance("营业执照", "市场监管", "2026-03-02 13:58", "#dispute")


def gallery() -> dict[str, Any]:
    """The context of ui/gallery.html."""
    return _course() | {
        "links": [parts.Link("首页", "#home"), parts.Link("市场监督管理局", "#agency")],
        "words": WORDS,
        "lights": LIGHTS,
        "suggestions": [
            parts.Link("食品经营许可证核发（新办）", "#item"),
            parts.Link("食品经营备案", "#filing"),
        ],
        "q": "食品",
        "search_url": "#search",
        "icon_sample": (
            "house",
            "file-text",
            "wallet",
            "stamp",
            "bell",
            "map-pin",
            "qr-code",
            "shield-check",
        ),
        "tones": ("", "blue", "green", "amber", "red", "line"),
        "spark_values": (3, 5, 4, 8, 7, 9, 12),
        "fields": _fields(),
        "materials": _materials(),
        "errors": [
            parts.ErrorLink("sample-area", "请填写经营面积，例如 86.5"),
            parts.ErrorLink("sample-use", "请选择场所使用权"),
        ],
        "licences": [
            parts.Licence(
                "食品经营许可证", "示例餐饮有限公司", "JY1000000000001", "2031-03-01", "#1", "有效"
            ),
            parts.Licence("参保证明", "陈*雯", "SB20260302001", "", "#2", "有效", "proof"),
            parts.Licence(
                "道路运输经营许可证",
                "示例物流有限公司",
                "DY0000001",
                "2025-12-31",
                "#3",
                "已过期",
                valid=False,
            ),
        ],
        "page": Paginator(range(230), 10).page(5),
        "drawing": DRAWING,
        "values": {"a": 3, "b": 9, "c": 1},
        "filters": _filters(),
        "more": parts.Link("全部", "#all"),
    }


def gallery_desk() -> dict[str, Any]:
    """The context of ui/gallery_desk.html."""
    rows = _rows()
    return {
        "lamps": [
            parts.Lamp("红灯 · 超期", 2, "#red", "red", "立即处理", current=True),
            parts.Lamp("黄灯 · 临期", 5, "#yellow", "yellow", "今日必办"),
            parts.Lamp("绿灯 · 正常", 16, "#green", "green", "时限内"),
            parts.Lamp("停表 · 补正", 3, "#paused", "paused", "等申请人"),
            parts.Lamp("今日已办", 14, "#done", text="均时 18 分"),
        ],
        "rows": rows,
        "row": rows[0],
        "filters": _filters(),
        "page": Paginator(range(26), 10).page(1),
        "pairs": [
            parts.Pair("申请人", "示例餐饮有限公司"),
            parts.Pair("经办", "陈*明"),
            parts.Pair("情形", "餐饮服务 · 告知承诺"),
        ],
        "checks": [
            parts.Check("主体：营业执照有效", verdict=True),
            parts.Check("布局图：未识别到洗手消毒标注", verdict=False, link=parts.Link("看图", "#drawing")),
            parts.Check("场所：距离要求", None, "待人工确认"),
        ],
        "actions": [
            parts.Link("受理", "#accept", "check"),
            parts.Link("补正", "#supplement", tone="blue"),
            parts.Link("不予受理", "#refuse", tone="red"),
        ],
    }


LIGHTS = (
    parts.Light("red", "超期 1 天"),
    parts.Light("yellow", "剩 1 个工作日"),
    parts.Light("paused", "停表第 2 天"),
    parts.Light("green", "剩 4 个工作日"),
)

WORDS = {
    "online": "全程网办",
    "waived": "免提交",
    "licence": "行政许可",
    "person": "陈晓雯",
    "item": "食品经营许可证核发（新办）",
    "once": "一次性告知",
    "supplement": "请补正 1 份材料",
    "list": "填报清单",
    "progress": "进度",
    "used": "已用 2 天，共 5 天",
    "late": "已超期",
    "met": "满足 3 项，共 4 项",
    "rising": "近 7 天办件量上升",
    "people": "人",
    "question": "可以委托他人办理吗？",
    "answer": "可以，先在线授权。",
}

DRAWING = {
    "viewBox": [0, 0, 300, 120],
    "towns": [
        {"code": "a", "name": "东区", "en": "East", "d": "M5 5h90v110h-90z", "x": 50, "y": 60},
        {"code": "b", "name": "南区", "en": "South", "d": "M105 5h90v110h-90z", "x": 150, "y": 60},
        {"code": "c", "name": "西区", "en": "West", "d": "M205 5h90v110h-90z", "x": 250, "y": 60},
    ],
}


def _course() -> dict[str, Any]:
    """Steps, tasks, timeline, procedure, facts and checks."""
    return {
        "steps": [
            parts.Step("选择情形", "done"),
            parts.Step("填写信息", "now"),
            parts.Step("核对材料"),
            parts.Step("确认签名"),
        ],
        "tasks": [
            parts.Task("主体信息", "#subject", "done"),
            parts.Task("经营场所", "#premises", "now"),
            parts.Task("负责人信息", "#person", "error"),
            parts.Task("经营项目", "#lines", "todo"),
            parts.Task("确认提交", "", "blocked"),
        ],
        "timeline": _timeline(),
        "stages": [
            parts.Stage("申请", "一次填报", "约 6 分钟"),
            parts.Stage("受理", "综合窗口", "1 个工作日"),
            parts.Stage("审查", "市场监管", "3 个工作日"),
            parts.Stage("送达", "", "电子证照即时"),
        ],
        "facts": [
            parts.Fact("承诺时限", "5", "个工作日（法定 20）"),
            parts.Fact("到场次数", "0", "次"),
            parts.Fact("收费", "不收费"),
            parts.Fact("要交材料", "1", "份（共 6 份，5 份免交）"),
        ],
        "pairs": [
            parts.Pair("申请人", "示例餐饮有限公司", "市场监管 · 营业执照"),
            parts.Pair("经营面积", "86.5 平方米", change_url="#area"),
        ],
        "checks": [
            parts.Check("已取得营业执照", verdict=True, note="系统核验：已满足"),
            parts.Check("有食品安全管理人员", None, "待人工确认"),
            parts.Check("布局图标注洗手消毒设施", verdict=False, link=parts.Link("看图", "#drawing")),
        ],
    }


def _timeline() -> list[parts.TimelineEntry]:
    return [
        parts.TimelineEntry(
            "提交申请",
            "03-02 16:41",
            "2026-03-02T16:41",
            "done",
            "网上提交，6 份材料中 5 份由数据共享与承诺代替。",
            [parts.Link("电子回执", "#receipt")],
        ),
        parts.TimelineEntry("受理", "03-03 09:12", "2026-03-03T09:12", "done", "综合窗口 何*"),
        parts.TimelineEntry(
            "补正", "03-05 10:24 起，停表", "2026-03-05T10:24", "now", "等待您补正 1 份材料。"
        ),
        parts.TimelineEntry("决定", "预计 03-12", "2026-03-12"),
        parts.TimelineEntry("送达", text="电子证照自动进入“我的证照”"),
    ]


def _fields() -> list[Field]:
    tenure = (
        Option("rent", "租赁", "可免交：已查到备案租赁合同", chosen=True),
        Option("own", "自有", "可免交：不动产权证书"),
    )
    lines = (
        Option("hot", "热食类制售", chosen=True),
        Option("cold", "冷食类制售"),
        Option("drink", "自制饮品"),
    )
    places = (Option("a", "东区", chosen=True), Option("b", "南区"), Option("c", "西区"))
    return [
        Field("sample-name", "经营者名称", value="示例餐饮有限公司", readonly=True, provenance=SOURCE),
        Field(
            "sample-uscc", "统一社会信用代码", "uscc", "91110000000000000A", readonly=True, provenance=SOURCE
        ),
        Field("sample-place", "所在镇街", "place", options=places, provenance=Provenance("由住所推定，可改")),
        Field(
            "sample-area",
            "经营面积（平方米）",
            "decimal",
            hint="例如：86.5",
            error="请填写经营面积，例如 86.5",
        ),
        Field("sample-tenure", "场所使用权", "choice", options=tenure),
        Field(
            "sample-use",
            "是否有专间",
            "yesno",
            options=(Option("yes", "是"), Option("no", "否")),
            error="请选择",
        ),
        Field("sample-lines", "经营项目", "choices", options=lines, required=False),
        Field("sample-rent", "月租金", "money", "3200.00"),
        Field("sample-day", "开业日期", "date", "2026-03-16", minimum="2026-03-02"),
        Field("sample-phone", "联系电话", "phone", required=False),
        Field("sample-person", "负责人身份证号", "resident_id"),
        Field("sample-account", "收款账户", "bank_account"),
        Field("sample-count", "从业人数", "int", "8"),
        Field("sample-note", "其他说明", "textarea", required=False, max_length=500),
        Field(
            "sample-shown", "主体类型", "choice", readonly=True, options=(Option("a", "企业", chosen=True),)
        ),
    ]


def _materials() -> list[parts.Material]:
    drawing = parts.FileEntry("平面布局图.pdf", "4.2 MB", "#file", "/ui/gallery/")
    return [
        parts.Material("licence", "营业执照", "waived", "电子证照 · 系统已取得", view_url="#view"),
        parts.Material("layout", "经营场所平面布局图", "given", files=[drawing], sample_url="#sample"),
        parts.Material(
            "photo",
            "现场照片",
            "needed",
            "请拍清门头和操作间",
            upload_url="/ui/gallery/",
            accept="image/*,.pdf",
            limit="JPG、PNG、PDF，不超过 20 MB",
            error="文件打不开，请重新选择",
        ),
        parts.Material("rules", "食品安全管理制度", "later", note="可在发证前补交"),
        parts.Material("extra", "其他材料", "optional", upload_url="/ui/gallery/", multiple=True),
    ]


def _filters() -> list[parts.Filter]:
    step = [parts.FilterOption("", "全部环节"), parts.FilterOption("review", "审查", selected=True)]
    return [
        parts.Filter(
            "item", "事项", [parts.FilterOption("", "全部事项"), parts.FilterOption("food", "食品经营许可")]
        ),
        parts.Filter("step", "环节", step),
    ]


def _rows() -> list[parts.QueueRow]:
    tones: tuple[parts.Tone, ...] = ("blue", "green", "amber", "blue")
    marks = (("联办",), (), ("补正",), ("承诺", "容缺"))
    return [
        parts.QueueRow(
            number=f"260302-00{index}",
            item="食品经营许可证核发（新办）",
            url=f"#case-{index}",
            light=light,
            applicant="示例餐饮有限公司",
            agent="陈*明",
            step="受理",
            step_tone=tones[index],
            marks=marks[index],
            received="03-02",
        )
        for index, light in enumerate(LIGHTS)
    ]
