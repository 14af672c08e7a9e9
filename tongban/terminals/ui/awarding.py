"""Awards in the words that officers and those concerned both read."""

from typing import Any

from tongban.modules.policies.calc import Offer
from tongban.modules.policies.states import REMOVAL_NAMES, Removal
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _

BY_RULE = (Removal.RECHECK, Removal.EXCLUDED)


def off_because(row: Any, offer: Offer) -> str:
    """Why an award is off its list: what an officer wrote, or the rules behind it in their own words; empty while it is on."""
    if not row.removed_for:
        return ""
    language = texts.language()
    names, reason = REMOVAL_NAMES[Removal(row.removed_for)], row.reason or ""
    kind = names[1] if language == texts.ENGLISH else names[0]
    if row.removed_for in BY_RULE:
        known = {one.id: one.text.of(language) for one in offer.requirements}
        reason = texts.listed(known.get(one, one) for one in reason.split(", "))
    return _("{kind}：{reason}", kind=kind, reason=reason) if reason else kind
