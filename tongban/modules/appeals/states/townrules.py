"""What towns write themselves: where a version stands, as whom somebody acts on it, events."""

from enum import StrEnum

from tongban.kernel.events.states import declare


class Edition(StrEnum):
    """Where a version of a town's rules stands. A town has one draft and one that holds, at the most."""

    DRAFT = "draft"
    LIVE = "live"
    PAST = "past"


EDITION_NAMES = {
    Edition.DRAFT: ("草稿", "Draft"),
    Edition.LIVE: ("生效中", "In force"),
    Edition.PAST: ("已被替换", "Replaced"),
}
DRAFTED = declare("town_rules.drafted", "起草镇街诉求规则", "A town's rules for appeals were drafted")
PUBLISHED = declare("town_rules.published", "发布镇街诉求规则", "A town's rules for appeals were published")
MOST_CHARACTERS = 20_000
