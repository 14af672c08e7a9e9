"""The rules that officials hold their own guides to, as faults with place, sentence and what to do. Pure.

They are about what a guide promises to people, not about whether a program can read it; an item is looked at here when
its references and rules are sound. Sources: the elements of implementation lists (GB/T 39046-2020, annex A), the
regulations on online services (State Council decree 716, art. 7), the licensing law (art. 34, 55), 民发〔2020〕20号.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.guides.english import english_faults
from tongban.foundation.guides.village import named
from tongban.foundation.packs import Located, PackError, Step

# GB/T 39046-2020, annex A: the type of an item in places 3 and 4 of its catalogue code; 21 and more are extensions.
TYPE_CODES = {
    "license": "01",
    "levy": "04",
    "benefit": "05",
    "confirmation": "07",
    "award": "08",
    "adjudication": "09",
    "filing": "10",
    "public_service": "20",
    "village_proof": "21",
}
_WINDOW = re.compile(r"窗口.*\d|\d.*号")
_TWO = re.compile("[两二2] ?名|[两二]人")
_PAID_ONLINE = re.compile("(网上|在线|扫码)(缴|支付|付款)")
_ARTICLE = re.compile("第.+[条项点]|附件|全文")  # a notice has points or none at all
_VILLAGE = re.compile("村|居委|居民委|社区")
# What the city itself issues to everybody; asking for a copy is what article 7 of decree 716 forbids.
_OWN = re.compile("^(居民)?身份证(明|复印件)?$|身份证明$|^营业执照$")
_LONGEST = {"I": 3, "II": 3, "III": 1, "IV": 0}  # visits that a depth of online handling allows


@dataclass(frozen=True)
class Guided:
    """What the rules of guides compare with: kinds of credentials, audiences of themes, the city's codes, the list."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    area_code: str = ""
    division: str = ""
    village_proofs: Sequence[Mapping[str, Any]] = ()
    english: frozenset[str] = frozenset()  # codes of the items that people from abroad need

    @classmethod
    def of(
        cls, pack: Mapping[str, Any], credentials: Sequence[Mapping[str, Any]], village: Mapping[str, Any]
    ) -> "Guided":
        """From what a pack says."""
        city = pack.get("city", {})
        return cls(
            {one["code"]: one["kind"] for one in credentials},
            {one["id"]: one["audience"] for one in pack.get("themes", [])},
            city.get("area_code", ""),
            city.get("division_code", ""),
            village.get("negative", ()),
            frozenset(code for one in pack.get("english", {}).get("groups", []) for code in one["items"]),
        )


def guide_faults(located: Located, item: Mapping[str, Any], guided: Guided) -> Iterator[PackError]:
    """Every rule of a guide that the item breaks, without those that depend on the situation."""
    for rule in _RULES:
        yield from rule(Looked(located, item, guided))
    if item["code"] in guided.english:
        yield from english_faults(located, item)


@dataclass(frozen=True)
class Looked:
    """An item being looked at, with the lines it stands on."""

    located: Located
    item: Mapping[str, Any]
    guided: Guided

    def fault(self, where: Sequence[Step], zh: str, todo_zh: str, en: str, todo_en: str) -> PackError:
        """A fault at a place of the item."""
        return self.located.error(where, en, todo_en, what_zh=zh, todo_zh=todo_zh)


def _kind(at: Looked) -> Iterator[PackError]:
    instant = at.item["limits"]["promised"]["unit"] == "instant"
    if (at.item["kind"] == "instant") != instant:
        yield at.fault(
            ("kind",),
            "办件类型与承诺时限不一致：即办件当场办结，承诺件有承诺天数",
            "改办件类型，或者改承诺时限",
            "an on-the-spot item promises on the spot, and only such an item does",
            "change the kind or the promised limit",
        )
    if "automatic" in at.item and at.item["kind"] != "instant":
        yield at.fault(
            ("automatic",),
            "只有即办件可以由系统自动决定",
            "删去 automatic，或者改为即办件",
            "only an on-the-spot item can be decided by the system",
            "remove `automatic` or make it an on-the-spot item",
        )


def _visits(at: Looked) -> Iterator[PackError]:
    item, visits = at.item, at.item["visits"]
    if visits > _LONGEST[item["online_depth"]]:
        yield at.fault(
            ("visits",),
            f"网办深度 {item['online_depth']} 级的到现场次数至多 {_LONGEST[item['online_depth']]} 次",
            "改到现场次数，或者降低网办深度",
            f"level {item['online_depth']} allows {_LONGEST[item['online_depth']]} visits at most",
            "change the visits or the level",
        )
    if not visits and "visit_reason" in item:
        yield at.fault(
            ("visit_reason",),
            "到现场次数是 0，却写了必须现场办理的原因",
            "删去原因，或者改到现场次数",
            "a reason for visits stands here, but no visit is needed",
            "remove the reason or state the visits",
        )
    if "online" in item["channels"]:
        return
    if item["online_depth"] in {"III", "IV"}:
        yield at.fault(
            ("channels",),
            f"网办深度 {item['online_depth']} 级，办理渠道里却没有网上",
            "加上 online，或者降低网办深度",
            f"level {item['online_depth']} means that one can apply online, but `online` is not among the channels",
            "add online or lower the level",
        )
    if not visits and not item["guide"].get("mail_intake"):
        yield at.fault(
            ("guide", "mail_intake"),
            "不用到现场、又不能网上办的，应当支持邮寄收件",
            "写 mail_intake: true，或者开通网上办理",
            "no visit and not online: applications by post must be taken",
            "write mail_intake: true or offer it online",
        )


