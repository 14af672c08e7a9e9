"""What a grant will bring about: said before the button is pressed, because it cannot be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.foundation.money import format_yuan
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.desk.opened import Opened
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import _, later

PERIODS = {"month": later("每月"), "year": later("每年"), "once": later("一次性")}


@dataclass(frozen=True)
class Promise:
    """The credential that will be issued, whose seal is put on it, how long it holds, what is paid."""

    credential: str
    seal: str
    valid: str
    amount: str = ""


def promise_of(opened: Opened) -> Promise:
    """What a grant of this case leads to."""
    result = opened.definition.data["result"]
    document = opened.documents[DocumentKind.CREDENTIAL][result["credential"]]
    issuer = opened.case.agency if document["issuer"] == "case" else document["issuer"]
    benefit = opened.definition.benefit(opened.values)
    amount = ""
    if benefit is not None:
        fen, per = benefit
        amount = _("{period} {amount} 元", period=PERIODS.get(per, per), amount=format_yuan(fen))
    return Promise(texts.local(document["name"]), opened.agency(issuer), _validity(result["valid"]), amount)


def _validity(valid: Mapping[str, Any]) -> str:
    if valid.get("forever"):
        return _("长期有效")
    if "days" in valid:
        return _("自签发之日起 {days} 天", days=valid["days"])
    return _("自签发之日起 {years} 年", years=valid["years"])
