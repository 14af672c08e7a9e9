"""The port to the treasury, and two made-up ones that say so. A city registers its own; a batch names the one it goes to."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from tongban.foundation.errors import Problem
from tongban.foundation.registries import Registry
from tongban.kernel.ledger.states import Failure, Outcome


@dataclass(frozen=True)
class Answer:
    """What the treasury says of one payout; `key` is its own number of the answer, the same when it is sent again."""

    key: str
    payout: str
    outcome: Outcome
    reason: str = ""


class TreasuryDown(Problem):
    """The treasury does not answer. What was sent may have been paid: nobody may send it under another id."""

    code = "treasury.down"
    status = 503


class Treasury(Protocol):
    """The system that moves public money. It knows each payout by its id and pays an id once, however often it is sent."""

    def send(self, batch: str, content: str, signature: str) -> None:
        """Hand a batch over; the same batch again changes nothing. Raises TreasuryDown."""
        ...

    def answers(self, batch: str) -> list[Answer]:
        """What is known of the batch's payouts so far. Raises TreasuryDown."""
        ...


TREASURIES: Registry = Registry("treasuries")


def treasury(key: str) -> Treasury:
    """The treasury under this name. Raises UnknownKey."""
    return TREASURIES.get(key)()


def down() -> TreasuryDown:
    """The failure for a treasury that does not answer."""
    return TreasuryDown(
        sentence_zh="国库系统没有应答，支付结果不明。",
        sentence_en="The treasury does not answer; whether it paid is unknown.",
        todo_zh="请勿重复付款，待回执或者银行对账单确认。",
        todo_en="Do not pay again; wait for its answer or the bank statement.",
    )


class MadeUp:
    """What both share: a folder, payouts that were done (an id once), and failures written into a file by a test or a demo."""

    folder = ""

    @property
    def place(self) -> Path:
        """The folder of this treasury in the outbox."""
        path: Path = settings.OUTBOX / "treasury" / self.folder
        path.mkdir(parents=True, exist_ok=True)
        return path

    def fail(self, **failures: Failure) -> None:
        """From now on do wrong what is named, by account number: `fail(**{"6222…": Failure.REFUSE})`."""
        self._write("failures.json", {account: str(failure) for account, failure in failures.items()})

    def paid(self) -> dict[str, int]:
        """What this treasury really moved: payout id → how often. Never more than once, or it would be a bad fake."""
        return dict(self._read("paid.json"))

    def statement(self, batch: str) -> list[tuple[str, str, int]]:
        """What the made-up bank would state of a batch: for each payout that it moved its reference, id and fen."""
        held = self._read(f"{batch}.json")
        moved = self.paid()
        payouts = json.loads(held["content"])["payouts"] if held else []
        return [
            (f"{batch[-12:]}-{n:06d}", one["id"], one["fen"])
            for n, one in enumerate(payouts)
            if one["id"] in moved
        ]

    def _read(self, name: str) -> dict[str, Any]:
        path = self.place / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def _write(self, name: str, content: Any) -> None:
        fresh = self.place / f"{name}.new"  # whole or not at all, also when we are killed here
        fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self.place / name)

    def _pay(self, batch: str, content: str) -> list[Answer]:
        failures, paid = self._read("failures.json"), self._read("paid.json")
        answers = []
        for one in json.loads(content)["payouts"]:
            refused = failures.get(one["account"]) == Failure.REFUSE and one["id"] not in paid
            if not refused:
                paid.setdefault(one["id"], 1)
            outcome, reason = (Outcome.REFUSED, "账户不存在（演示）") if refused else (Outcome.PAID, "")
            answers.append(Answer(f"{batch}:{one['id']}:{outcome}", one["id"], outcome, reason))
        self._write("paid.json", paid)
        return answers

    def _spoken(self, batch: str, content: str, answers: list[Answer], looks: int) -> list[Answer]:
        """What is said at this look: some failures leave answers out or repeat them."""
        failures, said = self._read("failures.json"), []
        accounts = {one["id"]: one["account"] for one in json.loads(content)["payouts"]}
        for answer in answers:
            failure = failures.get(accounts[answer.payout])
            if failure == Failure.TIMEOUT or (failure in {Failure.LATE, Failure.PARTIAL} and looks < 2):
                continue
            said += [answer, answer] if failure == Failure.DUPLICATE else [answer]
        return said


@TREASURIES.register("file", label="演示国库（文件交换，虚构，不付款）")
class FakeFileTreasury(MadeUp):
    """Moves no money and says so: a file is dropped into a folder, and an answer file lies beside it."""

    folder = "file"

    def send(self, batch: str, content: str, signature: str) -> None:
        self._write(f"{batch}.json", {"content": content, "signature": signature, "sample": True})

    def answers(self, batch: str) -> list[Answer]:
        dropped = self._read(f"{batch}.json")
        if not dropped:
            return []
        looks = self._read(f"{batch}.looks.json").get("looks", 0) + 1
        self._write(f"{batch}.looks.json", {"looks": looks})
        said = self._spoken(batch, dropped["content"], self._pay(batch, dropped["content"]), looks)
        self._write(f"{batch}.answer.json", [asdict(one) for one in said])
        return said


@TREASURIES.register("api", label="演示国库（接口，虚构，不付款）")
class FakeApiTreasury(MadeUp):
    """Moves no money and says so: pays when it is called, and does not come back where it was told to time out."""

    folder = "api"

    def send(self, batch: str, content: str, signature: str) -> None:
        self._write(f"{batch}.json", {"content": content, "sample": True})
        self._pay(batch, content)
        accounts = {one["account"] for one in json.loads(content)["payouts"]}
        failures = self._read("failures.json")
        if any(failures.get(account) == Failure.TIMEOUT for account in accounts):
            raise down()

    def answers(self, batch: str) -> list[Answer]:
        held = self._read(f"{batch}.json")
        if not held:
            return []
        looks = held.get("looks", 0) + 1
        self._write(f"{batch}.json", {**held, "looks": looks})
        return self._spoken(batch, held["content"], self._pay(batch, held["content"]), looks)
