"""What an application consists of, whose turn it is: pure functions of what is known."""

from tongban.kernel.cases.calc.application import (
    SELF,
    Application,
    FilledField,
    FilledSection,
    assemble,
    changed_fields,
    content,
    fingerprint,
    short_number,
)
from tongban.kernel.cases.calc.turns import Light, Situation, Turn, light_kept, next_open, turns

__all__ = [
    "SELF",
    "Application",
    "FilledField",
    "FilledSection",
    "Light",
    "Situation",
    "Turn",
    "assemble",
    "changed_fields",
    "content",
    "fingerprint",
    "light_kept",
    "next_open",
    "short_number",
    "turns",
]
