"""Where visits stand, the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

LIST_ASKED = declare("service_list.asked", "开始更新企业名单", "The lists of enterprises began to be renewed")
LIST_ADVANCED = declare("service_list.advanced", "更新了一批名单", "A part of the lists was renewed")
LISTED = declare("service_entry.made", "企业列入名单", "An enterprise was put on a list")
UNLISTED = declare("service_entry.ended", "企业移出名单", "An enterprise was taken off a list")
OFFICER_NAMED = declare("service_officer.named", "登记了服务专员", "A service officer was named")
OFFICER_LEFT = declare("service_officer.left", "服务专员离任", "A service officer left")
ASSIGNED = declare("service.assigned", "确定了企业的服务专员", "An enterprise got its service officer")
VISIT_PLANNED = declare("visit.planned", "安排了走访", "A visit was planned")
VISIT_RECORDED = declare("visit.recorded", "登记了走访", "A visit was recorded")
VISIT_CALLED_OFF = declare("visit.called_off", "取消了走访", "A visit was called off")
PROMISE_KEPT = declare("promise.kept", "兑现了承诺", "A promise was kept")
DUTY_SET = declare("duty.set", "安排了值班", "Duty was set")

CHUNK = 500  # enterprises judged by one job: a second or two of work, far less than a lease


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    DONE = "done"
    CALLED_OFF = "called_off"


STATE_NAMES = {
    VisitState.PLANNED: ("待走访", "Planned"),
    VisitState.DONE: ("已走访", "Done"),
    VisitState.CALLED_OFF: ("已取消", "Called off"),
}


class Light(StrEnum):
    """How a promise or a visit stands before its day."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


LIGHT_NAMES = {
    Light.GREEN: ("期限内", "In time"),
    Light.YELLOW: ("临近期限", "Nearly due"),
    Light.RED: ("已超期", "Overdue"),
}
