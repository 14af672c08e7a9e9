"""Who sees a project and who moves it: officers within their place, offices that have a part in it, the enterprise its own."""

from dataclasses import replace

from django.db.models import Q

from tongban.kernel.access.calc import Actor, ByGrant, Linked, Own, Policy, Recused, Represented
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
# Departments have a part in what another office leads: a stage that is theirs, or something that waits for them.
_VIEWS = ByGrant(Permission.PROJECT_VIEW, agency="office", place="project__place_path", item="project__kind")
PARTS = Policy("projectpart")
PARTS.allow(
    "view",
    Linked("projects.ProjectStage", "project_id", _VIEWS),
    "所在单位负责项目的一个阶段",
    "works at an office that owns a stage of it",
)
PARTS.allow(
    "view",
    Linked("projects.ProjectEntry", "project_id", _VIEWS),
    "所在单位要办项目的一个事项",
    "works at an office for which something of it waits",
)
# What somebody uploaded, byte for byte, besides the right to manage: everybody else at the desk has its pages drawn anew.
POLICY.allow(
    "original",
    ByGrant(Permission.PROJECT_MANAGE, item="kind") & ByGrant(Permission.MATERIAL_ORIGINAL, item="kind"),
    "有查验材料原件的权限",
    "may examine what was uploaded",
)
POLICY.allow("own", Represented("organisation_id", Area.PROJECTS), "代表该企业", "acts for the enterprise")
# Who keeps away from an enterprise keeps away from its projects (公务员法 art. 76).
_AWAY = ("已经登记回避", "is recused")
for _one in (POLICY, PARTS):
    _one.deny(Recused(("id", "organisation_id")), *_AWAY)

# What waits for an office: its own people settle it, and who manages the project.
MATTERS = Policy("projectentry")
_SETTLES = ByGrant(
    Permission.PROJECT_MANAGE, agency="office", place="project__place_path", item="project__kind"
)
_LEADS = {"agency": "project__agency", "place": "project__place_path", "item": "project__kind"}
_OFFICE = ("所在单位要办这一事项", "works at the office for which it waits")
MATTERS.allow("view", _VIEWS, *_OFFICE)
MATTERS.allow("settle", _SETTLES, *_OFFICE)
MATTERS.allow(
    "view",
    ByGrant(Permission.PROJECT_VIEW, **_LEADS),
    "在该镇街负责或者协同投资项目",
    "works on projects of this place",
)
MATTERS.allow(
    "settle",
    ByGrant(Permission.PROJECT_MANAGE, **_LEADS),
    "在该镇街负责投资项目",
    "manages projects of this place",
)
MATTERS.deny(Recused(("project_id", "project__organisation_id")), *_AWAY)


def reach(actor: Actor, verb: str = "view") -> Q:
    """The projects that `actor` may `verb` (view, manage, own)."""
    return allowed(POLICY, actor, verb) | allowed(PARTS, _named(actor), verb)


def _named(actor: Actor) -> Actor:
    """The actor with those rights alone that name an office, and with what they keep away from.

    A right that names none reaches every project of its place as it is: by way of its offices the database would look
    for the same ones once more, which took five times as long.
    """
    return replace(actor, grants=tuple(one for one in actor.grants if one.agency or one.subject_id))


def matters(actor: Actor, verb: str = "view") -> Q:
    """What waits in projects that `actor` may `verb` (view, settle)."""
    return allowed(MATTERS, actor, verb)
