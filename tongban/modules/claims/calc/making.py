"""From an edition of a subsidy item to the service item by which it is applied for. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.criteria import CriteriaProblem, FactType, parse
from tongban.kernel.catalogue.calc import Text
from tongban.modules.claims.calc.steps import at_town, steps_of
from tongban.modules.policies.calc import Item, Offer, Policies, Policy, Requirement, Role
from tongban.modules.policies.calc.amounts import facts_in
from tongban.modules.policies.calc.definition import Edition

BASE = "base_"  # fields by which an applicant says what the amount is reckoned from and nobody else knows
_NUMBERS = re.compile(r"param\.([a-z][a-z0-9_]*)")
_TYPES = {
    FactType.MONEY: "money",
    FactType.INT: "int",
    FactType.BOOL: "yesno",
    FactType.DATE: "date",
    FactType.DECIMAL: "decimal",
    FactType.CHOICE: "choice",
    FactType.TEXT: "text",
}
_ACCOUNTS = {"organisation": ("org.bank_account", ""), "person": ("person.bank_account", "person.bank_name")}
_STATUTORY_EXTRA = 15  # working days: a promise is never longer than what the rules allow (sample)


@dataclass(frozen=True)
class Setting:
    """What the pack says of claims: the credential that they give, the first six digits of their catalogue codes; the hotline."""

    credential: str
    catalogue_prefix: str
    phone: str
    agencies: Mapping[str, Mapping[str, Any]]


def editions_of(policies: Policies, policy: Policy, item: Item) -> list[Edition]:
    """The editions that can be applied for, oldest first."""
    if "apply" not in item.routes:
        return []
    found = [one for one in item.editions if one.procedure in policies.routes]
    return sorted(found, key=lambda one: one.valid.begins)


def item_of(offer: Offer, policies: Policies, setting: Setting) -> dict[str, Any]:
    """The definition of a service item, without its number."""
    policy, item, edition = offer.policy, offer.item, offer.edition
    route, person = policies.routes[edition.procedure], item.audience == "person"
    agency = setting.agencies[policy.agency]
    level = "5" if policy.level == "town" else "3"
    catalogue = setting.catalogue_prefix + _digits(item.code)
    return {
        "code": item.code,
        "subsidy": {"item": item.code, "edition": edition.name, "policy": policy.code},
        "valid_from": edition.valid.begins.isoformat(),
        "name": _text(item.name),
        "summary": _text(item.summary),
        "type": "award",
        "kind": "promised",
        "audience": [item.audience],
        "themes": list(policy.themes),
        "catalog_code": catalogue,
        "task_code": f"{agency['uscc']}{level}{catalogue}",
        "use_level": level,
        "power_source": "1",
        "agency": policy.agency,
        "handled_at": "town" if at_town(route) else "city",
        "handle_scope": "any_town",
        "legal_basis": [_basis(policy, offer)],
        "limits": _limits(policy, edition),
        "online_depth": "IV",
        "visits": 0,
        "channels": ["online", "window"],
        "level": 3,
        "fee": {"charged": False, "note": {"zh": "不收费。", "en": "Free of charge."}},
        "conditions": _conditions(offer, policies),
        "situations": [],
        "form": _form(offer, policies, person=person),
        "materials": [_material(one) for one in edition.data.get("materials", ()) if one["id"] != "account"],
        "commitments": [_COMMITMENT],
        "procedure": steps_of(route),
        "result": {
            "credential": setting.credential,
            "name": {"zh": "政策兑现审定通知书", "en": "Notice of the subsidy granted"},
            "valid": {"forever": True},
        },
        "guide": _guide(offer, route, agency, setting),
        "words": list(dict.fromkeys([*item.words, item.name.zh, "政策兑现"]))[:12],
        "illustrative": [
            {
                "zh": "由政策的这一版自动形成；实施编码按项目编码推算。",
                "en": "Made from this edition; codes follow from the item's code.",
            }
        ],
    }


_COMMITMENT = {
    "id": "true_and_once",
    "title": {"zh": "真实和不重复申报承诺", "en": "True, and claimed once"},
    "text": {
        "zh": "申报内容和材料真实；同一事项没有重复享受其他同类财政资金；同意公示，接受核查和绩效评价。",
        "en": "What is claimed is true and not paid for elsewhere; it may be published and checked.",
    },
    "consequences": {
        "zh": "虚报冒领的，停止拨付、追回资金，并依法处理。",
        "en": "False claims are stopped and clawed back, and dealt with by law.",
    },
}


def _limits(policy: Policy, edition: Edition) -> dict[str, Any]:
    promised = max(int(edition.data.get("days", {}).get("promised", 30)), 1)
    statutory = {
        "value": promised + _STATUTORY_EXTRA,
        "unit": "workdays",
        "basis": {"zh": policy.number, "en": policy.number},
        "illustrative": True,
    }
    return {"statutory": statutory, "promised": {"value": promised, "unit": "workdays"}}


def _digits(code: str) -> str:
    return f"{int(hashlib.sha256(code.encode()).hexdigest(), 16) % 10**6:06}"


def _text(one: Text) -> dict[str, str]:
    return {"zh": one.zh, "en": one.en or one.zh}


def _basis(policy: Policy, offer: Offer) -> dict[str, Any]:
    named = [one.clause.ref for one in offer.requirements if one.clause and one.clause.id in policy.clauses]
    refs = list(dict.fromkeys((one.zh, one.en or one.zh) for one in named)) or [("全文", "the whole")]
    return {
        "law": f"《{policy.name.zh}》",
        "law_en": policy.name.en or policy.name.zh,
        "article": "、".join(zh for zh, _en in refs),
        "article_en": ", ".join(en for _zh, en in refs),
        "illustrative": policy.illustrative,
    }


def _conditions(offer: Offer, policies: Policies) -> list[dict[str, Any]]:
    """The conditions and exclusions in words; with a rule where the catalogue can read it, so that guides show a verdict."""
    numbers = {name: str(one.value) for name, one in offer.edition.parameters.items()}
    declared = {fact.name: fact.type for fact in policies.facts.values()}
    rules = {one.id: one.rule for one in offer.edition.conditions}
    for code in offer.edition.exclusions:
        rules |= {f"{code}.{one.id}": f"NOT ({one.rule})" for one in policies.exclusions[code].rules}
    found = []
    for number, one in enumerate(offer.requirements, 1):
        row: dict[str, Any] = {"id": f"c{number}", "text": _text(in_words(one))}
        rule = _NUMBERS.sub(lambda match: numbers[match[1]], rules.get(one.id, ""))
        if rule and _readable(rule, declared):
            row["rule"] = rule
        found.append(row)
    return found


def in_words(one: Requirement) -> Text:
    """What a requirement demands: of an exclusion, that it is not so."""
    if one.role is not Role.EXCLUSION:
        return one.text
    return Text(f"没有“{one.text.zh}”的情形", f"Not the case: {one.text.en or one.text.zh}")


def _readable(rule: str, declared: Mapping[str, FactType]) -> bool:
    try:
        parse(rule, declared)
    except CriteriaProblem:
        return False
    return True


def _form(offer: Offer, policies: Policies, *, person: bool) -> list[dict[str, Any]]:
    subject = _PERSON if person else _FIRM
    account, bank = _ACCOUNTS[offer.item.audience]
    declared = policies.facts
    pay = [
        {
            **_field("account", "收款账号", "Account", "bank_account", editable=True),
            **({"fact": account} if account in declared else {}),
            "example": "6217000000000000018",
        },
        {
            **_field("bank", "开户银行", "Bank", "text", editable=True),
            **({"fact": bank} if bank in declared else {}),
            "max_length": 60,
            "example": "示例银行大朗支行",
        },
    ]
    base = [_base(declared[name]) for name in facts_in(offer.amount) if name in declared]
    sections = [
        {"id": "subject", "title": {"zh": "申报主体", "en": "Who claims"}, "fields": subject},
        {"id": "agent", "title": {"zh": "联系人", "en": "Contact"}, "fields": _CONTACT},
    ]
    if base:
        title = {"zh": "申报金额的依据", "en": "What the amount is reckoned from"}
        sections.append({"id": "base", "title": title, "fields": base})
    title = {"zh": "收款账户", "en": "Account for the payment"}
    return [*sections, {"id": "pay", "title": title, "fields": pay}]


def _field(id: str, zh: str, en: str, type: str, *, editable: bool, fact: str = "") -> dict[str, Any]:
    row = {"id": id, "label": {"zh": zh, "en": en}, "type": type, "required": True, "editable": editable}
    return row | ({"fact": fact} if fact else {})


_FIRM = [
    _field("org_name", "名称", "Name", "text", editable=False, fact="org.name"),
    _field(
        "org_uscc", "统一社会信用代码", "Unified social credit code", "uscc", editable=False, fact="org.uscc"
    ),
    _field("org_place", "所在镇街（园区）", "Town", "place", editable=False, fact="org.place"),
]
_PERSON = [
    _field("person_name", "姓名", "Name", "text", editable=False, fact="person.name"),
    _field(
        "person_id_no", "公民身份号码", "Identity number", "resident_id", editable=False, fact="person.id_no"
    ),
    _field("person_place", "居住地镇街", "Town", "place", editable=False, fact="person.place"),
]
_CONTACT = [
    _field("agent_name", "联系人姓名", "Contact", "text", editable=True, fact="person.name")
    | {"max_length": 60},
    _field("agent_phone", "联系手机", "Mobile number", "phone", editable=True, fact="person.phone")
    | {"example": "13800138000"},
]


def _base(fact: Any) -> dict[str, Any]:
    """A fact that the amount is reckoned from: what a department knows stands fast, what nobody knows the applicant says."""
    kind = _TYPES.get(fact.type, "text")
    if kind == "choice" and len(fact.options) < 2:
        kind = "text"
    row = {
        **_field(
            BASE + fact.name.replace(".", "_"),
            fact.label.zh,
            fact.label.en or fact.label.zh,
            kind,
            editable=False,
            fact=fact.name,
        ),
        "help": {
            "zh": "部门已有数据的自动填写；没有的请如实填写，由审核人员核对。",
            "en": "Filled in where a department knows it; otherwise say it truly, it will be checked.",
        },
    }
    if kind == "choice":
        row["options"] = [{"id": id, "label": _text(label)} for id, label in fact.options.items()]
    if kind in {"money", "int"}:
        row["min"] = 0
    return row


def _material(data: Mapping[str, Any]) -> dict[str, Any]:
    row = {
        "id": re.sub(r"[^a-z0-9_]", "_", data["id"]),
        "name": _text(Text(data["name"]["zh"], data["name"].get("en", ""))),
        "necessity": "required",
        "source": data["source"],
        "formats": ["pdf", "jpg", "png"],
        "max_mb": 20,
    }
    for key in ("waived_by", "note"):
        if key in data:
            row[key] = dict(data[key])
    return row


def _guide(
    offer: Offer, route: Mapping[str, Any], agency: Mapping[str, Any], setting: Setting
) -> dict[str, Any]:
    who = {"zh": agency["name"]["zh"], "en": agency["name"].get("en", agency["name"]["zh"])}

    def stage(data: Mapping[str, Any]) -> dict[str, Any]:
        days = data.get("limit", {}).get("value", 0)
        time = (
            {"zh": f"{days} 个工作日", "en": f"{days} working days"}
            if days
            else {"zh": "即时", "en": "At once"}
        )
        note = data.get("note") or {"zh": "按政策条款核对", "en": "By the clauses of the policy"}
        return {"step": dict(data["name"]), "who": who, "time": time, "standard": dict(note)}

    window = offer.edition.window
    when = (
        f"申报时间：{window.begins:%Y-%m-%d} 至 {window.ends:%Y-%m-%d}。"
        if window and window.ends
        else "常年受理。"
    )
    applying = {
        "step": {"zh": "申报", "en": "Apply"},
        "who": {"zh": "申报主体", "en": "Applicant"},
        "time": {"zh": "约 10 分钟", "en": "About 10 minutes"},
        "standard": {"zh": when, "en": when},
    }
    return {
        "process": [applying, *(stage(one) for one in route["steps"] if one["kind"] != "list")],
        "places": {
            "zh": "网上申报，或者到任一政务服务中心的政策兑现窗口、综合窗口。",
            "en": "Online, or at the window for subsidies or a general window of any hall.",
        },
        "hours": {"zh": f"{when}窗口按各大厅公布的时间。", "en": "Windows as each hall says."},
        "consult_phone": setting.phone,
        "complaint_phone": setting.phone,
        "faq": [],
    }
