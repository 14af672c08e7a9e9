"""Permissions and roles, the sides that stay apart, and what can happen to a grant."""

from tongban.kernel.access.states.permissions import WEIGHTY, Area, Origin, Permission, Side
from tongban.kernel.access.states.roles import GLASS, RECUSED, ROLES, Role
from tongban.kernel.events.states import declare

GRANT_MADE = declare("grant.made", "授予了岗位权限", "A grant was made")
GRANT_CONFIRMED = declare("grant.confirmed", "第二人确认了岗位权限", "A second person confirmed a grant")
GRANT_ENDED = declare("grant.ended", "终止了岗位权限", "A grant was ended")
RECUSAL_MADE = declare("recusal.made", "登记了回避", "A recusal was noted")
GLASS_BROKEN = declare("glass.broken", "紧急查阅了办件", "A case was opened in an emergency")
GLASS_LOOKED = declare(
    "glass.looked", "在紧急查阅中打开了办件", "The case was looked at under an emergency access"
)
GLASS_REVIEWED = declare("glass.reviewed", "复核了紧急查阅", "An emergency access was reviewed")

__all__ = [
    "GLASS",
    "GLASS_BROKEN",
    "GLASS_LOOKED",
    "GLASS_REVIEWED",
    "GRANT_CONFIRMED",
    "GRANT_ENDED",
    "GRANT_MADE",
    "RECUSAL_MADE",
    "RECUSED",
    "ROLES",
    "WEIGHTY",
    "Area",
    "Origin",
    "Permission",
    "Role",
    "Side",
]
