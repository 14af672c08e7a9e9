"""What the machinery does by rule: decide on the spot, deliver, close."""

import uuid

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries
from tongban.kernel.cases.actions import promises
from tongban.kernel.cases.actions.deciding import note_benefit
from tongban.kernel.cases.actions.handling import values_of
from tongban.kernel.cases.actions.transitions import move
from tongban.kernel.cases.models import Case
from tongban.kernel.cases.states import CaseState, Verb
from tongban.kernel.records.actions import action


def _locked(case_id: uuid.UUID) -> Case:
    return Case.objects.select_for_update().get(pk=case_id)


@action
def grant_by_rule(*, case_id: uuid.UUID) -> Case:
    """Accept and grant an on-the-spot case (即办件) whose rule says yes; otherwise leave it to a clerk."""
    case = _locked(case_id)
    definition = queries.version_of(case).definition
    if case.state != CaseState.SUBMITTED or not definition.instant:
        return case
    values = values_of(case)
    outcome = definition.automatic(values)
    if outcome is None or outcome.verdict is not True:
        return case  # no or not known: a person looks at it
    case.accepted_at = time.now()
    move(case, Verb.ACCEPT, SYSTEM, values=values, payload={"rule": True}, passing=True)
    case.decided_at = time.now()
    note_benefit(case, values)
    promises.open_checks(case, values)
    return move(case, Verb.GRANT, SYSTEM, payload={"rule": True})


@action
def deliver(*, case_id: uuid.UUID) -> Case:
    """The result lies in the applicant's wallet or inbox: delivered (article 44). A second call changes nothing."""
    case = _locked(case_id)
    if case.state in {CaseState.GRANTED, CaseState.DENIED}:
        move(case, Verb.DELIVER, SYSTEM)
    return case


@action
def close(*, case_id: uuid.UUID) -> Case:
    """Close a delivered case. A second call changes nothing."""
    case = _locked(case_id)
    if case.state == CaseState.DELIVERED:
        move(case, Verb.CLOSE, SYSTEM)
    return case
