"""A small pack of policies for the tests beside it, and ways to break it."""

from pathlib import Path

from tongban.kernel.catalogue.calc import PackReading
from tongban.modules.policies.forms import PolicyReading, read_policies

TYPES = {
    "org.above_scale": "bool", "org.since": "int", "org.output_y0": "money", "org.output_y1": "money",
    "org.equipment": "money", "org.premium": "money", "org.staff": "int", "org.tonnes": "int", "org.dishonest": "bool",
    "org.penalty": "money", "org.awards": "list", "org.awards_year": "list", "org.founded": "date", "org.place": "text",
}  # fmt: skip
LABEL = {"zh": "事实", "en": "Fact"}
FACTS = [
    {"name": name, "type": kind, "label": LABEL, "subject": "organisation", "source": "statistics"}
    for name, kind in TYPES.items()
] + [
    {
        "name": "org.size", "type": "choice", "label": LABEL, "subject": "organisation", "source": "statistics",
        "options": [{"id": one, "label": LABEL} for one in ("micro", "small", "large")],
    }
]  # fmt: skip

EXCLUSIONS = """
exclusions:
  - code: common
    name: {zh: 通用排除, en: Common}
    valid: {from: "2020-01-01"}
    rules:
      - {id: credit, rule: "org.dishonest", text: {zh: 失信, en: Dishonest}}
      - {id: penalty, rule: "org.penalty >= 10000000", text: {zh: 罚款, en: Fine}}
"""
FUNDS = """
funds:
  - {code: industry, name: {zh: 资金, en: Fund}, agency: industry, year: 2025, budget: 100000000, short: pro_rata}
"""
ROUTES = """
routes:
  - code: ordinary
    name: {zh: 普通, en: Ordinary}
    steps:
      - {id: intake, kind: intake, name: {zh: 受理, en: Intake}}
      - {id: decide, kind: city_decision, name: {zh: 决定, en: Decision}, after: [intake]}
"""
POLICY = """
code: scale-up
number: 示例〔2025〕1号
name: {zh: 上规模, en: Scale}
agency: industry
level: city
published: "2025-01-02"
valid: {from: "2024-01-01", to: "2026-12-31"}
themes: [scale]
summary: {zh: 奖励, en: Award}
source: {zh: 示例}
clauses:
  - {id: c3, ref: {zh: 第三条, en: Article 3}, text: {zh: 条件, en: Conditions}}
items:
  - code: scale-new
    name: {zh: 首次上规模, en: New}
    summary: {zh: 一次性奖励, en: Once}
    kind: award
    audience: organisation
    routes: [apply, automatic]
    once: true
    group: scale
    editions:
      - edition: "2025"
        valid: {from: "2025-01-01", to: "2025-12-31"}
        parameters:
          growth: {value: 8, unit: percent, min: 0, max: 50, label: {zh: 增幅, en: Growth}}
          award: {value: 5000000, unit: fen, min: 0, max: 20000000, label: {zh: 金额, en: Award}}
        exclusions: [common]
        conditions:
          - {id: listed, clause: c3, rule: "org.above_scale", text: {zh: 规上, en: Above scale}}
          - {id: growth, clause: c3, text: {zh: 增长, en: Growth}, advice: {zh: 提高产值, en: Raise output},
             rule: "org.since = 2024 OR (org.since = 2023 AND 100 * org.output_y0 >= (100 + param.growth) * org.output_y1)"}
        amount: {fixed: param.award}
        funders: {province: 40, city: 60}
        fund: industry
        procedure: ordinary
      - edition: "2024"
        valid: {from: "2024-01-01", to: "2024-12-31"}
        conditions:
          - {id: listed, clause: c3, rule: "org.above_scale", text: {zh: 规上, en: Above scale}}
        amount: {fixed: 10000000}
        funders: {city: 100}
  - code: scale-big
    name: {zh: 更高的, en: Higher}
    summary: {zh: 更高, en: Higher}
    kind: award
    audience: organisation
    routes: [apply]
    group: scale
    editions:
      - edition: "2025"
        valid: {from: "2025-01-01"}
        conditions:
          - {id: equipment, clause: c3, rule: "org.equipment >= 100000000", text: {zh: 设备, en: Equipment}}
        amount: {rate: {of: org.equipment, percent: 10, cap: 50000000}}
        funders: {city: 100}
"""
FILES = {
    "policies/exclusions.yaml": EXCLUSIONS,
    "policies/funds.yaml": FUNDS,
    "policies/routes.yaml": ROUTES,
    "policies/scale-up.yaml": POLICY,
}


def read(folder: Path, *changes: tuple[str, str, str]) -> PolicyReading:
    """The pack read from a folder, after changes (file, old, new), each of which must meet exactly one place."""
    files = dict(FILES)
    for name, old, new in changes:
        assert files.get(name, old).count(old) == 1, old
        files[name] = files.get(name, old).replace(old, new)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    agencies = [
        {"code": code, "name": {"zh": f"{code}局", "en": code}} for code in ("industry", "statistics")
    ]
    themes = {"policy_themes": [{"id": "scale", "name": LABEL, "audience": "organisation"}]}
    return read_policies(PackReading(folder, pack=themes, agencies=agencies, facts=FACTS))
