"""Who may look after the exchange, and what a peer may say after what."""

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.rules import require
from tongban.kernel.access.states import Permission
from tongban.kernel.exchange.states import BEFORE


class NoSuchExchange(Problem):
    """There is no such peer, record or ticket."""

    code = "exchange.not_found"
    status = 404


def require_officer(actor: Actor) -> None:
    """Raise NotAllowed unless the actor looks after the exchange."""
    require(actor, Permission.EXCHANGE_MANAGE)


def no_such() -> NoSuchExchange:
    """What is answered for a row that is not there."""
    return NoSuchExchange(
        sentence_zh="没有这个交换对端、记录或者差异单。",
        sentence_en="There is no such peer, record or ticket.",
        todo_zh="请回到“平台交换”重新选择。",
        todo_en="Go back to the exchange and choose again.",
    )


def follows(kind: str, last: str, fen: int, granted: int) -> str:
    """Why a message may not follow the last one about the same award, as a short code; empty when it may.

    No award is paid or clawed back for more than was granted.
    """
    if last not in BEFORE.get(kind, (last,)):
        return "order"
    if (
        kind in ("award.paid", "award.clawed_back", "claim.paid", "claim.clawed_back")
        and granted
        and fen > granted
    ):
        return "amount"
    return ""
