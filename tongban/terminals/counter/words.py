"""What the counter calls things, in the language of the request."""

from typing import Any

from tongban.foundation.ids import mask_name
from tongban.foundation.time import SHANGHAI
from tongban.kernel.cases.states import STATE_NAMES, CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Text
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import later

SCOPES = {
    "home_only": later("只在办理地收件"),
    "any_town": later("全市通办：任一大厅收件"),
    "neighbour_city": later("邻市通办：任一大厅收件"),
    "province": later("全省通办：任一大厅收件"),
    "gba": later("湾区通办：任一大厅收件"),
    "cross_province": later("跨省通办：任一大厅收件"),
}


def pick(pair: tuple[str, str]) -> str:
    """The text of a (Chinese, English) pair."""
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def said(text: Text) -> str:
    """A text of the pack."""
    return text.of(texts.language())


def hall(point: Any) -> str:
    """The name of a point."""
    return pick((point.name_zh, point.name_en)) if point else ""


def agency(code: str) -> str:
    """An agency's name."""
    return texts.local(catalogue.documents("agency").get(code, {}).get("name")) or code


def applicant(case: Any) -> str:
    """The applicant as a list shows it."""
    return case.applicant_name if case.organisation_id else mask_name(case.applicant_name)


def state(case: Any) -> str:
    """Where a case stands."""
    return pick(STATE_NAMES[CaseState(case.state)])


def moment(at: Any) -> str:
    """2026-03-02 10:24 in Shanghai."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
