"""What happens to a credential after it was issued: each act by right, on a ground of the law, with reasons, logged."""

import uuid
from datetime import date

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.credentials import queries, states
from tongban.kernel.credentials.actions.issuing import Face, issue
from tongban.kernel.credentials.models import Credential, CredentialAct
from tongban.kernel.credentials.states import Act, ActState, CredentialState, LifeRow
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action

LEAST_REASONS = 10


class NotEnoughSaid(Problem):
    """An act without a lawful ground, without reasons, or with a day that cannot be."""

    code = "credential.not_enough_said"
    status = 422


def _check(row: LifeRow, ground: str, reasons: str, document_no: str, until: date | None) -> None:
    if ground not in {one.id for one in row.grounds}:
        raise NotEnoughSaid(
            sentence_zh="没有选择法定情形。",
            sentence_en="No ground of the law was chosen.",
            todo_zh="请从列出的法定情形中选择一项。",
            todo_en="Choose one of the grounds that are listed.",
        )
    if len(reasons.strip()) < LEAST_REASONS:
        raise NotEnoughSaid(
            sentence_zh=f"理由太短，持证人看不明白（至少 {LEAST_REASONS} 个字）。",
            sentence_en=f"The reasons are too short for the holder to understand (at least {LEAST_REASONS} signs).",
            todo_zh="请写明查明的事实和依据，持证人会收到这段话。",
            todo_en="Write down what was found and on what it rests; the holder receives these words.",
        )
    if row.agreed and not document_no.strip():
        raise NotEnoughSaid(
            sentence_zh="没有填写所依据的决定书文号。",
            sentence_en="The number of the decision that it rests on is missing.",
            todo_zh="请填写处罚决定、撤销决定或者法律文书的文号。",
            todo_en="Write the number of the decision.",
        )
    if until is not None and (row.act != Act.SUSPEND or until < time.today()):
        raise NotEnoughSaid(
            sentence_zh="暂扣的截止日期不能早于今天。",
            sentence_en="A suspension cannot end before today.",
            todo_zh="请改正日期；没有确定期限的，留空。",
            todo_en="Correct the day; leave it empty when no end is fixed.",
        )


@action
def propose(
    *,
    credential_id: uuid.UUID,
    act: Act,
    ground: str,
    reasons: str,
    by: Actor,
    document_no: str = "",
    until: date | None = None,
) -> CredentialAct:
    """Do an act, or propose it where the head has to agree (the table says). Raises NoSuchCredential, ActNotPossible, NotEnoughSaid."""
    credential = queries.managed_by(by, credential_id, "manage", lock=True)
    row = states.require(queries.state_on(credential, time.today()), act)
    _check(row, ground, reasons, document_no, until)
    if queries.proposal_of(credential) is not None:
        raise states.ActNotPossible(
            sentence_zh="这份证照已经有一项处理在等负责人决定。",
            sentence_en="An act on this credential already waits for the head.",
            todo_zh="请等负责人决定后再提出。",
            todo_en="Wait until the head has decided.",
        )
    done = CredentialAct(
        credential=credential,
        act=act,
        ground=ground,
        reasons=reasons.strip(),
        document_no=document_no.strip()[:80],
        until=until,
        proposed_by=by.account_id,
        proposed_at=time.now(),
    )
    if row.agreed:
        done.save(force_insert=True)
        events.record(name=states.ACT_PROPOSED, about=credential, by=by, payload={"act": act})
        return done
    return _carry_out(credential, done, row, by, fresh=True)


@action
def agree(*, act_id: uuid.UUID, by: Actor) -> CredentialAct:
    """The head agrees, and it takes effect at once. Raises NoSuchCredential, NotAllowed, ActNotPossible."""
    act, credential = _waiting(act_id, by)
    row = states.require(queries.state_on(credential, time.today()), Act(act.act))
    return _carry_out(credential, act, row, by, fresh=False)


