"""Joining many appeals to one: how many at once, why two are held alike, why one is not joined, what its firm is told."""

from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.modules.appeals.states import ENDED, STATE_NAMES, State

MOST_JOINED = 100  # at once: what one person can have looked at, and what one transaction locks
MOST_ALIKE = 20  # shown beside an appeal
MOST_SHOWN = 100  # of those that were joined, on the page of their lead
MOST_LOOKED_AT = 40  # of each kind, for finding those: their words are decrypted and compared
NEAR_DAYS = 30  # between two appeals of a category that may be the same
NEAR = 40  # percent of shared pairs of signs from which on words are called near
# The title of the notice that the firm of a joined appeal gets; the body has its own number and nothing else.
TOLD = ("诉求与同类诉求并案办理", "Your appeal was joined to another")


class Alike(StrEnum):
    """Why an appeal is held to be the same as another, or near it."""

    SAME_WORDS = "same_words"
    NEAR_WORDS = "near_words"
    SAME_FIRM = "same_firm"
    SUBCATEGORY = "subcategory"
    CATEGORY = "category"
    TOWN = "town"


ALIKE_NAMES = {
    Alike.SAME_WORDS: ("文字相同", "Same words"),
    Alike.NEAR_WORDS: ("文字相近 {percent}%", "Words {percent}% alike"),
    Alike.SAME_FIRM: ("同一企业", "Same firm"),
    Alike.SUBCATEGORY: ("同一细类", "Same sub-category"),
    Alike.CATEGORY: ("同一类别，前后 {days} 天内", "Same category, within {days} days"),
    Alike.TOWN: ("同一镇街", "Same town"),
}


class Bar(StrEnum):
    """Why an appeal is not joined with the others. What one look cannot decide is joined by itself, from its own page."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"
    IN_HAND = "in_hand"
    LEADS = "leads"
    SECRECY = "secrecy"
    OTHER_WORDS = "other_words"


BAR_NAMES = {
    Bar.HERE: ("已经并入这件诉求", "Joined to this one already"),
    Bar.ELSEWHERE: ("已经并入别的诉求", "Joined to another one already"),
    Bar.ENDED: ("已经结束", "It has ended"),
    Bar.IN_HAND: (
        "已经在办；待分派、待联系的才能并入",
        "In hand already: only what waits for its assignment or first contact is joined",
    ),
    Bar.LEADS: (
        "已有别的诉求并入它；请核对后在它的页面单独并案",
        "Others are joined to it: check, and join it by itself on its page",
    ),
    Bar.SECRECY: ("两件中一件保密，另一件不保密", "One of the two is confidential, the other is not"),
    Bar.OTHER_WORDS: (
        "同一企业说的是另一件事；请核对后在它的页面单独并案",
        "The same firm says something else: check, and join it by itself on its page",
    ),
}
if set(ALIKE_NAMES) != set(Alike) or set(BAR_NAMES) != set(Bar):
    raise AssertionError("every reason needs its names")


class CannotLead(Problem):
    """Nothing is joined to an appeal that has ended."""

    code = "appeal.cannot_lead"
    status = 409


class TooManyToJoin(Problem):
    """More appeals than are joined at once."""

    code = "appeal.too_many_to_join"
    status = 422


def require_lead(number: str, state: str) -> None:
    """Raise CannotLead for an appeal that has ended."""
    if state in ENDED:
        name = STATE_NAMES[State(state)]
        raise CannotLead(
            sentence_zh=f"诉求 {number} 现在是“{name[0]}”，不能作为主诉求，没有并案。",
            sentence_en=f"Appeal {number} stands at '{name[1]}' and cannot lead; none was joined.",
            todo_zh="请选择一件还在办理的诉求作为主诉求。",
            todo_en="Choose one to lead that is still in hand.",
        )


def require_so_few(count: int) -> None:
    """Raise TooManyToJoin for more than MOST_JOINED."""
    if count > MOST_JOINED:
        raise TooManyToJoin(
            sentence_zh=f"一次最多并入 {MOST_JOINED} 件，这次勾选了 {count} 件，没有并案。",
            sentence_en=f"At most {MOST_JOINED} appeals are joined at once; {count} were ticked, and none was joined.",
            todo_zh="请分几次勾选。",
            todo_en="Tick them in several turns.",
        )
