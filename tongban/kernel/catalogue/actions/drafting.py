"""Drafts of items: opened, changed as they are typed, given up. Nothing here touches what is in force."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import calc, queries, rules, states
from tongban.kernel.catalogue.calc import Edit
from tongban.kernel.catalogue.models import ItemDraft
from tongban.kernel.catalogue.states import EDITABLE, DraftState
from tongban.kernel.events import actions as events
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action

# The item's own numbering and owner: set when it is published, never typed.
_KEPT = ("code", "version", "valid_from", "agency")


class DraftTaken(Problem):
    """The item has an open draft already."""

    code = "item_draft.taken"
    status = 409


class CodeTaken(Problem):
    """A new item was to have the code of an item that there is."""

    code = "item_draft.code_taken"
    status = 409


class NotEditable(Problem):
    """The draft waits for another person, or is closed."""

    code = "item_draft.not_editable"
    status = 409


class DraftMoved(Problem):
    """Somebody changed the draft after the page was opened."""

    code = "item_draft.moved"
    status = 409


class FixedIdentifier(Problem):
    """An identifier that was published would change."""

    code = "item_draft.fixed_identifier"
    status = 409


@action
def open_draft(*, item_code: str, by: Actor) -> ItemDraft:
    """Begin a draft with what is in force. Raises NoSuchItem where the actor may not edit, DraftTaken while one is open."""
    item = queries.item_for(by, item_code, Permission.ITEM_EDIT)
    definition = queries.definition_of(item_code, item.version)
    return _open(item_code, definition["agency"], definition, item.version, by)


@action
def new_draft(*, item_code: str, name: Mapping[str, str], agency: str, by: Actor) -> ItemDraft:
    """Begin an item that does not exist yet. Raises CodeTaken, DraftTaken, and NoSuchItem for another's agency."""
    known = queries.known().agencies
    if agency not in known or not _may_edit(by, agency, item_code):
        raise queries.no_such_item(item_code)
    row = queries.service_item(item_code)
    if row is not None and (row.current or row.scheduled):
        raise CodeTaken(
            sentence_zh=f"已经有编号为“{item_code}”的事项。",
            sentence_en=f"There is an item '{item_code}' already.",
            todo_zh="请换一个编号，或者在列表中修改那个事项。",
            todo_en="Choose another code, or edit that item from the list.",
            about=item_code,
        )
    day = time.today().isoformat()
    return _open(item_code, agency, calc.blank_item(item_code, name, known[agency], day), None, by)


@action
def import_draft(*, definition: Mapping[str, Any], by: Actor) -> ItemDraft:
    """Begin a draft with the content of a pack file, of an item there is or of a new one. Raises as the two above."""
    code = str(definition.get("code", ""))
    held = queries.snapshot().items.get(code)
    if held is None:
        draft = new_draft(
            item_code=code, name=definition.get("name", {}), agency=str(definition.get("agency", "")), by=by
        )
    else:
        draft = open_draft(item_code=code, by=by)
    draft.definition = _kept(draft, definition)
    draft.save(update_fields=["definition"])
    return draft


def _may_edit(by: Actor, agency: str, item_code: str) -> bool:
    return rules.reaches(
        by, Permission.ITEM_EDIT, agency=agency, place_path=places.city().path, item=item_code
    )


