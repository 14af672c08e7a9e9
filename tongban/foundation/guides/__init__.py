"""Service guides (办事指南): the rules that officials hold them to, and what is promised in every situation. Pure."""

from tongban.foundation.guides.english import listed_faults, without_english
from tongban.foundation.guides.rules import Guided, guide_faults
from tongban.foundation.guides.situations import situation_faults

__all__ = ["Guided", "guide_faults", "listed_faults", "situation_faults", "without_english"]
