"""Channels of notices and the names of their events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

NOTICE_CREATED = declare("notice.created", "发出了一条通知", "A notice was created")
NOTICE_READ = declare("notice.read", "通知已读", "A notice was read")
MESSAGE_SENT = declare("message.sent", "通过短信或邮件发出了提醒", "A message went out by SMS or mail")


class Channel(StrEnum):
    """Ways out of the house beside the in-site inbox."""

    SMS = "sms"
    MAIL = "mail"
