"""Permissions and roles: one enum, and for each role the sentence shown to the person who grants it."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.events.states import declare

GRANT_MADE = declare("grant.made", "授予了岗位权限", "A grant was made")
GRANT_ENDED = declare("grant.ended", "终止了岗位权限", "A grant was ended")


class Permission(StrEnum):
    """What a staff member may do; on which rows, the grant's agency, place and items say."""

    CASE_VIEW = "case.view"
    CASE_ACCEPT = "case.accept"
    CASE_REVIEW = "case.review"
    CASE_DECIDE = "case.decide"
    CASE_HEAD = "case.head"
    SEAL_USE = "seal.use"
    SUPERVISE = "supervise"
    CONSOLE_VIEW = "console.view"
    ITEM_EDIT = "item.edit"
    ITEM_PUBLISH = "item.publish"
    GRANT_MANAGE = "grant.manage"
    RATING_MANAGE = "rating.manage"


@dataclass(frozen=True)
class Role:
    """A set of permissions with a name and a sentence for people."""

    name: str
    title_zh: str
    title_en: str
    sentence_zh: str
    sentence_en: str
    permissions: frozenset[Permission]


_P = Permission
ROLES = {
    role.name: role
    for role in [
        Role(
            "clerk",
            "窗口受理",
            "Window clerk",
            "收件、受理、一次性告知补正、不予受理。",
            "Takes in, accepts, asks once for supplements, refuses acceptance.",
            frozenset({_P.CASE_VIEW, _P.CASE_ACCEPT}),
        ),
        Role(
            "reviewer",
            "审查",
            "Reviewer",
            "审查已受理的办件，提出意见。",
            "Reviews accepted cases and gives an opinion.",
            frozenset({_P.CASE_VIEW, _P.CASE_REVIEW}),
        ),
        Role(
            "decider",
            "决定",
            "Decider",
            "作出准予或者不予的决定并用印；不能决定自己审查过的办件。",
            "Grants or denies and has it sealed; never a case that the same person reviewed.",
            frozenset({_P.CASE_VIEW, _P.CASE_DECIDE, _P.SEAL_USE}),
        ),
        Role(
            "head",
            "机关负责人",
            "Head of agency",
            "批准延长办理期限和特别程序；不能批准自己提请的。",
            "Approves extensions and special procedures; never one that the same person proposed.",
            frozenset({_P.CASE_VIEW, _P.CASE_HEAD}),
        ),
        Role(
            "editor",
            "事项编辑",
            "Item editor",
            "起草本部门事项的修改，预览后送他人发布。",
            "Drafts changes of the own agency's items, previews them and sends them to another person.",
            frozenset({_P.ITEM_EDIT}),
        ),
        Role(
            "publisher",
            "事项发布",
            "Item publisher",
            "核对并发布本部门事项的修改；不能发布自己改过的草稿。",
            "Checks and publishes changes of the own agency's items; never a draft that the same person changed.",
            frozenset({_P.ITEM_PUBLISH}),
        ),
        Role(
            "supervisor",
            "电子监察",
            "Supervisor",
            "查看黄牌、红牌和办理时效，发督办单，审定异议；看不到申请内容，也不能办理。",
            "Sees cards and figures, writes chase orders, decides objections; sees no application and handles none.",
            frozenset({_P.SUPERVISE}),
        ),
        Role(
            "ratings",
            "好差评专员",
            "Ratings officer",
            "回访给出差评的人，核实、督促整改并反馈；能看到评价人姓名，不能办理自己经手办件的差评。",
            "Calls back those who rated badly, verifies, has it put right and answers; sees the rater's name.",
            frozenset({_P.CASE_VIEW, _P.RATING_MANAGE}),
        ),
        Role(
            "bureau",
            "数据管理",
            "Data bureau",
            "查看事项目录、城市包报告、账号和权限；审定差评申诉，督办整改。",
            "Sees the catalogue, the pack report, accounts and grants; decides appeals against ratings.",
            frozenset({_P.CONSOLE_VIEW, _P.ITEM_PUBLISH, _P.GRANT_MANAGE, _P.RATING_MANAGE}),
        ),
    ]
}
