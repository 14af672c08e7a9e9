"""Who sees a project and who moves it: officers within their place, the enterprise its own."""

from django.db.models import Q

from tongban.kernel.access.calc import Actor, ByGrant, Own, Policy, Recused, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Area, Permission

POLICY = Policy("project")
POLICY.allow(
    "view",
    ByGrant(Permission.PROJECT_VIEW, item="kind"),
    "在该镇街负责或者协同投资项目",
    "works on projects of this place",
)
POLICY.allow("view", Own("officer_id", "account_id"), "是该项目的专员", "is the project's officer")
POLICY.allow("view", Represented("organisation_id", Area.PROJECTS), "代表该企业", "acts for the enterprise")
POLICY.allow(
    "manage",
    ByGrant(Permission.PROJECT_MANAGE, item="kind"),
    "在该镇街负责投资项目",
    "manages projects of this place",
)
POLICY.allow("own", Represented("organisation_id", Area.PROJECTS), "代表该企业", "acts for the enterprise")
# Who keeps away from an enterprise keeps away from its projects (公务员法 art. 76).
POLICY.deny(Recused(("id", "organisation_id")), "已经登记回避", "is recused")


def reach(actor: Actor, verb: str = "view") -> Q:
    """The projects that `actor` may `verb` (view, manage, own)."""
    return allowed(POLICY, actor, verb)