def _fee(at: Looked) -> Iterator[PackError]:
    charged, note = at.item["fee"]["charged"], at.item["fee"]["note"]["zh"]
    if charged and "缴" not in note:
        yield at.fault(
            ("fee", "note"),
            "收费事项没有写明怎么缴费",
            "写明标准、依据和缴费方式",
            "a fee is charged, but nothing says how it is paid",
            "state rate, basis and way of paying",
        )
    if not charged and _PAID_ONLINE.search(note):
        yield at.fault(
            ("fee", "note"),
            "不收费的事项写了网上缴费",
            "删去缴费说明，或者改为收费",
            "no fee is charged, but the note speaks of paying online",
            "remove that or say that a fee is charged",
        )
    for i, step in enumerate(at.item["procedure"]):
        if not charged and step.get("stops") == "fee_waiting":
            yield at.fault(
                ("procedure", i, "stops"),
                "不收费的事项不会等待缴费",
                "删去 stops，或者改为收费",
                "nobody waits for a fee that is not charged",
                "remove `stops` or say that a fee is charged",
            )


def _telephones(at: Looked) -> Iterator[PackError]:
    guide, area = at.item["guide"], at.guided.area_code
    for key in ("consult_phone", "complaint_phone"):
        if area and not guide[key].startswith(f"{area}-"):
            yield at.fault(
                ("guide", key),
                f"电话 {guide[key]} 不是本市区号",
                f"写成 {area}- 加号码；短号也加区号",
                f"the telephone {guide[key]} has not the city's area code",
                f"write {area}- and the number, before short numbers too",
            )
    if guide["consult_phone"] == guide["complaint_phone"]:
        yield at.fault(
            ("guide", "complaint_phone"),
            "投诉电话与咨询电话相同",
            "写另一个号码，例如热线",
            "complaints go to the same telephone as questions",
            "give another number, for example the hotline",
        )


def _places(at: Looked) -> Iterator[PackError]:
    if not _WINDOW.search(at.item["guide"]["places"]["zh"]):
        yield at.fault(
            ("guide", "places"),
            "办理地点没有写到窗口号",
            "写明楼层和窗口号",
            "the address does not go down to the window",
            "state floor and window",
        )


def _themes(at: Looked) -> Iterator[PackError]:
    known, item = at.guided.themes, at.item
    strangers = [one for one in item["themes"] if known and one not in known]
    for one in strangers:
        yield at.fault(
            ("themes",),
            f"没有登记主题“{one}”",
            "在 pack.yaml 中登记，或者改为已登记的",
            f"no theme is called '{one}'",
            "declare it in pack.yaml or choose a declared one",
        )
    if not known or strangers:
        return
    served = {known[one] for one in item["themes"]}
    for one in item["audience"]:
        wanted, zh = ("person", "个人") if one == "person" else ("organisation", "法人")
        if wanted not in served:
            yield at.fault(
                ("themes",),
                f"服务对象有{zh}，主题里却没有面向{zh}的",
                f"加上一个面向{zh}的主题",
                f"it is for a {one}, but no theme is",
                f"add a theme whose audience is {wanted}",
            )
            return


def _result(at: Looked) -> Iterator[PackError]:
    kind = at.guided.kinds.get(at.item["result"]["credential"])
    if kind is None:
        return
    if at.item["type"] == "license" and kind != "licence":
        yield at.fault(
            ("result", "credential"),
            "行政许可的结果应当是证照，这个类型不是",
            "改证照类型的 kind，或者换一个证照",
            "a licence item gives a licence, and this type is none",
            "change its kind or choose another one",
        )
    elif at.item["result"]["name"]["zh"].endswith("证") and kind not in {"licence", "proof"}:
        yield at.fault(
            ("result", "credential"),
            "结果名称是“证”，应当出证办结",
            "改证照类型的 kind 为 licence 或者 proof",
            "the result is called a licence or proof, so one must be issued",
            "choose a credential of the kind licence or proof",
        )


def _faq(at: Looked) -> Iterator[PackError]:
    seen: set[str] = set()
    for i, one in enumerate(at.item["guide"]["faq"]):
        if one["q"]["zh"] in seen:
            yield at.fault(
                ("guide", "faq", i, "q"),
                "常见问题重复",
                "删去一个",
                "the question stands here already",
                "remove one of the two",
            )
        seen.add(one["q"]["zh"])


