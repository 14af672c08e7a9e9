"""The two sides of a conversation, lengths, the events. A message asks for nothing in law and moves no clock."""

from enum import StrEnum

from tongban.kernel.events.states import declare

LONGEST_MESSAGE = 2000
LONGEST_LABEL = 20
MOST_LABELS = 12  # on one case, of one agency: more are no longer read

MESSAGE_SENT = declare("case_message.sent", "发送了办件消息", "A message on a case was sent")
MESSAGES_READ = declare("case_message.read", "阅读了办件消息", "The messages on a case were read")
NOTE_WRITTEN = declare("case_note.written", "写了内部备注", "An internal note was written")
LABEL_PUT = declare("case_label.put", "贴了标签", "A label was put on a case")
LABEL_REMOVED = declare("case_label.removed", "取下了标签", "A label was taken off a case")


class Side(StrEnum):
    """Whose words a message carries."""

    APPLICANT = "applicant"
    OFFICE = "office"


OTHER = {Side.APPLICANT: Side.OFFICE, Side.OFFICE: Side.APPLICANT}
