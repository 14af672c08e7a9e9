"""Who sees and moves which appeals: the list and the single row are the same condition."""

from django.db.models import Q

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import (
    Actor,
    Among,
    ByGrant,
    Linked,
    Own,
    Policy,
    Recused,
    Represented,
    Same,
    covering,
    covers,
)
from tongban.kernel.access.rules import EVERYTHING, NOTHING, allowed, to_q, unbarred
from tongban.kernel.access.states import Area, Permission
from tongban.modules.appeals.states import TaskState, Who
from tongban.modules.appeals.states.questions import Part

POLICY = Policy("appeal")
# With one of these, somebody on the desk may see appeals; which, the policy says.
SEES = (Permission.APPEAL_HANDLE, Permission.APPEAL_ROUTE, Permission.APPEAL_TOWN)
_HANDLES, _ROUTES = Permission.APPEAL_HANDLE, Permission.APPEAL_ROUTE
_LEAD = ByGrant(_HANDLES, item="category")
_DESK = ByGrant(_ROUTES, agency="desk", item="category")
# The city's coordinators reach what a town coordinates too.
_CITY = ByGrant(_ROUTES, agency="city_desk", item="category")
_ASSIST = Linked(
    "appeals.AppealTask",
    "appeal_id",
    ByGrant(_HANDLES, item="category") & Among("state", (TaskState.OPEN, TaskState.DONE)),
)
# A town's officers see what its firms ask for, whoever handles it; what is confidential they do not.
_TOWN = ByGrant(_HANDLES, agency="town_agency", item="category") & Among("confidential", (False,))
# Who supervises looks on from the day it came to that.
_ABOVE = ByGrant(_ROUTES, agency="above", item="category")
# Who manages a town's service: what is open to the town, and, confidential or not, what its government has in hand.
_MANAGED = ByGrant(Permission.APPEAL_TOWN, agency="town_agency", item="category")
_TOWN_OPEN = _MANAGED & Among("confidential", (False,))
_TOWN_LEADS = _MANAGED & Same("agency", "town_agency")
_TOWN_DESK = _MANAGED & Same("desk", "town_agency")
_TOWN_ASSISTS = Linked(
    "appeals.AppealTask",
    "appeal_id",
    ByGrant(Permission.APPEAL_TOWN, item="category")
    & Same("agency", "appeal__town_agency")
    & Among("state", (TaskState.OPEN, TaskState.DONE)),
)
_FIRM = Represented("organisation_id", Area.APPEALS)

POLICY.allow("look", _LEAD, "是主办单位的工作人员", "works at the leading office")
POLICY.allow("look", _ASSIST, "是协办单位的工作人员", "works at an assisting office")
POLICY.allow("look", _TOWN, "是企业所在镇街的工作人员", "works at the town of the firm")
POLICY.allow("look", _DESK, "负责分派和质检", "coordinates the appeals")
POLICY.allow("look", _CITY, "负责全市的分派和质检", "coordinates the appeals of the whole city")
POLICY.allow("look", _ABOVE, "督办没有按期答复的诉求", "supervises what was not answered by its day")
for _rule in (_TOWN_OPEN, _TOWN_LEADS, _TOWN_DESK, _TOWN_ASSISTS):
    POLICY.allow("look", _rule, "管理企业所在镇街的企业服务", "manages the service of the firm's town")
POLICY.allow(Who.OFFICE, _TOWN_LEADS, "管理主办镇街的企业服务", "manages the service of the town that leads")
POLICY.allow(
    Who.ASSIST, _TOWN_ASSISTS, "管理协办镇街的企业服务", "manages the service of the town that assists"
)
POLICY.allow(Who.OFFICE, _LEAD, "是主办单位的工作人员", "works at the leading office")
POLICY.allow(Who.ASSIST, _ASSIST, "是协办单位的工作人员", "works at an assisting office")
# What was sent in, byte for byte, besides the right to handle: everybody else has its pages drawn anew.
POLICY.allow(
    "original",
    _LEAD & ByGrant(Permission.MATERIAL_ORIGINAL, item="category"),
    "有查验材料原件的权限",
    "may examine what was uploaded",
)
POLICY.allow(Who.DESK, _DESK, "负责分派和质检", "coordinates the appeals")
POLICY.allow(Who.DESK, _CITY, "负责全市的分派和质检", "coordinates the appeals of the whole city")
POLICY.allow(Who.FIRM, _FIRM, "可以代表这家企业", "may act for the firm")

# Who keeps away from a firm keeps away from what it asks for (公务员法 art. 76).
_RECUSED = Recused(("id", "organisation_id"))
POLICY.deny(_RECUSED, "已经登记回避", "is recused")

# A proposal belongs to the coordinators from whom it came and to the office that is to answer it.
PROPOSALS = Policy("appealproposal")
_FROM = ByGrant(_ROUTES, agency="desk", place="desk_path", item="category")
PROPOSALS.allow("look", _FROM, "提出了这条建议", "proposed it")
PROPOSALS.allow("look", _LEAD, "是被建议单位的工作人员", "works at the office it is addressed to")
PROPOSALS.allow("answer", _LEAD, "是被建议单位的工作人员", "works at the office it is addressed to")


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


