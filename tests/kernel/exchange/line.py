"""Both ends of a line in one database: the city's side of the pack's peer, and a province that knows the city.

Whatever goes over it is the bytes that would go over the network; what happens to them is said message by message.
"""

from dataclasses import dataclass, field
from typing import Any

from tongban.foundation.errors import Problem
from tongban.foundation.ids import make_uscc
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.exchange import actions
from tongban.kernel.exchange.actions import Said
from tongban.kernel.exchange.models import Holding, InMessage, OutRecord
from tongban.kernel.exchange.queries.wire import CARRIERS, Answer
from tongban.kernel.records.actions import action

CITY, PROVINCE = "441900", "440000"
FIRM = make_uscc("91441900MA5TE1TX0")


def firms(many: int) -> list[str]:
    """So many credit codes."""
    return sorted(make_uscc(f"91441900MA5T{n:05}") for n in range(many))


BATCH = "0197f3c0-0000-7000-8000-000000000001"


@dataclass
class Line:
    """What the wire does next: words are taken from the front; with none left it does its work."""

    faults: list[str] = field(default_factory=list)
    carried: list[bytes] = field(default_factory=list)

    def post(self, url: str, content: bytes) -> Answer:
        """Down: nothing arrives. Lost: it arrives and the answer does not. Twice: it arrives a second time."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "down":
            return Answer(reached=False, error="ConnectionRefusedError")
        self.carried.append(content)
        try:
            status, answer = actions.take(content)
            if fault == "twice":
                assert actions.take(content) == (status, answer)
        except Problem as problem:
            return Answer(problem.status, b"{}", error=f"HTTP {problem.status}")
        return Answer(error="TimeoutError") if fault == "lost" else Answer(status, answer)


LINE = Line()
CARRIERS.register("line", label="test")(lambda: LINE)


@action
def forget() -> None:
    """The items that the pack's loading has put: here they only make noise."""
    OutRecord.objects.all().delete()


def put(kind: str = "award.granted", fen: int = 100_00, mark: str = "", subject: str = FIRM, **more: Any):
    """One word about an award, from the city to the province."""
    payload = {"item": "scale-up-new", "subject": subject, "batch": BATCH, "fen": fen, "on": "2026-03-02"}
    stream = f"award|scale-up-new|{subject}|{BATCH}"
    said = Said(kind, f"{kind}|{stream}|{mark}", stream, {**payload, **more})
    return actions.put(peer_code=PROVINCE, said=[said], by=SYSTEM)


def sent() -> list[tuple[str, str]]:
    """Kind and state of the city's records that speak of something, oldest first."""
    rows = OutRecord.objects.filter(peer__code=PROVINCE).exclude(kind__startswith="exchange.")
    return list(rows.exclude(kind__startswith="totals.").order_by("id").values_list("kind", "state"))


def held() -> list[tuple[str, str, int, int]]:
    """What the province holds of the city: key without the batch, kind, fen, and how many messages have had an effect."""
    rows = Holding.objects.filter(peer__code=CITY).order_by("key")
    return [(row.key.removesuffix(f"|{BATCH}"), row.kind, row.fen, row.times) for row in rows]


def taken() -> list[tuple[str, int, str, str]]:
    """The messages that the province has of the city: kind, sequence, state, reason."""
    rows = InMessage.objects.filter(peer__code=CITY).order_by("id")
    return list(rows.values_list("kind", "seq", "state", "reason"))
