"""Kinds of items and of what a pack holds; the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PACK_LOADED = declare("pack.loaded", "载入了城市包", "A pack was loaded")
ITEM_PUBLISHED = declare("item.published", "发布了事项的新版本", "A new version of an item was published")


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
