"""Navigation of those who watch over access: the three administrators, supervisors, and whoever is in an emergency."""

from django.http import HttpRequest

from tongban.kernel.access import queries as access
from tongban.kernel.access.states import Permission
from tongban.terminals.ui.shell import Entry, Group
from tongban.terminals.ui.texts import later as _


def _waiting_grants(request: HttpRequest) -> int | None:
    if not request.actor.can(Permission.GRANT_MANAGE):
        return None
    return access.waiting().count() or None


def _waiting_reviews(request: HttpRequest) -> int | None:
    if not request.actor.can(Permission.SUPERVISE):
        return None
    return access.unreviewed().count() or None


def after(*own: Group) -> tuple[Group, ...]:
    """Two more groups: looking into what one has no usual right to, and the administrators' own pages."""
    return (
        *own,
        Group(
            _("查阅监督"),
            (
                Entry(_("谁能看到一个办件"), "desk-seen", icon="eye", permission="supervise audit.view"),
                Entry(
                    _("复核紧急查阅"),
                    "desk-emergency-reviews",
                    icon="shield-check",
                    permission="supervise",
                    count=_waiting_reviews,
                    hot=True,
                ),
                Entry(
                    _("紧急查阅"),
                    "desk-emergency",
                    icon="triangle-alert",
                    permission="case.view case.receive supervise",
                ),
            ),
        ),
        Group(
            _("三员管理"),
            (
                Entry(_("工作人员账号管理"), "console-officers", icon="users", permission="account.manage"),
                Entry(
                    _("岗位权限"),
                    "console-grants",
                    icon="key-round",
                    permission="grant.manage",
                    count=_waiting_grants,
                ),
                Entry(_("操作记录"), "console-audit", icon="history", permission="audit.view"),
                Entry(_("某天的权限"), "console-audit-rights", icon="users", permission="audit.view"),
                Entry(_("紧急查阅"), "console-audit-glasses", icon="eye", permission="audit.view"),
            ),
        ),
    )
