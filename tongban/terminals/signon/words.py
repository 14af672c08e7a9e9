"""What pages say about systems and what they are told."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from tongban.modules.signon.calc import described
from tongban.modules.signon.states import Scope
from tongban.terminals.ui.texts import _, later, local

SCOPES = {
    Scope.OPENID: later("一个编号：只给这个系统用，别的系统看到的是另一个；以及您的实名等级和登录方式"),
    Scope.PROFILE: later("您的姓名，只显示一部分"),
    Scope.REALNAME: later("您的完整姓名"),
    Scope.ACTING_FOR: later("您代表哪个企业：名称和统一社会信用代码"),
    Scope.OFFLINE_ACCESS: later("登录期间不用反复回到这里确认；您退出登录，它就失效"),
}


def handed_over(scopes: Iterable[str]) -> list[str]:
    """What a system is told, a line for each scope; the whole name makes the masked one needless."""
    wanted = set(described(scopes))
    if Scope.REALNAME in wanted:
        wanted.discard(Scope.PROFILE)
    return [str(SCOPES[Scope(one)]) for one in described(wanted)]


def name(system: Any) -> str:
    """The system's name in this language."""
    return local({"zh": system.name_zh, "en": system.name_en})


def purpose(system: Any) -> str:
    """What it is for, in this language."""
    return local({"zh": system.purpose_zh, "en": system.purpose_en})


def level(number: int) -> str:
    """A level of assurance as people see it."""
    return _("“{name}”", name=settings.ACR_NAMES.get(number, str(number)))
