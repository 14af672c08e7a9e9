"""Who may do what to which cases: one expression for the list and for the single case."""

from django.db.models import Q, QuerySet

from tongban.kernel.access.calc import (
    Actor,
    Among,
    ByGrant,
    Linked,
    Mandated,
    Missing,
    Own,
    Policy,
    Recused,
    Represented,
)
from tongban.kernel.access.rules import NOTHING, allowed, to_q, unbarred
from tongban.kernel.access.states import Area, Permission
from tongban.kernel.cases.models import Case, CaseStep
from tongban.kernel.cases.states import OPEN_STATES, CaseState, StepState

POLICY = Policy("case")
_DRAFT = Among("state", (CaseState.DRAFT,))
# Once a mandate has ended, having filed for an organisation opens nothing any more.
_OWN = Own("person_id", "person_id") & Missing("organisation_id")
_FOR_ORGANISATION = Represented("organisation_id", Area.CASES)
_MANDATED = Mandated()

POLICY.allow("view", _OWN, "是申请人本人", "is the applicant")
POLICY.allow("view", _FOR_ORGANISATION, "可以代表申请单位", "may act for the applicant")
POLICY.allow("view", _MANDATED, "受申请人委托办理这个事项", "holds a mandate of the applicant for this item")
POLICY.allow(
    "view",
    ByGrant(Permission.CASE_VIEW) & ~_DRAFT,
    "在办理机关、镇街有查看权限",
    "has a grant at the competent agency and place",
)
# An agency that is asked within the procedure sees the case from the moment when its step opens.
# Steps within agency and place of the case open nothing that the line above does not; they are most of all.
_ASKED = (
    ByGrant(Permission.CASE_REVIEW, item="case__item_code")
    & Among("elsewhere", (True,))
    & ~Among("state", (StepState.WAITING,))
)
_CONSULTED = Linked("cases.CaseStep", "case_id", _ASKED)
POLICY.allow("view", _CONSULTED, "本机关承担其中的环节", "has a step of the procedure")
# Whoever watches over others sees who could see a case and why, by its number: nothing of the application.
_WATCHED = (
    (ByGrant(Permission.SUPERVISE) & ~_DRAFT, "负责电子监察", "supervises the office"),
    (ByGrant(Permission.AUDIT_VIEW) & ~_DRAFT, "负责审计", "is the audit administrator"),
)
for _rule, _zh, _en in (
    (
        ByGrant(Permission.CASE_VIEW) & ~_DRAFT,
        "在办理机关、镇街有查看权限",
        "has a grant at the competent agency and place",
    ),
    (_CONSULTED, "本机关承担其中的环节", "has a step of the procedure"),
    *_WATCHED,
):
    POLICY.allow("explain", _rule, _zh, _en)
for _verb in ("edit", "withdraw", "rate"):
    POLICY.allow(_verb, _OWN, "是申请人本人", "is the applicant")
    POLICY.allow(_verb, _FOR_ORGANISATION, "可以代表申请单位", "may act for the applicant")
    POLICY.allow(
        _verb, _MANDATED, "受申请人委托办理这个事项", "holds a mandate of the applicant for this item"
    )
POLICY.allow("accept", ByGrant(Permission.CASE_ACCEPT) & ~_DRAFT, "有受理权限", "may accept")
POLICY.allow("review", ByGrant(Permission.CASE_REVIEW) & ~_DRAFT, "有审查权限", "may review")
POLICY.allow("review", _CONSULTED, "本机关承担其中的环节", "has a step of the procedure")
# Who is asked answers; pauses, extensions and hearings are for those whose case it is.
POLICY.allow(
    "examine", ByGrant(Permission.CASE_REVIEW) & ~_DRAFT, "是主办机关的审查人员", "reviews for its agency"
)
POLICY.allow("decide", ByGrant(Permission.CASE_DECIDE) & ~_DRAFT, "有决定权限", "may decide")
# What was uploaded, byte for byte: an examiner's; whoever handles the case has its pages drawn anew.
POLICY.allow(
    "original",
    ByGrant(Permission.MATERIAL_ORIGINAL) & ~_DRAFT,
    "有查验材料原件的权限",
    "may examine what was uploaded",
)
POLICY.allow("head", ByGrant(Permission.CASE_HEAD) & ~_DRAFT, "是机关负责人", "is the head of the agency")
# Whoever publishes an item may take its open cases along to the new version; of a case they see its number and state.
POLICY.allow(
    "migrate",
    ByGrant(Permission.ITEM_PUBLISH) & Among("state", OPEN_STATES),
    "可以发布事项",
    "publishes the item",
)
# Who has an interest keeps away, whatever else they hold (公务员法 art. 76: 公务回避).
RECUSED = Recused()
POLICY.deny(RECUSED, "已经登记回避", "is recused")
_KEPT_AWAY = Recused(("case_id", "case__person_id", "case__organisation_id"))


def visible(actor: Actor, verb: str = "view") -> QuerySet[Case]:
    """The cases on which `actor` may use `verb`; another's case is simply not among them."""
    return Case.objects.filter(allowed(POLICY, actor, verb))


def staff_only(actor: Actor) -> Q:
    """The cases that an officer sees through grants, leaving out their own affairs as a citizen."""
    granted, consulted = staff_parts(actor)
    return granted | consulted


def asked(actor: Actor) -> QuerySet[CaseStep]:
    """The steps by which an officer sees cases of others."""
    return CaseStep.objects.filter(without_recused(to_q(_ASKED, actor), actor))


def without_recused(condition: Q, actor: Actor) -> Q:
    """The rows of a table that points at cases, without those of cases that the actor keeps away from."""
    return unbarred(condition, [_KEPT_AWAY], actor)


def staff_parts(actor: Actor) -> tuple[Q, Q]:
    """The same in two parts that share no case: by the agency's own right, and by a step of another's procedure.

    A database reads each from an index of its own; of their union it reads everything.
    """
    granted = to_q(ByGrant(Permission.CASE_VIEW) & ~_DRAFT, actor)
    consulted = to_q(_CONSULTED, actor)
    within = unbarred(granted, [RECUSED], actor)
    return within, consulted if consulted == NOTHING else unbarred(consulted & ~granted, [RECUSED], actor)
