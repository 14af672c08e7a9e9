"""Kinds of items and of what a pack holds; the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PACK_LOADED = declare("pack.loaded", "载入了城市包", "A pack was loaded")
ITEM_PUBLISHED = declare("item.published", "发布了事项的新版本", "A new version of an item was published")
ITEM_ROLLED_BACK = declare(
    "item.rolled_back", "事项退回到以前的内容", "An item went back to what it said before"
)
ITEM_IN_FORCE = declare("item.came_into_force", "预定的事项版本生效", "A scheduled version came into force")
SCHEDULE_CANCELLED = declare(
    "item.schedule_cancelled", "取消了预定生效的事项版本", "A scheduled version was cancelled"
)
DRAFT_OPENED = declare("item_draft.opened", "新建了事项草稿", "A draft of an item was opened")
DRAFT_CHANGED = declare("item_draft.changed", "修改了事项草稿", "A draft of an item was changed")
DRAFT_PROPOSED = declare("item_draft.proposed", "事项草稿送审发布", "A draft was sent for publication")
DRAFT_RETURNED = declare("item_draft.returned", "事项草稿被退回修改", "A draft was returned to its author")
DRAFT_DISCARDED = declare("item_draft.discarded", "放弃了事项草稿", "A draft was discarded")


class ItemType(StrEnum):
    """Types of items; the codes of GB/T 39046-2020 annex A stand in CODES."""

    LICENSE = "license"
    CONFIRMATION = "confirmation"
    BENEFIT = "benefit"
    AWARD = "award"
    ADJUDICATION = "adjudication"
    LEVY = "levy"
    FILING = "filing"
    PUBLIC_SERVICE = "public_service"
    VILLAGE_PROOF = "village_proof"


ITEM_TYPE_CODES = {
    ItemType.LICENSE: "01",
    ItemType.LEVY: "04",
    ItemType.BENEFIT: "05",
    ItemType.CONFIRMATION: "07",
    ItemType.AWARD: "08",
    ItemType.ADJUDICATION: "09",
    ItemType.FILING: "10",
    ItemType.PUBLIC_SERVICE: "20",
    ItemType.VILLAGE_PROOF: "21",  # the standard leaves 21 upward to the region
}


class ItemKind(StrEnum):
    """办件类型: decided at once, or within a promised time."""

    INSTANT = "instant"
    PROMISED = "promised"


class DocumentKind(StrEnum):
    """What a pack holds beside items, one row each."""

    PACK = "pack"
    AGENCY = "agency"
    FACT = "fact"
    CREDENTIAL = "credential"
    LETTER = "letter"


class WaivedBy(StrEnum):
    """免提交: why a material need not be handed in."""

    CREDENTIAL = "credential"
    FACT = "fact"
    COMMITMENT = "commitment"


class DraftState(StrEnum):
    """Where a draft of an item stands. Scheduled is published with a day that is still to come."""

    EDITING = "editing"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PUBLISHED = "published"
    DISCARDED = "discarded"


EDITABLE = (DraftState.EDITING, DraftState.RETURNED)
OPEN_DRAFTS = (*EDITABLE, DraftState.PROPOSED)
