"""What an officer can do to a case now: for offering verbs; the actions check again on the locked row."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongban.foundation import time
from tongban.kernel.access.calc import Actor, holds
from tongban.kernel.access.states import Permission
from tongban.kernel.cases import rules
from tongban.kernel.cases.models import Case, CaseStep, Extension, Hearing, Pause, Supplement
from tongban.kernel.cases.queries import work
from tongban.kernel.cases.queries.reading import version_of
from tongban.kernel.cases.states import (
    EXAMINED_STATES,
    STATUTORY_PAUSES,
    TRANSITIONS,
    ProposalState,
    StepState,
    Verb,
    Who,
)


@dataclass(frozen=True)
class Turn:
    """What an officer can do to a case now.

    `step` is the open step that is theirs to examine; `barred` says that they could decide, had they not handled it;
    `obstacles` what must come before a decision; `pause`, `extension` and `hearing` are the measures that are alive.
    """

    verbs: frozenset[Verb]
    step: CaseStep | None = None
    barred: bool = False
    obstacles: tuple[work.Obstacle, ...] = ()
    pause: Pause | None = None
    extension: Extension | None = None
    hearing: Hearing | None = None


_OFFICERS = {"accept": Who.CLERK, "examine": Who.REVIEWER, "decide": Who.DECIDER, "head": Who.HEAD}
_DECIDING = frozenset({Verb.GRANT, Verb.DENY})


def turn_of(actor: Actor, case: Case, steps: Sequence[CaseStep], supplement: Supplement | None) -> Turn:
    """What `actor` can do to the case now, by state, policy, steps, measures and the separation of duties."""
    roles = {
        who
        for verb, who in _OFFICERS.items()
        if any(holds(rule, actor, case) for rule in rules.POLICY.rules(verb))
    }
    verbs = {row.verb for row in TRANSITIONS.values() if case.state in row.sources and row.who & roles}
    if supplement is not None:
        verbs.discard(Verb.REQUEST_SUPPLEMENT)
    if Verb.LAPSE in verbs:
        verbs.discard(Verb.LAPSE)  # the day that the notice names does it, no officer
    step = work.open_step(case, steps, actor, Permission.CASE_REVIEW)
    verbs.discard(Verb.COMPLETE_STEP)
    if step is not None and case.state in TRANSITIONS[Verb.COMPLETE_STEP].sources:
        verbs.add(Verb.COMPLETE_STEP)  # also where the step is another agency's, which may do nothing else
    ripe = work.open_step(case, steps, actor, Permission.CASE_DECIDE)
    if any(other.state != StepState.DONE for other in steps if other is not ripe):
        verbs -= _DECIDING
    barred = bool(verbs & _DECIDING) and actor.account_id in work.handlers(case, steps)
    if barred:
        verbs -= _DECIDING
    if case.state not in EXAMINED_STATES:
        return Turn(frozenset(verbs), step, barred)
    return replace(_with_measures(actor.account_id, case, verbs), step=step, barred=barred)


def _with_measures(account_id: uuid.UUID | None, case: Case, verbs: set[Verb]) -> Turn:
    pauses, extension, hearing = work.live_pauses(case), work.asked_extension(case), work.hearing_of(case)
    proposed = next((row for row in pauses if row.state == ProposalState.ASKED), None)
    running = work.running_pause(case, pauses)
    asked = proposed or extension
    in_hearing = hearing is not None and hearing.asked_at is not None and hearing.held_at is None
    impossible = {
        Verb.PROPOSE_PAUSE: proposed is not None,
        Verb.PROPOSE_EXTENSION: version_of(case).definition.extension is None or work.had_extension(case),
        Verb.EXTEND: asked is None or asked.asked_by == account_id,
        Verb.RESUME: running is None or running.kind not in STATUTORY_PAUSES,
        Verb.RESUME_PROMISE: running is None or running.kind in STATUTORY_PAUSES,
        Verb.OFFER_HEARING: hearing is not None,
        Verb.SCHEDULE_HEARING: not in_hearing or hearing.takes_place_at is not None,
        Verb.HOLD_HEARING: not in_hearing
        or hearing.takes_place_at is None
        or time.now() < hearing.takes_place_at,
    }
    impossible |= dict.fromkeys((Verb.REJECT, Verb.SUSPEND, Verb.STOP_PROMISE), impossible[Verb.EXTEND])
    if hearing is not None and hearing.asked_at is None and time.today() <= hearing.ask_by:
        impossible[Verb.SUSPEND] = True  # the applicant's five days come first
    found = frozenset(verb for verb in verbs if not impossible.get(verb))
    blocked = tuple(work.obstacles(case, time.today(), pauses)) if found & _DECIDING else ()
    if any(not one.only_for_grant for one in blocked):
        found -= _DECIDING
    elif blocked:
        found -= {Verb.GRANT}
    return Turn(found, obstacles=blocked, pause=proposed or running, extension=extension, hearing=hearing)
