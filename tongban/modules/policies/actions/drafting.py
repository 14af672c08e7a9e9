"""Drafts of policies: started, changed, sent to another person, sent back, given up. Nothing here touches what is in force."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.packs import PackError
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.events import actions as events
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.policies import states
from tongban.modules.policies.calc.composing import NoSuchCondition, with_condition
from tongban.modules.policies.calc.definition import Condition, read_policy
from tongban.modules.policies.calc.drafting import Days, NoSuchEdition, differences, with_edition, with_terms
from tongban.modules.policies.models import PolicyDraft
from tongban.modules.policies.queries import drafts
from tongban.modules.policies.states import EDITABLE, DraftState


class DraftTaken(Problem):
    """The policy has an open draft already."""

    code = "policy_draft.taken"
    status = 409


class NotEditable(Problem):
    """The draft waits for another person, or is closed."""

    code = "policy_draft.not_editable"
    status = 409


class DraftMoved(Problem):
    """Somebody changed the draft after the page was opened, or it lost what was to be changed."""

    code = "policy_draft.moved"
    status = 409


class EditionOver(Problem):
    """An edition whose last day has passed: what was decided by it stands."""

    code = "policy_draft.edition_over"
    status = 409


class NotAhead(Problem):
    """A new edition would begin before tomorrow."""

    code = "policy_draft.not_ahead"
    status = 422


class NameTaken(Problem):
    """The item has an edition of this name already."""

    code = "policy_draft.name_taken"
    status = 409


class DraftFaults(Problem):
    """The draft does not pass the checks; `errors` has every fault."""

    code = "policy_draft.faults"
    status = 422

    def __init__(self, errors: list[PackError]) -> None:
        self.errors = errors
        first = errors[0]
        super().__init__(
            sentence_zh=f"草稿还有 {len(errors)} 处需要修改，第一处：{first.where} {first.what_zh or first.what}。",
            sentence_en=f"{len(errors)} faults, the first: {first.where} {first.what}.",
            todo_zh="请按页面上的提示逐处改正。",
            todo_en="Correct them where the page shows them.",
        )


class NoChange(Problem):
    """The draft says what is in force already."""

    code = "policy_draft.no_change"
    status = 409


@action
def start_draft(*, policy: str, by: Actor) -> PolicyDraft:
    """Begin a draft with the text in force. Raises NoSuchPolicy where the actor may not draft, DraftTaken."""
    found = drafts.policy_for(by, policy, Permission.POLICY_DRAFT)
    text, now = drafts.text_in_force(policy), time.now()
    if drafts.open_draft_of(policy) is not None:
        raise _taken(policy)
    draft = PolicyDraft(
        policy=policy,
        agency=found.agency,
        place_path=places.city().path,
        data=text.data,
        based_on=text,
        drafted_by=by.account_id,
        hands=[str(by.account_id)],
        drafted_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as error:  # another person began one at the same moment
        raise _taken(policy) from error
    events.record(name=states.DRAFT_STARTED, about=draft, by=by, payload={"policy": policy})
    return draft


def _taken(policy: str) -> DraftTaken:
    return DraftTaken(
        sentence_zh="这项政策已经有一份没有发布的草稿。",
        sentence_en="The policy has a draft that is not published yet.",
        todo_zh="请在那份草稿上继续修改，或者先放弃它。",
        todo_en="Go on with that draft, or give it up first.",
        about=policy,
    )


def _locked(by: Actor, draft_id: uuid.UUID, seen: int | None) -> PolicyDraft:
    draft = drafts.draft_for(by, draft_id, "draft", lock=True)
    if draft.state not in EDITABLE:
        raise NotEditable(
            sentence_zh="这份草稿现在不能修改。",
            sentence_en="This draft cannot be changed now.",
            todo_zh="送审的草稿要先由发布人退回；已经发布或者放弃的，请新建一份。",
            todo_en="A draft that was sent has to be returned first; after publication start a new one.",
            about=draft.policy,
        )
    if seen is not None and seen != draft.revision:
        raise DraftMoved(
            sentence_zh="您打开页面以后，这份草稿又被修改过，刚才的内容没有保存。",
            sentence_en="The draft was changed after you opened the page; what you just typed is not saved.",
            todo_zh="请打开最新的草稿，再修改一次。",
            todo_en="Open the draft anew and change it again.",
            about=draft.policy,
        )
    return draft


@action
def set_parameters(
    *,
    draft_id: uuid.UUID,
    item: str,
    edition: str,
    numbers: Mapping[str, int],
    days: Days,
    new_edition: str = "",
    by: Actor,
    seen: int | None = None,
) -> PolicyDraft:
    """Give an edition other numbers (in the units of the pack, money in fen) and days; with `new_edition` a copy of it.

    What does not pass the checks is kept and shown as a fault. Raises NoSuchDraft, NotEditable, DraftMoved, EditionOver
    for one whose last day has passed, NotAhead for a copy that would not begin in the future, NameTaken.
    """
    draft, today = _locked(by, draft_id, seen), time.today()
    if new_edition and days.valid.begins <= today:
        raise NotAhead(
            sentence_zh="新版次要从明天或者以后的日期开始。",
            sentence_en="A new edition begins tomorrow or later.",
            todo_zh="请改生效日期；要改正在执行的版次，请直接修改那个版次。",
            todo_en="Choose a later day; to change the edition in force, change that one.",
        )
    _require_free(draft, item, new_edition)
    try:
        if new_edition:
            data = with_edition(draft.data, item, edition, new_edition, numbers, days)
        else:
            _require_going_on(draft, item, edition)
            data = with_terms(draft.data, item, edition, numbers, days)
    except NoSuchEdition as lost:
        raise _lost(f"{item}/{edition}") from lost
    payload = {"policy": draft.policy, "item": item, "edition": new_edition or edition}
    return _changed(draft, data, payload, by)


@action
def set_condition(
    *,
    draft_id: uuid.UUID,
    item: str,
    edition: str,
    id: str,
    condition: Condition | None,
    by: Actor,
    seen: int | None = None,
) -> PolicyDraft:
    """Give an edition another condition in the place of the one called `id`, a new one where that is empty; None removes it.

    A number that nothing uses afterwards goes with it. What does not pass the checks is kept and shown as a fault.
    Raises NoSuchDraft, NotEditable, DraftMoved also for a condition that is gone, EditionOver.
    """
    draft = _locked(by, draft_id, seen)
    _require_going_on(draft, item, edition)
    try:
        data = with_condition(draft.data, item, edition, id, condition)
    except (NoSuchEdition, NoSuchCondition) as lost:
        raise _lost(f"{item}/{edition}/{id}") from lost
    payload = {"policy": draft.policy, "item": item, "edition": edition, "condition": id}
    return _changed(draft, data, payload, by)


def _lost(about: str) -> DraftMoved:
    return DraftMoved(
        sentence_zh="要修改的内容已经不在草稿里了。",
        sentence_en="What was to be changed is not in the draft any more.",
        todo_zh="请重新打开草稿再修改。",
        todo_en="Open the draft anew.",
        about=about,
    )


def _changed(draft: PolicyDraft, data: dict[str, Any], payload: dict[str, Any], by: Actor) -> PolicyDraft:
    """Within an action: the draft says something else, by this hand; the same again is no event."""
    if data != draft.data:
        draft.data = data
        draft.revision += 1
        draft.changed_at = time.now()
        draft.hands = sorted({*draft.hands, str(by.account_id)})
        draft.save(update_fields=["data", "revision", "changed_at", "hands"])
        events.record(name=states.DRAFT_SET, about=draft, by=by, payload=payload)
    return draft


def _require_free(draft: PolicyDraft, item: str, name: str) -> None:
    held = {(one.code, each.name) for one in read_policy(draft.data).items for each in one.editions}
    if (item, name) in held:
        raise NameTaken(
            sentence_zh=f"已经有名为“{name}”的版次。",
            sentence_en=f"There is an edition '{name}' already.",
            todo_zh="请换一个名称，或者在草稿里修改那个版次。",
            todo_en="Choose another name, or change that edition in the draft.",
        )


def _require_going_on(draft: PolicyDraft, item: str, edition: str) -> None:
    """An edition that is over is changed no more: what counts is the text in force, not what the draft made of it."""
    for one in read_policy(draft.based_on.data).items:
        for held in one.editions:
            ended = held.valid.ends is not None and held.valid.ends < time.today()
            if (one.code, held.name) == (item, edition) and ended:
                raise EditionOver(
                    sentence_zh=f"{edition} 版已经到期，不能再改。",
                    sentence_en=f"Edition {edition} is over and changes no more.",
                    todo_zh="请以它为基础起草新的版次。",
                    todo_en="Draft a new edition from it.",
                )


@action
def submit_draft(*, draft_id: uuid.UUID, by: Actor, seen: int | None = None) -> PolicyDraft:
    """Send a draft to another person. Raises NoSuchDraft, NotEditable, DraftMoved, DraftFaults, NoChange."""
    draft = _locked(by, draft_id, seen)
    errors = drafts.faults_of(draft.data)
    if errors:
        raise DraftFaults(errors)
    if not differences(read_policy(draft.based_on.data), read_policy(draft.data)):
        raise NoChange(
            sentence_zh="草稿和正在执行的文本没有区别。",
            sentence_en="The draft says what is in force already.",
            todo_zh="请先修改，或者放弃这份草稿。",
            todo_en="Change something, or give the draft up.",
        )
    draft.state, draft.submitted_at, draft.note = DraftState.SUBMITTED, time.now(), ""
    draft.checked_by = draft.checked_at = None
    draft.save(update_fields=["state", "submitted_at", "note", "checked_by", "checked_at"])
    events.record(name=states.DRAFT_SUBMITTED, about=draft, by=by, payload=_about(draft))
    return draft


@action
def discard_draft(*, draft_id: uuid.UUID, by: Actor) -> PolicyDraft:
    """Give a draft up; it stays on record. Raises NoSuchDraft, NotEditable."""
    draft = _locked(by, draft_id, None)
    draft.state, draft.changed_at = DraftState.DISCARDED, time.now()
    draft.save(update_fields=["state", "changed_at"])
    events.record(name=states.DRAFT_DISCARDED, about=draft, by=by, payload=_about(draft))
    return draft


def _about(draft: PolicyDraft) -> dict[str, Any]:
    return {"policy": draft.policy, "revision": draft.revision}
