"""The sealer: each minute what was committed gets its numbers and the log a signed head; at night nothing is left out."""

from datetime import date

from tongban.kernel.events.states import daily, often
from tongban.kernel.evidence import actions
from tongban.kernel.evidence.states import BATCH


def seal(*, everything: bool = False) -> None:
    """Number what has none and sign; with `everything` events however old."""
    while actions.number(everything=everything) == BATCH:
        pass
    actions.sign()


@often
def each_minute() -> None:
    """Seal what was committed since."""
    seal()


@daily
def each_night(day: date) -> None:
    """Look for events that were committed so late that no minute saw them."""
    seal(everything=True)
