"""Who may look after systems, and whose sign-ons and consents somebody sees: the own ones."""

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, Own, Policy
from tongban.kernel.access.rules import allowed, require
from tongban.kernel.access.states import Permission
from tongban.modules.signon.models import SystemConsent

CONSENTS = Policy("system_consent")
CONSENTS.allow("own", Own("account_id", "account_id"), "本人", "one's own")


class NoSuchSystem(Problem):
    """There is no such system, or no such consent of the actor."""

    code = "signon.not_found"
    status = 404


def require_registrar(actor: Actor) -> None:
    """Raise NotAllowed unless the actor looks after the systems."""
    require(actor, Permission.SIGNON_MANAGE)


def consents(actor: Actor) -> QuerySet[SystemConsent]:
    """The consents of the actor."""
    return SystemConsent.objects.filter(allowed(CONSENTS, actor, "own"))


def no_such() -> NoSuchSystem:
    """What is answered for a row that is not there, or is another's."""
    return NoSuchSystem(
        sentence_zh="没有这个接入系统或者登录记录。",
        sentence_en="There is no such system or sign-on.",
        todo_zh="请回到列表重新选择。",
        todo_en="Go back to the list and choose again.",
    )