@action
def not_agree(*, act_id: uuid.UUID, note: str, by: Actor) -> CredentialAct:
    """The head does not agree, saying why. Raises NoSuchCredential, NotAllowed, NotEnoughSaid."""
    act, credential = _waiting(act_id, by)
    if not note.strip():
        raise NotEnoughSaid(
            sentence_zh="没有写不同意的理由。",
            sentence_en="The reason for not agreeing is missing.",
            todo_zh="请写明理由，提请的人会看到。",
            todo_en="Write it down; who proposed it will read it.",
        )
    act.state, act.note, act.decided_by, act.decided_at = (
        ActState.REJECTED,
        note.strip(),
        by.account_id,
        time.now(),
    )
    act.save()
    events.record(name=states.ACT_REJECTED, about=credential, by=by, payload={"act": act.act})
    return act


def _waiting(act_id: uuid.UUID, by: Actor) -> tuple[CredentialAct, Credential]:
    act = CredentialAct.objects.filter(pk=act_id, state=ActState.PROPOSED).first()
    if act is None:
        raise queries.no_such()
    credential = queries.managed_by(by, act.credential_id, "agree", lock=True)
    if act.proposed_by == by.account_id:
        raise NotAllowed(
            sentence_zh="不能批准自己提请的处理。",
            sentence_en="Nobody agrees to what they proposed themselves.",
            todo_zh="请由另一位负责人决定。",
            todo_en="Another head has to decide.",
        )
    return act, credential


def _carry_out(
    credential: Credential, act: CredentialAct, row: LifeRow, by: Actor, *, fresh: bool
) -> CredentialAct:
    act.state, act.decided_by, act.decided_at = ActState.DONE, by.account_id, time.now()
    if fresh:
        act.save(force_insert=True)
    else:
        act.save()
    if credential.state != row.after:
        credential.state = row.after
        credential.save(update_fields=["state"])
    events.record(
        name=row.event,
        about=credential,
        by=by,
        payload={"state": str(row.after), "act": str(act.pk), "ground": act.ground},
    )
    return act


@action
def revoke(
    *, credential: Credential, by: Actor = SYSTEM, state: CredentialState = CredentialState.REVOKED
) -> Credential:
    """What the machinery does itself: take a credential out of force, as when a case withdraws what it had granted."""
    credential.state = state
    credential.save(update_fields=["state"])
    events.record(name=states.CREDENTIAL_REVOKED, about=credential, by=by, payload={"state": str(state)})
    return credential


@action
def end_suspensions(*, day: date) -> int:
    """Put credentials in force again whose suspension is over before `day`; returns how many."""
    row, count = states.LIFE[Act.RESTORE], 0
    for credential, reason in queries.suspensions_over(day):
        act = CredentialAct(
            credential=credential,
            act=Act.RESTORE,
            ground="over",
            reasons=f"暂扣期限至 {reason.until:%Y-%m-%d} 已经届满。",
            proposed_at=time.now(),
        )
        _carry_out(credential, act, row, SYSTEM, fresh=True)
        count += 1
    return count


@action
def replace(*, face: Face, pdf: bytes, ground: str, reasons: str, by: Actor) -> Credential:
    """Issue the new version of a licence and cancel the one it replaces; the act stands in the old one's history.

    Raises NoSuchCredential, ActNotPossible, NotEnoughSaid.
    """
    assert face.replaces is not None
    act = propose(credential_id=face.replaces.pk, act=Act.REISSUE, ground=ground, reasons=reasons, by=by)
    row = issue(face=face, pdf=pdf, case_id=None, effect_key=f"{act.pk}:credential", by=SYSTEM)
    assert row is not None  # the act is new, so is its effect
    return row


@action
def take_over(*, face: Face, pdf: bytes, state: CredentialState, by: Actor) -> Credential | None:
    """Keep a licence that another system issued, in the state that it has there; None when it was taken over before."""
    row = issue(face=face, pdf=pdf, case_id=None, effect_key=f"taken:{face.type}:{face.number}", by=by)
    if row is not None and state != CredentialState.VALID:
        revoke(credential=row, by=by, state=state)
    return row
