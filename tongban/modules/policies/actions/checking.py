"""A draft of a policy in the hands of another person: published or sent back, never by whoever changed it."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.actions.drafting import DraftFaults
from tongban.modules.policies.actions.publishing import put_in_force
from tongban.modules.policies.models import PolicyDraft
from tongban.modules.policies.queries import drafts
from tongban.modules.policies.states import DraftState, TextKind


class NotSubmitted(Problem):
    """The draft does not wait for a decision."""

    code = "policy_draft.not_submitted"
    status = 409


class FourEyes(Problem):
    """Who drafted or changed a policy does not publish it."""

    code = "policy_draft.four_eyes"
    status = 409


class BasisMoved(Problem):
    """The text in force is not the one that the draft was begun with."""

    code = "policy_draft.basis_moved"
    status = 409


class ReasonMissing(Problem):
    """A draft is sent back without a reason."""

    code = "policy_draft.reason_missing"
    status = 422


def _waiting(by: Actor, draft_id: uuid.UUID) -> PolicyDraft:
    draft = drafts.draft_for(by, draft_id, "publish", lock=True)
    if draft.state != DraftState.SUBMITTED:
        raise NotSubmitted(
            sentence_zh="这份草稿没有在等待发布。",
            sentence_en="This draft does not wait for publication.",
            todo_zh="请回到列表查看它现在的状态。",
            todo_en="See the list for where it stands now.",
        )
    if by.account_id is None or str(by.account_id) in {*draft.hands, str(draft.drafted_by)}:
        raise FourEyes(
            sentence_zh="您起草或者修改过这份草稿，不能由您发布或者退回。",
            sentence_en="You drafted or changed this, so you cannot publish or return it.",
            todo_zh="请另一位有发布权限的同事处理。",
            todo_en="Ask another person with the right to publish.",
        )
    return draft


@action
def return_draft(*, draft_id: uuid.UUID, note: str, by: Actor) -> PolicyDraft:
    """Send a draft back with the reason. Raises NoSuchDraft, NotSubmitted, FourEyes, ReasonMissing."""
    draft = _waiting(by, draft_id)
    if not note.strip():
        raise ReasonMissing(
            sentence_zh="还没有写明理由。",
            sentence_en="There is no reason yet.",
            todo_zh="请写明理由，起草的人会看到。",
            todo_en="Write the reason; the drafter will read it.",
        )
    _settle(draft, DraftState.RETURNED, by)
    draft.note = note.strip()
    draft.save(update_fields=["state", "note", "checked_by", "checked_at"])
    events.record(name=states.DRAFT_RETURNED, about=draft, by=by, payload={"policy": draft.policy})
    return draft


@action
def publish_draft(*, draft_id: uuid.UUID, by: Actor) -> PolicyDraft:
    """Put what a draft says in force as a new text; editions take over on their own days, and the old text stays.

    Raises NoSuchDraft, NotSubmitted, FourEyes, DraftFaults, BasisMoved when the text in force has changed since.
    """
    draft = _waiting(by, draft_id)
    held = drafts.text_in_force(draft.policy, lock=True)
    if held.pk != draft.based_on_id:
        raise BasisMoved(
            sentence_zh="起草以后，正在执行的文本已经变了。",
            sentence_en="The text in force has changed since the draft was begun.",
            todo_zh="请退回；起草人放弃这份草稿，从现在的文本重新起草。",
            todo_en="Return it; the drafter gives it up and starts anew from the text in force.",
        )
    # What was faultless when it was sent may name what a pack loaded since no longer declares.
    errors = drafts.faults_of(draft.data)
    if errors:
        raise DraftFaults(errors)
    text = put_in_force(kind=TextKind.POLICY, code=draft.policy, data=draft.data)
    _settle(draft, DraftState.PUBLISHED, by)
    draft.published = text
    draft.save(update_fields=["state", "published", "checked_by", "checked_at"])
    payload = {"policy": draft.policy, "text": str(text.pk), "digest": text.digest, "before": str(held.pk)}
    events.record(name=states.DRAFT_PUBLISHED, about=draft, by=by, payload=payload)
    return draft


def _settle(draft: PolicyDraft, state: DraftState, by: Actor) -> None:
    draft.state, draft.checked_by, draft.checked_at = state, by.account_id, time.now()
