"""What the editor of items offers: for each kind of place in a definition its controls and lists. Data, no logic."""

from typing import Any

from tongban.terminals.console import words
from tongban.terminals.console.controls import (
    IDENTIFIER,
    OPTIONS,
    SAMPLE,
    WHEN,
    Control,
    Listing,
    Place,
    both,
    said,
    span,
)
from tongban.terminals.ui.texts import later

PLACES: dict[str, Place] = {
    "basic": Place(
        later("名称和基本信息"),
        (
            *both("name", later("事项名称")),
            *both("summary", later("一句话简介"), "textarea"),
            Control("type", later("事项类型"), "choice", options=words.TYPES),
            Control("kind", later("办件类型"), "choice", options=words.KINDS),
            Control(
                "catalog_code",
                later("基本编码（12 位）"),
                hint=later("实施编码由机构代码、行使层级和基本编码自动生成。"),
            ),
            Control("use_level", later("行使层级"), "choice", options=words.USE_LEVELS),
            Control("power_source", later("权力来源"), "choice", options=words.POWER_SOURCES),
            Control("audience", later("服务对象"), "choices", options=words.AUDIENCES),
            Control("themes", later("主题"), "choices", options="themes"),
            Control("channels", later("办理渠道"), "choices", options=words.CHANNELS),
            Control("handled_at", later("由谁办理"), "choice", options=words.HANDLED_AT),
            Control("handle_scope", later("收件范围"), "choice", options=words.SCOPES),
            Control("level", later("最低实名等级"), "choice", options={2: "2", 3: "3", 4: "4"}),
            Control(
                "online_depth",
                later("网办深度"),
                "choice",
                options={one: one for one in ("I", "II", "III", "IV")},
            ),
            Control("visits", later("到场次数"), "int"),
            *said("visit_reason", later("需要到场的原因"), optional=True),
            Control(
                "presence",
                later("必须到场的依据"),
                "choice",
                hint=later("没有依据、只是现行做法的，不要选：它会计入尚未全程网办的事项。"),
                options=words.PRESENCE,
                optional=True,
            ),
            Control("fee.charged", later("是否收费"), "yesno"),
            *both("fee.note", later("收费说明")),
            Control("words", later("群众搜索用语"), "lines", later("一行一个，至少三个。")),
        ),
    ),
    "guide": Place(
        later("办事指南"),
        (
            *said("guide.places", later("办理地点"), "textarea"),
            *said("guide.hours", later("办理时间"), "textarea"),
            Control("guide.consult_phone", later("咨询电话"), hint=later("带区号，例如 0769-12345。")),
            Control("guide.complaint_phone", later("投诉电话")),
            *said("guide.delivery", later("结果送达"), "textarea", optional=True),
            Control("guide.mail_intake", later("是否接受邮寄申请"), "yesno", optional=True),
        ),
        (
            Listing(
                "guide.process",
                later("流程说明"),
                later("环节说明"),
                (
                    *said("step", later("环节名称")),
                    *said("who", later("办理人")),
                    *said("time", later("时限")),
                    *said("standard", later("标准")),
                ),
            ),
            Listing(
                "guide.faq",
                later("常见问题"),
                later("问题"),
                (*said("q", later("问题")), *said("a", later("回答"), "textarea")),
            ),
        ),
    ),
    "legal_basis": Place(
        later("设定依据"),
        lists=(
            Listing(
                "legal_basis",
                later("法律、法规和规章"),
                later("依据"),
                (
                    Control("law", later("法律名称（带书名号）")),
                    Control("article", later("条文"), hint=later("例如：第三十五条。")),
                    *said("note", later("说明"), optional=True),
                    SAMPLE,
                ),
            ),
        ),
    ),
    "limits": Place(
        later("时限"),
        (
            Control("limits.statutory.value", later("法定时限"), "int", later("当场办结填 0。")),
            Control("limits.statutory.unit", later("法定时限单位"), "choice", options=words.UNITS),
            *said("limits.statutory.basis", later("法定时限依据"), "textarea"),
            Control("limits.statutory.illustrative", later("示例数据（未核实）"), "yesno"),
            Control("limits.statutory.extension.value", later("依法可以延长"), "int", optional=True),
            Control(
                "limits.statutory.extension.unit",
                later("延长的单位"),
                "choice",
                options=words.COUNTED,
                optional=True,
            ),
            *said("limits.statutory.extension.basis", later("延长的依据"), optional=True),
            Control("limits.promised.value", later("承诺时限"), "int", later("不长于法定时限。")),
            Control("limits.promised.unit", later("承诺时限单位"), "choice", options=words.UNITS),
            *said("limits.promised.note", later("承诺时限说明"), optional=True),
        ),
        (
            Listing(
                "limits.promised.cases",
                later("分情形的承诺时限"),
                later("情形时限"),
                (
                    Control("when", later("适用条件"), "rule"),
                    *span(""),
                    *said("note", later("说明"), optional=True),
                ),
            ),
        ),
    ),
    "conditions": Place(
        later("受理条件"),
        (
            Control(
                "automatic.grant_when",
                later("当场自动准予的规则"),
                "rule",
                later("只用于即办件；留空表示由工作人员决定。"),
                optional=True,
            ),
        ),
        (
            Listing(
                "conditions",
                later("条件"),
                later("条件"),
                (
                    IDENTIFIER,
                    *both("text", later("条件内容"), "textarea"),
                    Control(
                        "rule", later("判断规则"), "rule", later("留空表示由工作人员判断。"), optional=True
                    ),
                    *said("basis", later("依据"), optional=True),
                ),
            ),
        ),
    ),
    "situations": Place(later("情形"), lists=(Listing("situations", later("问题"), later("问题")),)),
    "situations.*": Place(later("问题"), (IDENTIFIER, *both("question", later("问题"))), (OPTIONS,)),
    "form": Place(later("申请表"), lists=(Listing("form", later("分组"), later("分组")),)),
    "form.*": Place(
        later("分组"),
        (IDENTIFIER, *both("title", later("分组名称")), WHEN),
        (Listing("fields", later("栏目"), later("栏目")),),
    ),
    "form.*.fields.*": Place(
        later("栏目"),
        (
            IDENTIFIER,
            *both("label", later("栏目名称")),
            Control("type", later("类型"), "choice", options=words.FIELD_TYPES),
            Control("required", later("必填"), "yesno"),
            Control(
                "fact",
                later("数据来源"),
                "choice",
                later("有数据的由系统带出，不再填写。"),
                "facts",
                optional=True,
            ),
            Control("editable", later("申请人可以修改"), "yesno", later("没有数据来源的必须可以修改。")),
            WHEN,
            *both("help", later("填写说明"), optional=True),
            Control("example", later("示例"), optional=True),
            Control("min", later("最小值"), "number", later("金额以分为单位。"), optional=True),
            Control("max", later("最大值"), "number", optional=True),
            Control("max_length", later("字数上限"), "int", optional=True),
            Control("pattern", later("格式（正则表达式）"), optional=True),
        ),
        (OPTIONS,),
    ),
    "materials": Place(
        later("申请材料"),
        (
            Control(
                "tolerance.within.value",
                later("容缺材料补交时限"),
                "int",
                later("留空表示不适用容缺受理。"),
                optional=True,
            ),
            Control(
                "tolerance.within.unit", later("补交时限单位"), "choice", options=words.COUNTED, optional=True
            ),
            Control("tolerance.unless", later("不适用容缺的情形"), "rule", optional=True),
            *said("tolerance.basis", later("容缺受理的依据"), optional=True),
        ),
        (Listing("materials", later("材料"), later("材料")),),
    ),
    "materials.*": Place(
        later("材料"),
        (
            IDENTIFIER,
            *both("name", later("材料名称")),
            Control("necessity", later("必要性"), "choice", options=words.NECESSITIES),
            Control("deferrable", later("可以容缺后补"), "yesno", optional=True),
            Control("source", later("来源"), "choice", options=words.SOURCES),
            WHEN,
            Control("waived_by", later("免提交方式"), "waiver", options="waivers", optional=True),
            Control(
                "formats", later("文件格式"), "choices", options={"pdf": "PDF", "jpg": "JPG", "png": "PNG"}
            ),
            Control("max_mb", later("大小上限（MB）"), "int"),
            *said("copies", later("份数"), optional=True),
            *said("issuer", later("出具单位"), optional=True),
            *said("note", later("提交说明"), "textarea", optional=True),
            *said("standard", later("审查要点"), "textarea", optional=True),
            *said("basis", later("依据"), optional=True),
        ),
    ),
    "commitments": Place(
        later("告知承诺"), lists=(Listing("commitments", later("承诺书"), later("承诺书")),)
    ),
    "commitments.*": Place(
        later("承诺书"),
        (
            IDENTIFIER,
            *said("title", later("标题")),
            WHEN,
            *said("text", later("承诺内容"), "textarea"),
            *said("consequences", later("违反承诺的后果"), "textarea"),
            Control("check.within.value", later("事后核查时限"), "int", optional=True),
            Control(
                "check.within.unit", later("核查时限单位"), "choice", options=words.COUNTED, optional=True
            ),
        ),
    ),
    "procedure": Place(later("办理环节"), lists=(Listing("procedure", later("环节"), later("环节")),)),
    "procedure.*": Place(
        later("环节"),
        (
            IDENTIFIER,
            Control("type", later("类型"), "choice", options="step-types"),
            *said("title", later("环节名称")),
            Control("who.permission", later("岗位"), "choice", options=words.STEP_PERMISSIONS),
            Control("who.at", later("层级"), "choice", options=words.HANDLED_AT),
            Control(
                "who.agency",
                later("其他机构"),
                "choice",
                later("由本部门办理的留空。"),
                "agencies",
                optional=True,
            ),
            Control(
                "after",
                later("在哪些环节之后"),
                "choices",
                later("都不选表示受理后立即开始；选同一个前一环节的互相并联。"),
                "steps",
            ),
            WHEN,
            *span("limit."),
            Control(
                "silence",
                later("逾期未答复"),
                "choice",
                later("只用于征求意见。"),
                words.SILENCE,
                optional=True,
            ),
            Control("stops", later("承诺时限停止计算的原因"), "choice", options=words.STOPS, optional=True),
            *said("note", later("说明"), optional=True),
        ),
    ),
    "result": Place(
        later("办理结果"),
        (
            Control("result.credential", later("发出的证照"), "choice", options="credentials"),
            *said("result.name", later("结果名称")),
            Control("result.valid", later("有效期"), "validity", later("例如：5 年、30 天、长期。")),
            *said("result.basis", later("有效期的依据"), optional=True),
        ),
    ),
}
PARTS = tuple(where for where in PLACES if "*" not in where)
# Which parts of a definition a page edits, where it is not the part of its own name.
HOME = {"automatic": "conditions", "tolerance": "materials", **{p: p for p in PARTS if p != "basic"}}

