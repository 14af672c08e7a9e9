"""Channels and kinds of notices, and the names of their events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

NOTICE_CREATED = declare("notice.created", "发出了一条通知", "A notice was created")
NOTICE_READ = declare("notice.read", "通知已读", "A notice was read")
MESSAGE_SENT = declare("message.sent", "在收件箱以外发出了提醒", "A message went out beside the inbox")
PREFERRED = declare("notice.preferences_changed", "改了通知偏好", "Preferences of notices were changed")
DEVICE_ADDED = declare("push_device.added", "加入了一台接收推送的设备", "A device for push was added")
DEVICE_REMOVED = declare("push_device.removed", "移除了一台接收推送的设备", "A device for push was removed")

CHINESE, ENGLISH = "zh-hans", "en"
LANGUAGES = (CHINESE, ENGLISH)
MOST_DEVICES = 10


class Channel(StrEnum):
    """Ways out of the house beside the in-site inbox, which is none of them: it cannot be switched off."""

    SMS = "sms"
    MAIL = "mail"
    PUSH = "push"


class NoticeKind(StrEnum):
    """What a notice is about, as far as people choose how to hear of it."""

    LETTER = "letter"  # has effect in law: letters, the one-time request to correct, days to answer
    PROGRESS = "progress"
    REQUEST = "request"
    LICENCE = "licence"
    POLICY = "policy"


# Kinds in words: (Chinese, English).
KIND_NAMES = {
    NoticeKind.LETTER: ("法律文书和补正通知", "Official letters and requests to correct"),
    NoticeKind.PROGRESS: ("办件进展和留言", "Progress of cases and messages"),
    NoticeKind.REQUEST: ("请您签名", "Requests to sign"),
    NoticeKind.LICENCE: ("证照使用", "Use of licences"),
    NoticeKind.POLICY: ("惠企利民政策", "Policies and subsidies"),
}
CHANNEL_NAMES = {
    Channel.SMS: ("短信", "SMS"),
    Channel.MAIL: ("电子邮件", "E-mail"),
    Channel.PUSH: ("手机推送", "Push"),
}
# The kind of a notice where its sender says none, by what it is about.
KIND_ABOUT = {
    "alert": NoticeKind.POLICY,
    "casesignature": NoticeKind.REQUEST,
    "credential": NoticeKind.LICENCE,
    "firmnotices": NoticeKind.POLICY,
    "lending": NoticeKind.LICENCE,
}
if set(KIND_NAMES) != set(NoticeKind) or set(CHANNEL_NAMES) != set(Channel):
    raise AssertionError("every kind and every channel needs its name")
