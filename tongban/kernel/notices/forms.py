"""Reading what people choose about notices."""

import re
from collections.abc import Mapping
from datetime import time

from tongban.foundation.errors import Problem
from tongban.kernel.notices.calc import Wishes
from tongban.kernel.notices.states import LANGUAGES, Channel, NoticeKind

# What mail programs accept, not what could be written down: one at, a dot behind it, nothing that could end a header.
_MAIL = re.compile(r"[^\s@<>\",;:\x00-\x1f]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LONGEST_MAIL = 120


class BadWishes(Problem):
    """Quiet hours of which one end is missing or both are the same, an address that is none, an unknown language."""

    code = "notice.bad_preferences"
    status = 422

    def __init__(self, zh: str, en: str, about: str) -> None:
        super().__init__(
            sentence_zh=zh,
            sentence_en=en,
            todo_zh="请改正后再保存；还没有保存任何改动。",
            todo_en="Correct it and save again; nothing has been changed yet.",
            about=about,
        )


def read_wishes(typed: Mapping[str, str]) -> Wishes:
    """What a form says: `language`, `quiet_from` and `quiet_to` (HH:MM), `mail`, and `sms-letter` … for what is wanted.

    Raises BadWishes, whose `about` names the field.
    """
    language = typed.get("language", "")
    if language not in LANGUAGES:
        raise BadWishes("没有选择语言。", "No language was chosen.", "language")
    begins, ends = _hour(typed, "quiet_from"), _hour(typed, "quiet_to")
    if (begins is None) != (ends is None):
        raise BadWishes(
            "免打扰时段缺了开始或者结束。",
            "One end of the quiet hours is missing.",
            "quiet_to" if begins else "quiet_from",
        )
    if begins is not None and begins == ends:
        raise BadWishes("免打扰的开始和结束相同。", "The quiet hours end when they begin.", "quiet_to")
    mail = typed.get("mail", "").strip()
    if mail and (len(mail) > _LONGEST_MAIL or not _MAIL.fullmatch(mail)):
        raise BadWishes("这不是电子邮件地址。", "This is no e-mail address.", "mail")
    refused = frozenset(
        (channel.value, kind.value)
        for channel in Channel
        for kind in NoticeKind
        if f"{channel}-{kind}" not in typed
    )
    return Wishes(language, begins, ends, mail, refused)


def _hour(typed: Mapping[str, str], name: str) -> time | None:
    text = typed.get(name, "").strip()
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        raise BadWishes("时间应写成 22:00 的形式。", "Write the hour like 22:00.", name) from None
