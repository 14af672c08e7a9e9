"""Lendings in the words of the portal, for the holder and for the receiver."""

from datetime import date
from typing import Any

from django.urls import reverse

from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.disclosures import queries
from tongban.kernel.disclosures.states import Scope, Standing
from tongban.terminals.ui import texts
from tongban.terminals.ui.texts import later

STANDINGS = {
    Standing.WAITING: (later("等待持证人答复"), "amber"),
    Standing.USABLE: (later("可以使用"), "green"),
    Standing.NOT_YET: (later("还没有开始"), "blue"),
    Standing.OVER: (later("已到期"), "line"),
    Standing.UNANSWERED: (later("没有在期限内答复"), "line"),
    Standing.REFUSED: (later("没有同意"), "red"),
    Standing.WITHDRAWN: (later("已收回"), "red"),
}
SCOPES = {
    Scope.FACE: (later("编号、状态、有效期和公开的内容，个人信息只显示一部分")),
    Scope.WHOLE: (later("全部内容，证件号码、账号等敏感信息只显示一部分")),
}


def credential_name(type: str) -> str:
    """The name of a kind of licence."""
    return texts.local(catalogue.documents("credential").get(type, {}).get("name")) or type


def lending_row(row: Any, today: date) -> dict[str, Any]:
    """A lending as both sides read it in a list."""
    standing = queries.standing_of(row, today)
    label, tone = STANDINGS[standing]
    return {
        "row": row,
        "name": credential_name(row.asked_type),
        "standing": str(standing),
        "state": str(label),
        "tone": tone,
        "scope": str(SCOPES[Scope(row.scope)]),
        "answer_url": reverse("lending-answer", args=[row.pk]) if standing == Standing.WAITING else "",
        "withdraw_url": reverse("lending-withdraw", args=[row.pk])
        if standing in {Standing.USABLE, Standing.NOT_YET}
        else "",
        "url": reverse("lent-one", args=[row.pk]),
    }
