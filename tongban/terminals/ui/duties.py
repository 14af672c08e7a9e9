"""Which place has which duty in a case, in words: the same lines for the applicant, the counter and the office."""

from collections.abc import Sequence
from typing import Any

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.receptions import queries as receptions
from tongban.kernel.receptions.states import HOLDER_NAMES, MODE_NAMES
from tongban.modules.halls import queries as halls
from tongban.modules.halls.states import PAPER_NAMES, PaperState
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.texts import _


def _pick(pair: tuple[str, str]) -> str:
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def lines(case: Any, reception: Any | None = None) -> list[parts.Pair]:
    """Who received it, who accepts it and owns its clocks, and on whom it waits now."""
    duties = receptions.duties(case, reception)
    agency = texts.local(catalogue.documents("agency").get(duties.agency, {}).get("name")) or duties.agency
    where = _pick(duties.handling)
    received = _("网上申请")
    if duties.hall is not None and duties.mode is not None:
        hall = _pick((duties.hall.name_zh, duties.hall.name_en))
        received = _("{hall}（{mode}）", hall=hall, mode=_pick(MODE_NAMES[duties.mode]))
    return [
        parts.Pair(_("收件"), received),
        parts.Pair(_("受理、计时"), _("{place} · {agency}", place=where, agency=agency)),
        parts.Pair(_("现在"), _pick(HOLDER_NAMES[duties.holder])),
    ]


def papers(case: Any) -> Sequence[parts.Pair]:
    """Where each paper is that a window took; nothing where none was."""
    return [
        parts.Pair(
            f"{one.name} ×{one.count}",
            " · ".join(
                part
                for part in (_pick(PAPER_NAMES[PaperState(one.state)]), one.bag.number if one.bag_id else "")
                if part
            ),
        )
        for one in halls.papers_of(case.pk)
    ]