def ways(actor: Actor) -> list[Q]:
    """The lines by which `actor` may look, each by itself: a database follows one index where it would not follow five."""
    found = [to_q(rule, actor) for rule in POLICY.rules("look")]
    return [unbarred(one, [_RECUSED], actor) for one in found if one != NOTHING]


class NoSuchProposal(Problem):
    """No proposal that the actor may see has this identifier."""

    code = "appeal.proposal_unknown"
    status = 404


def no_such_proposal() -> NoSuchProposal:
    """The failure for a proposal that is not there, or not for this actor."""
    return NoSuchProposal(
        sentence_zh="没有找到这条政策改进建议。",
        sentence_en="There is no such proposal.",
        todo_zh="请从政策改进建议列表进入。",
        todo_en="Open it from the list of proposals.",
    )


def proposals(actor: Actor, verb: str = "look") -> Q:
    """The proposals on which `actor` may `verb`."""
    return allowed(PROPOSALS, actor, verb)


# A question of a key enterprise: its leader, its office, who looks after enterprises in its place (a grant's place alone
# decides; what is confidential only whoever put it there), and the enterprise.
QUESTIONS = Policy("keyquestion")
_LEADER = Own("leader_id", "account_id") & ByGrant(Permission.QUESTION_LEAD, item="category")
for _part in ("look", Part.WORK):
    QUESTIONS.allow(_part, _LEADER, "是挂点领导", "is the leader who answers for it")
    QUESTIONS.allow(_part, _LEAD, "是责任单位的工作人员", "works at the responsible office")
QUESTIONS.allow(Part.FIRM, _FIRM, "可以代表这家企业", "may act for the firm")
QUESTIONS.deny(_RECUSED, "已经登记回避", "is recused")


class NoSuchQuestion(Problem):
    """No question that the actor may see has this identifier."""

    code = "key_question.unknown"
    status = 404


def no_such_question() -> NoSuchQuestion:
    """The failure for a question that is not there, or not for this actor."""
    return NoSuchQuestion(
        sentence_zh="没有找到这个问题。",
        sentence_en="There is no such question.",
        todo_zh="请从重点企业问题库进入。",
        todo_en="Open it from the bank of questions.",
    )


def questions(actor: Actor, verb: str = "look") -> Q:
    """The questions on which `actor` may `verb`; who keeps the bank does what anybody may but the enterprise."""
    kept = NOTHING
    if verb in ("look", Part.WORK, Part.KEEPER):
        kept = _in_place(actor) & (Q(confidential=False) | Q(opened_by=actor.account_id))
    return allowed(QUESTIONS, actor, verb) | unbarred(kept, [_RECUSED], actor)


def keeps(actor: Actor, place_path: str) -> bool:
    """Whether the actor looks after the bank of a place."""
    held = covering(actor.grants, Permission.TOWN_MANAGE)
    return any(place_path.startswith(grant.place_path) for grant in held)


# What a town writes itself: who manages the service of its place writes and publishes it, the city's coordinators read it.
TOWN_RULES = Policy("townruletext")
TOWN_RULES.allow(
    "look",
    ByGrant(_ROUTES, agency="city_desk", item="town"),
    "负责全市的分派和质检",
    "coordinates the appeals of the whole city",
)


class NoSuchTownRules(Problem):
    """No rules of a town that the actor may see have this identifier, or it is no town of theirs."""

    code = "town_rules.unknown"
    status = 404


def no_such_town_rules() -> NoSuchTownRules:
    """The failure for rules that are not there, or not for this actor."""
    return NoSuchTownRules(
        sentence_zh="没有找到这份镇街规则。",
        sentence_en="There are no such rules of a town.",
        todo_zh="请从镇街规则列表进入。",
        todo_en="Open them from the list of towns' rules.",
    )


def town_rules(actor: Actor, verb: str = "look") -> Q:
    """The versions of towns' rules on which `actor` may `verb`: of a place that they manage, all of it."""
    return allowed(TOWN_RULES, actor, verb) | _in_place(actor)


def _in_place(actor: Actor) -> Q:
    """Rows of the places for which the actor manages enterprise service; the grant's place alone decides."""
    condition = NOTHING
    for grant in covering(actor.grants, Permission.TOWN_MANAGE):
        condition |= Q(place_path__startswith=grant.place_path) if grant.place_path else EVERYTHING
    return condition


def reads_town_rules(actor: Actor, city_desk: str, place_path: str, town: str) -> bool:
    """Whether the actor reads what this town writes: coordinates for the whole city, or manages the town's service."""
    held = covering(actor.grants, Permission.APPEAL_ROUTE)
    routes = any(covers(one, agency=city_desk, place_path=place_path, item=town) for one in held)
    return routes or keeps(actor, place_path)
