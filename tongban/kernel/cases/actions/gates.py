"""What else must hold before a case is opened or moved, known to packages above; asked in the same transaction."""

import uuid
from collections.abc import Callable

from tongban.foundation.money import Fen
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import StepType
from tongban.kernel.records.actions import action

OPENING = "open"  # beside the verbs: an application is begun

Gate = Callable[[Case, str, Actor], None]
Hold = Callable[[Case, StepType], bool]
_GATES: list[Gate] = []
_HOLDS: list[Hold] = []


def gate(look: Gate) -> Gate:
    """Let `look` be asked before a case is opened and before every verb moves it; it raises a Problem to stop that.

    What it writes is part of the verb: both are there or neither. It is asked for every case, so it first sees from
    memory whether the case concerns it.
    """
    _GATES.append(look)
    return look


def hold(look: Hold) -> Hold:
    """Let `look` be asked whether silence must not yet end a step of this kind in this case."""
    _HOLDS.append(look)
    return look


def ask(case: Case, what: str, by: Actor) -> None:
    """Ask every gate. Raises what they raise."""
    for look in _GATES:
        look(case, what, by)


def held_back(case: Case, step: StepType) -> bool:
    """Whether somebody says that silence must not end this step yet."""
    return any(look(case, step) for look in _HOLDS)


@action
def fix_benefit(*, case: Case, fen: Fen, per: str = "once") -> uuid.UUID:
    """Within a gate: the amount that the decision under way grants, in fen; kept with the verb. Returns the case's id."""
    case.benefit_fen, case.benefit_per = fen, per
    return case.pk
