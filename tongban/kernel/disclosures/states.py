"""States of a lending, what a receiver may see, the names of events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

PRESENTATION_MADE = declare(
    "presentation.made", "持证人生成了亮证码", "A holder made a code to show a credential"
)
PRESENTATION_SEEN = declare("presentation.seen", "亮证码被查看", "A code was looked at")
LENDING_ASKED = declare("lending.asked", "单位请求用证", "An organisation asked for a credential")
LENDING_GIVEN = declare("lending.given", "持证人授权用证", "A holder lent a credential")
LENDING_REFUSED = declare("lending.refused", "持证人拒绝用证请求", "A holder refused to lend a credential")
LENDING_WITHDRAWN = declare("lending.withdrawn", "持证人收回用证授权", "A holder withdrew a lending")
LENDING_USED = declare("lending.used", "按授权查看了电子证照", "A lent credential was looked at")
COPY_MADE = declare("copy.made", "制作了加注件", "An annotated copy was made")

ANSWER_DAYS = 7  # a request that nobody answers is over after that
LONGEST_LENDING_DAYS = 366
LONGEST_COPY_DAYS = 180
MOST_REASON = 200  # signs: the standard for the use of electronic certificates


class LendingState(StrEnum):
    """How far a lending has come; that its days are over follows from its dates."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Scope(StrEnum):
    """What the receiver sees."""

    FACE = "face"  # number, state, dates, and the fields that are public; personal ones in part
    WHOLE = "whole"  # the personal fields too; sensitive ones stay masked


class Standing(StrEnum):
    """What a lending is worth at a moment: its state joined with its days and the credential's own state."""

    WAITING = "waiting"
    USABLE = "usable"
    NOT_YET = "not_yet"
    OVER = "over"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CodeVerdict(StrEnum):
    """What a one-time code is worth."""

    GOOD = "good"
    USED = "used"
    OLD = "old"
    UNKNOWN = "unknown"
