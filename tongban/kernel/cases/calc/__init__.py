"""What an application consists of, whose turn it is: pure functions of what is known."""

from tongban.kernel.cases.calc.application import (
    SELF,
    Application,
    FilledField,
    FilledSection,
    assemble,
    changed_fields,
    fingerprint,
    short_number,
)
from tongban.kernel.cases.calc.messages import MESSAGES, Message, messages
from tongban.kernel.cases.calc.turns import Situation, Turn, next_open, turns

__all__ = [
    "MESSAGES",
    "SELF",
    "Application",
    "FilledField",
    "FilledSection",
    "Message",
    "Situation",
    "Turn",
    "assemble",
    "changed_fields",
    "fingerprint",
    "messages",
    "next_open",
    "short_number",
    "turns",
]
