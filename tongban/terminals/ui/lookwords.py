"""Looks in words: through which door, for which piece of work, by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tongban.kernel.access.states import ROLES
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.states import DocumentKind
from tongban.kernel.parties import queries as parties
from tongban.modules.looks.states import KIND_NAMES, Kind
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _, later

# By the beginning of an address's name, the longest first.
_DOORS = (
    ("desk-search", later("办件搜索")),
    ("desk-firm", later("企业档案")),
    ("desk-licence", later("证照管理")),
    ("desk-reveal", later("办件页面")),
    ("desk-export", later("导出")),
    ("desk-register", later("导出")),
    ("desk-fact", later("数据异议")),
    ("desk-appeal", later("企业诉求")),
    ("desk-question", later("重点企业问题库")),
    ("desk-project", later("投资项目")),
    ("desk-pay", later("资金拨付")),
    ("desk-claim", later("兑现申报")),
    ("desk-award", later("免申即享")),
    ("desk-rating", later("差评整改")),
    ("desk-post", later("供需审核")),
    ("desk-visit", later("企业走访")),
    ("desk", later("办件页面")),
    ("counter", later("服务窗口")),
    ("api", later("程序接口")),
)
_WORK = {
    "case": later("办件"),
    "appeal": later("企业诉求"),
    "keyquestion": later("重点企业问题"),
    "project": later("投资项目"),
    "award": later("免申即享"),
    "claim": later("兑现申报"),
    "factdispute": later("数据异议"),
    "assignment": later("企业服务"),
    "visit": later("企业走访"),
    "post": later("供需信息"),
    "ratingremedy": later("差评整改"),
    "paymentbatch": later("资金拨付"),
    "payout": later("资金拨付"),
    "export": later("导出"),
}


@dataclass(frozen=True)
class Said:
    """One look as a page says it. `name` is empty where officers are not named."""

    at: Any
    agency: str
    role: str
    name: str
    what: str
    door: str
    work: str
    purpose: str
    url: str = ""


def door(name: str) -> str:
    """Through which door, by the name of its address."""
    return str(next((label for start, label in _DOORS if name.startswith(start)), _("其他页面")))


def work(kind: str) -> str:
    """What sort of work it was for; without any, that it was for none."""
    return str(_WORK.get(kind, _("其他工作"))) if kind else _("没有办件")


def purposes() -> dict[str, str]:
    """For what numbers may be shown in full, as the pack names it."""
    return _listed("reveal_purposes")


def original_purposes() -> dict[str, str]:
    """For what an uploaded file may be fetched byte for byte, as the pack names it."""
    return _listed("original_purposes")


def _listed(name: str) -> dict[str, str]:
    listed = catalogue.snapshot().pack.get("data_use", {}).get(name, [])
    return {one["id"]: texts.local(one["name"]) for one in listed}


def said(
    rows: Sequence[Any], *, named: bool | None = None, cases: Mapping[Any, tuple[str, str]] | None = None
) -> list[Said]:
    """Looks in words, with at most one query for names. `cases` gives number and address of cases the reader may open."""
    named = settings.LOOK_NAMES if named is None else named
    names = parties.account_names({row.looked_by for row in rows}) if named and rows else {}
    held = catalogue.snapshot().documents.get(DocumentKind.AGENCY, {})
    reasons = purposes() | original_purposes()
    return [_said(row, names, held, reasons, cases or {}) for row in rows]


def _said(
    row: Any,
    names: Mapping[Any, str],
    agencies: Mapping[str, Any],
    reasons: Mapping[str, str],
    cases: Mapping[Any, tuple[str, str]],
) -> Said:
    number, url = cases.get(row.about_id, ("", ""))
    kind, role = KIND_NAMES[Kind(row.kind)], ROLES.get(row.role)
    english = texts.language() == texts.ENGLISH
    return Said(
        at=row.at,
        agency=texts.local(agencies[row.agency]["name"]) if row.agency in agencies else row.agency,
        role=(role.title_en if english else role.title_zh) if role else "",
        name=names.get(row.looked_by, ""),
        what=kind[english],
        door=door(row.door),
        work=f"{work(row.about_kind)} {number}".strip(),
        purpose=reasons.get(row.purpose, ""),
        url=url,
    )
