"""The port to the cashier of public fees, and a made-up one that says so. A city registers its own and names it in the settings."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.registries import Registry


@dataclass(frozen=True)
class Paid:
    """That a bill was paid: when, how, and the number of the fiscal receipt."""

    at: datetime
    channel: str
    receipt_no: str


class CashierDown(Problem):
    """The cashier's system does not answer; trying again later may help."""

    code = "cashier.down"
    status = 503


class Cashier(Protocol):
    """The system that takes public money. We never do."""

    def open(self, *, number: str, fen: int, payee: str, title: str, back: str) -> str:
        """The address where the applicant pays and from which they come `back`. The same number is one bill. Raises
        CashierDown.
        """
        ...

    def look(self, number: str) -> Paid | None:
        """Whether the bill was paid. Raises CashierDown."""
        ...


CASHIERS: Registry = Registry("cashiers")
FAKE = "fake"


@CASHIERS.register(FAKE, label="演示收银台（虚构，不扣款）")
class FakeCashier:
    """Takes no money and says so: a page of ours asks, and a file in `outbox/payments` remembers."""

    def open(self, *, number: str, fen: int, payee: str, title: str, back: str) -> str:
        return f"/pay/demo/{number}/"

    def look(self, number: str) -> Paid | None:
        path = self._path(number)
        if not path.exists():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Paid(datetime.fromisoformat(kept["at"]), kept["channel"], kept["receipt_no"])

    def settle(self, number: str) -> None:
        """Pretend that the bill was paid; a second time changes nothing."""
        path = self._path(number)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {"at": time.now().isoformat(), "channel": "演示支付", "receipt_no": f"DEMO-{number}"}
        path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    def _path(self, number: str):
        name = "".join(one if one.isalnum() else "-" for one in number)
        return settings.OUTBOX / "payments" / f"{name}.json"


def cashier(key: str) -> Cashier:
    """The cashier under this name. Raises UnknownKey."""
    return CASHIERS.get(key)()


def cashier_label(key: str) -> str:
    """Its name for people; the key where it is not registered any more."""
    return CASHIERS.label(key) if key in CASHIERS else key
