"""Which mode a reception is, and on whom a case waits. Pure."""

from tongban.kernel.cases.states import CaseState
from tongban.kernel.receptions.states import Holder, Mode

_S = CaseState
_HOLDERS = {
    _S.DRAFT: Holder.NOBODY,
    _S.SUBMITTED: Holder.HANDLER_RECEIPT,
    _S.SUPPLEMENT_REQUESTED: Holder.APPLICANT,
    _S.ACCEPTED: Holder.HANDLER_DECISION,
    _S.IN_REVIEW: Holder.HANDLER_DECISION,
    _S.SUSPENDED: Holder.STANDSTILL,
    _S.GRANTED: Holder.HANDLER_DELIVERY,
    _S.DENIED: Holder.HANDLER_DELIVERY,
    _S.REFUSED: Holder.ENDED,
    _S.DELIVERED: Holder.ENDED,
    _S.CLOSED: Holder.ENDED,
    _S.WITHDRAWN: Holder.ENDED,
    _S.TERMINATED: Holder.ENDED,
}
if set(_HOLDERS) != set(CaseState):
    raise AssertionError("every state needs to say on whom the case waits")


def holder(state: str, *, paused: bool) -> Holder:
    """On whom a case in this state waits; a promise that stands still by itself counts as a standstill."""
    found = _HOLDERS[CaseState(state)]
    return Holder.STANDSTILL if paused and found is Holder.HANDLER_DECISION else found


def mode_of(*, hall_town: str, handling_town: str, forward: bool) -> Mode:
    """The mode by the towns of hall and office ("" for the city itself); `forward`: the window is the office's own."""
    if forward and hall_town != handling_town:
        return Mode.FORWARD
    if hall_town == handling_town:
        return Mode.LOCAL
    return Mode.CROSS_TOWN if handling_town else Mode.CITY_TOWN
