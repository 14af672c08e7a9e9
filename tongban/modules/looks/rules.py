"""Who sees alarms about looks: supervisors, where their grants reach. Who looked at one's own data, everybody may know."""

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor, ByGrant, Own, Policy, Represented
from tongban.kernel.access.rules import allowed
from tongban.kernel.access.states import Permission
from tongban.modules.looks.models import Look, LookAlarm

ALARMS = Policy("look_alarm")
ALARMS.allow(
    "supervise",
    ByGrant(Permission.SUPERVISE, item="role"),
    "在该机关、镇街负责电子监察",
    "supervises this agency and place",
)
LOOKS = Policy("look")
LOOKS.allow("own", Own("whose_id", "person_id"), "本人", "one's own data")
LOOKS.allow("own", Represented("whose_id"), "代表的企业", "of an organisation acted for")


class NoSuchAlarm(Problem):
    """There is no such alarm, or it is out of the supervisor's reach."""

    code = "look.no_such_alarm"
    status = 404


def alarms(actor: Actor) -> QuerySet[LookAlarm]:
    """The alarms that the actor watches over."""
    return LookAlarm.objects.filter(allowed(ALARMS, actor, "supervise"))


def own(actor: Actor) -> QuerySet[Look]:
    """The looks at data of the actor, and of the organisations they may act for."""
    return Look.objects.filter(allowed(LOOKS, actor, "own"))


def found(row: LookAlarm | None) -> LookAlarm:
    """The alarm; raises NoSuchAlarm."""
    if row is None:
        raise NoSuchAlarm(
            sentence_zh="没有找到这条告警。",
            sentence_en="There is no such alarm.",
            todo_zh="请从“查阅告警”重新打开。",
            todo_en="Open it from the list of alarms again.",
        )
    return row