def _open(code: str, agency: str, definition: dict[str, Any], base: int | None, by: Actor) -> ItemDraft:
    if queries.open_draft_of(code) is not None:
        raise _taken(code)
    now = time.now()
    draft = ItemDraft(
        item_code=code,
        agency=agency,
        place_path=places.city().path,
        base_version=base,
        definition=definition,
        author_id=by.account_id,
        hands=[str(by.account_id)],
        opened_at=now,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as error:  # another person began one at the same moment
        raise _taken(code) from error
    events.record(name=states.DRAFT_OPENED, about=draft, by=by, payload={"item": code, "base": base})
    return draft


def _taken(code: str) -> DraftTaken:
    return DraftTaken(
        sentence_zh="这个事项已经有一份没有发布的草稿。",
        sentence_en="The item has a draft that is not published yet.",
        todo_zh="请在那份草稿上继续修改，或者先放弃它。",
        todo_en="Go on with that draft, or discard it first.",
        about=code,
    )


def _kept(draft: ItemDraft, definition: Mapping[str, Any]) -> dict[str, Any]:
    return {**definition, **{key: draft.definition[key] for key in _KEPT}}


def locked(by: Actor, draft_id: uuid.UUID, seen: int | None) -> ItemDraft:
    """The draft for a change, locked. Raises NoSuchDraft, NotEditable, DraftMoved when it is not as it was `seen`."""
    draft = queries.draft_for(by, draft_id, "edit", lock=True)
    if draft.state not in EDITABLE:
        raise NotEditable(
            sentence_zh="这份草稿现在不能修改。",
            sentence_en="This draft cannot be changed now.",
            todo_zh="送审的草稿要先由发布人退回；已经发布或者放弃的，请新建一份。",
            todo_en="A proposed draft has to be returned first; after publication open a new one.",
            about=draft.item_code,
        )
    if seen is not None and seen != draft.revision:
        raise DraftMoved(
            sentence_zh="您打开页面以后，这份草稿又被修改过，刚才的内容没有保存。",
            sentence_en="The draft was changed after you opened the page; what you just typed is not saved.",
            todo_zh="请用浏览器的“后退”找回您输入的内容，另开一页看最新的草稿，再修改一次。",
            todo_en="Go back to find what you typed, open the draft anew and change it again.",
            about=draft.item_code,
        )
    return draft


@action
def change(*, draft_id: uuid.UUID, edits: Sequence[Edit], by: Actor, seen: int | None = None) -> ItemDraft:
    """Change parts of a draft; what does not pass the checks is kept as well and shown as a fault.

    `seen` is the revision on which the edits rest. Raises NoSuchDraft, NotEditable, DraftMoved, FixedIdentifier.
    """
    draft = locked(by, draft_id, seen)
    _require_fixed_identifiers(draft, edits)
    try:
        definition = calc.apply_edits(draft.definition, edits)
    except calc.LostPlace as lost:
        raise DraftMoved(
            sentence_zh="要修改的内容已经不在草稿里了。",
            sentence_en=f"What was to be changed is not in the draft any more ({lost}).",
            todo_zh="请重新打开草稿再修改。",
            todo_en="Open the draft anew.",
            about=draft.item_code,
        ) from lost
    definition = _kept(draft, definition)
    if definition != draft.definition:
        draft.definition = definition
        paths = sorted({calc.pattern(edit.path) for edit in edits})
        _changed(draft, by, {"edits": len(edits), "paths": paths[:20]})
    return draft


def _require_fixed_identifiers(draft: ItemDraft, edits: Sequence[Edit]) -> None:
    touched = [edit for edit in edits if edit.op in ("set", "drop") and edit.path[-1] == "id"]
    if not touched:
        return
    fixed = queries.published_ids_of(draft)
    for edit in touched:
        old = calc.value_at(draft.definition, edit.path)
        new = edit.value if edit.op == "set" else None
        if old != new and (calc.pattern(edit.path[:-1]), old) in fixed:
            raise FixedIdentifier(
                sentence_zh=f"标识“{old}”已经随事项发布，不能修改。",
                sentence_en=f"The identifier '{old}' was published and cannot change.",
                todo_zh="请保留它；要换一个含义的，请新增一项。",
                todo_en="Keep it; add a new entry for something that means something else.",
                about=str(old),
            )


@action
def replace_text(*, draft_id: uuid.UUID, text: str, by: Actor, seen: int | None = None) -> ItemDraft:
    """Replace the draft by a text in YAML. A text that is no item is kept beside the draft until it is corrected.

    An empty text gives up such a text. Raises NoSuchDraft, NotEditable, DraftMoved.
    """
    draft = locked(by, draft_id, seen)
    found, _faults = calc.check_text(text, draft.item_code, queries.known()) if text.strip() else (None, [])
    if found is not None:
        draft.definition, draft.text = _kept(draft, found), ""
    else:
        draft.text = text if text.strip() else ""
    _changed(draft, by, {"edits": 1, "paths": ["text"]})
    return draft


def _changed(draft: ItemDraft, by: Actor, payload: dict[str, Any]) -> None:
    draft.revision += 1
    draft.changed_at = time.now()
    draft.hands = sorted({*draft.hands, str(by.account_id)})
    draft.save(update_fields=["definition", "text", "revision", "changed_at", "hands"])
    events.record(name=states.DRAFT_CHANGED, about=draft, by=by, payload={"item": draft.item_code, **payload})


@action
def discard(*, draft_id: uuid.UUID, by: Actor, seen: int | None = None) -> ItemDraft:
    """Give a draft up; it stays on record. Raises NoSuchDraft, NotEditable, DraftMoved."""
    draft = locked(by, draft_id, seen)
    draft.state = DraftState.DISCARDED
    draft.changed_at = time.now()
    draft.save(update_fields=["state", "changed_at"])
    events.record(name=states.DRAFT_DISCARDED, about=draft, by=by, payload={"item": draft.item_code})
    return draft
