"""Who sees and moves which appeals: the list and the single row are the same condition."""

from django.db.models import Q

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, Among, ByGrant, Linked, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.modules.appeals.states import TaskState, Who

POLICY = Policy("appeal")
_HANDLES, _ROUTES = Permission.APPEAL_HANDLE, Permission.APPEAL_ROUTE
_LEAD = ByGrant(_HANDLES, item="category")
# The city's coordinators reach what a town coordinates too.
_DESK = ByGrant(_ROUTES, agency="desk", item="category") | ByGrant(
    _ROUTES, agency="city_desk", item="category"
)
_ASSIST = Linked(
    "appeals.AppealTask",
    "appeal_id",
    ByGrant(_HANDLES, item="category") & Among("state", (TaskState.OPEN, TaskState.DONE)),
)
# A town's officers see what its firms ask for, whoever handles it; what is confidential they do not.
_TOWN = ByGrant(_HANDLES, agency="town_agency", item="category") & Among("confidential", (False,))
_FIRM = Represented("organisation_id")

POLICY.allow("look", _LEAD, "是主办单位的工作人员", "works at the leading office")
POLICY.allow("look", _ASSIST, "是协办单位的工作人员", "works at an assisting office")
POLICY.allow("look", _TOWN, "是企业所在镇街的工作人员", "works at the town of the firm")
POLICY.allow("look", _DESK, "负责分派和质检", "coordinates the appeals")
POLICY.allow(Who.OFFICE, _LEAD, "是主办单位的工作人员", "works at the leading office")
POLICY.allow(Who.ASSIST, _ASSIST, "是协办单位的工作人员", "works at an assisting office")
POLICY.allow(Who.DESK, _DESK, "负责分派和质检", "coordinates the appeals")
POLICY.allow(Who.FIRM, _FIRM, "可以代表这家企业", "may act for the firm")


class NoSuchAppeal(Problem):
    """No appeal that the actor may see has this identifier."""

    code = "appeal.unknown"
    status = 404


def no_such() -> NoSuchAppeal:
    """The failure for an appeal that is not there, or not for this actor: nobody learns which."""
    return NoSuchAppeal(
        sentence_zh="没有找到这件诉求。",
        sentence_en="There is no such appeal.",
        todo_zh="请从诉求列表进入。",
        todo_en="Open it from the list of appeals.",
    )


def reach(actor: Actor, verb: str = "look") -> Q:
    """The appeals on which `actor` may `verb`."""
    return allowed(POLICY, actor, verb)