def _law(at: Looked) -> Iterator[PackError]:
    for i, one in enumerate(at.item["legal_basis"]):
        if not one.get("illustrative") and not _ARTICLE.search(one["article"]):
            yield at.fault(
                ("legal_basis", i, "article"),
                "设定依据没有写到条（项）",
                "写“第某条”；没有核实的写 illustrative: true",
                "the legal basis names no article",
                "name it, or write illustrative: true while it is not confirmed",
            )
    code, type_code = at.item["catalog_code"], TYPE_CODES[at.item["type"]]
    setters = {"00", at.guided.division[:2]}
    if code[2:4] != type_code or (at.guided.division and code[:2] not in setters):
        yield at.fault(
            ("catalog_code",),
            "基本编码的前四位与设定层级、事项类型不符",
            f"第 1、2 位为 {'或'.join(sorted(setters - {''}))}，第 3、4 位为 {type_code}",
            "the first four digits do not fit setter and type",
            f"begin with {' or '.join(sorted(setters - {''}))} and {type_code}",
        )


def _steps(at: Looked) -> Iterator[PackError]:
    for i, one in enumerate(at.item["procedure"]):
        if one["type"] == "site_check" and not _TWO.search(
            one["title"]["zh"] + one.get("note", {}).get("zh", "")
        ):
            yield at.fault(
                ("procedure", i, "title"),
                "现场核查没有写明由两名以上工作人员进行",
                "在环节名称里写明",
                "a check on site does not say that two officers make it",
                "say so in the title (licensing law, art. 34)",
            )
        if "silence" in one and one["type"] != "consult":
            yield at.fault(
                ("procedure", i, "silence"),
                "只有征求意见的环节才有逾期不答",
                "删去 silence，或者改环节类型",
                "silence means something only where opinions are asked for",
                "remove it or make the step a consultation",
            )


def _later(at: Looked) -> Iterator[PackError]:
    later = [i for i, one in enumerate(at.item["materials"]) if one["necessity"] == "deferrable"]
    if later and "tolerance" not in at.item:
        yield at.fault(
            ("materials", later[0], "necessity"),
            "有可以容缺后补的材料，却没有写补交期限",
            "写 tolerance，或者改必要性",
            "a material may follow later, but nothing says by when",
            "state `tolerance` or change the necessity",
        )
    if "tolerance" in at.item and not later:
        yield at.fault(
            ("tolerance",),
            "写了容缺期限，却没有可以容缺的材料",
            "删去 tolerance，或者把一份材料改为容缺后补",
            "there is a time for late materials, but none may be late",
            "remove it or make a material deferrable",
        )


def _asked_once(at: Looked) -> Iterator[PackError]:
    for i, part in enumerate(at.item["form"]):
        for j, one in enumerate(part["fields"]):
            # People change the telephone on purpose: it says where messages go.
            if "fact" in one and one["editable"] and one["type"] != "phone":
                yield at.fault(
                    ("form", i, "fields", j, "editable"),
                    "数据里已有的信息还要求填写",
                    "写 editable: false，或者去掉 fact",
                    "what the data say is asked for again",
                    "write editable: false or remove the fact",
                )
    for i, one in enumerate(at.item["materials"]):
        if one["source"] == "government" and "waived_by" not in one and _OWN.search(one["name"]["zh"]):
            yield at.fault(
                ("materials", i, "waived_by"),
                f"“{one['name']['zh']}”能够通过共享取得，不得要求提交",
                "写 waived_by：电子证照或者数据项",
                f"'{one['name']['en']}' can be had by sharing and must not be asked for",
                "state the credential or fact that waives it",
            )


def _village(at: Looked) -> Iterator[PackError]:
    asked: list[tuple[tuple[Step, ...], str]] = [
        (("materials", i, "name"), f"{one['name']['zh']} {one.get('issuer', {}).get('zh', '')}")
        for i, one in enumerate(at.item["materials"])
        if _VILLAGE.search(one["name"]["zh"] + one.get("issuer", {}).get("zh", ""))
    ]
    if at.item["type"] == "village_proof":
        asked.append((("name",), at.item["name"]["zh"]))
    for where, text in asked:
        for banned in at.guided.village_proofs:
            if banned in named(text, [banned]):
                yield at.fault(
                    where,
                    f"“{banned['name']['zh']}”不得要求村（社区）出具",
                    banned["instead"]["zh"].rstrip("。"),
                    f"a village must not be asked for a '{banned['name']['en']}'",
                    banned["instead"]["en"].rstrip("."),
                )
                break


_RULES: tuple[Callable[[Looked], Iterator[PackError]], ...] = (
    _kind,
    _visits,
    _fee,
    _telephones,
    _places,
    _themes,
    _result,
    _faq,
    _law,
    _steps,
    _later,
    _asked_once,
    _village,
)
