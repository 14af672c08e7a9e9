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
    SEAL_USE = "seal.use"
    CONSOLE_VIEW = "console.view"
    GRANT_MANAGE = "grant.manage"


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
            "bureau",
            "数据管理",
            "Data bureau",
            "查看事项目录、城市包报告、账号和权限。",
            "Sees the catalogue, the pack report, accounts and grants.",
            frozenset({_P.CONSOLE_VIEW, _P.GRANT_MANAGE}),
        ),
    ]
}