BLANKS: dict[str, dict[str, Any]] = {
    "guide.process": {"step": {"zh": ""}, "who": {"zh": ""}, "time": {"zh": ""}, "standard": {"zh": ""}},
    "guide.faq": {"q": {"zh": ""}, "a": {"zh": ""}},
    "legal_basis": {"law": "", "article": ""},
    "limits.promised.cases": {"when": "", "value": "", "unit": "workdays"},
    "conditions": {"id": "condition", "text": {"zh": "", "en": ""}},
    "situations": {"id": "question", "question": {"zh": "", "en": ""}, "options": []},
    "options": {"id": "option", "label": {"zh": "", "en": ""}},
    "form": {"id": "section", "title": {"zh": "", "en": ""}, "fields": []},
    "fields": {
        "id": "field",
        "label": {"zh": "", "en": ""},
        "type": "text",
        "required": True,
        "editable": True,
    },
    "materials": {
        "id": "material",
        "name": {"zh": "", "en": ""},
        "necessity": "required",
        "source": "applicant",
        "formats": ["pdf", "jpg", "png"],
        "max_mb": 20,
    },
    "commitments": {"id": "commitment", "title": {"zh": ""}, "text": {"zh": ""}, "consequences": {"zh": ""}},
    "procedure": {
        "id": "step",
        "type": "review",
        "title": {"zh": ""},
        "who": {"permission": "case.review", "at": "town"},
        "after": [],
        "limit": {"value": "", "unit": "workdays"},
    },
}
