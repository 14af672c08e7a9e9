"""Who may see and publish drafts of items: the item's own agency, and the bureau where its grant names no agency."""

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor, ByGrant, Policy, covering, covers
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue.models import ItemDraft

DRAFTS = Policy("catalogue.ItemDraft")
_EDIT = ByGrant(Permission.ITEM_EDIT)
_PUBLISH = ByGrant(Permission.ITEM_PUBLISH)
DRAFTS.allow(
    "view", _EDIT | _PUBLISH, "本部门事项的编辑或者发布人", "Editor or publisher of the agency's items"
)
DRAFTS.allow("edit", _EDIT, "本部门事项的编辑", "Editor of the agency's items")
DRAFTS.allow("publish", _PUBLISH, "本部门事项的发布人", "Publisher of the agency's items")


def visible(actor: Actor, verb: str = "view") -> QuerySet[ItemDraft]:
    """The drafts that the actor may `verb`: view, edit or publish."""
    return ItemDraft.objects.filter(allowed(DRAFTS, actor, verb))


def reaches(actor: Actor, permission: Permission, *, agency: str, place_path: str, item: str) -> bool:
    """Whether a grant of the actor carries the permission for an item of this agency."""
    return any(
        covers(grant, agency=agency, place_path=place_path, item=item)
        for grant in covering(actor.grants, permission)
    )
