"""How somebody wants to be told, as a value. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tongban.kernel.notices.states import CHINESE, ENGLISH


@dataclass(frozen=True)
class Wishes:
    """Language, quiet hours, address for mail, and what goes out by no channel but the inbox: (channel, kind)."""

    language: str = CHINESE
    quiet_from: time | None = None
    quiet_to: time | None = None
    mail: str = ""
    refused: frozenset[tuple[str, str]] = frozenset()

    def wants(self, channel: str, kind: str) -> bool:
        """Whether notices of this kind go out by this channel too."""
        return (channel, kind) not in self.refused

    def said(self, zh: str, en: str) -> str:
        """The one of two texts that is in the person's language; Chinese where there is no English."""
        return en if self.language == ENGLISH and en else zh

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that `now` (aware, in the city's time) lies in; None outside them.

        They may go past midnight. Their first minute is quiet, their last moment is not.
        """
        if self.quiet_from is None or self.quiet_to is None:
            return None
        begins = datetime.combine(now.date(), self.quiet_from, now.tzinfo)
        if now < begins:
            begins -= timedelta(days=1)
        ends = datetime.combine(begins.date(), self.quiet_to, now.tzinfo)
        if ends <= begins:
            ends += timedelta(days=1)
        return ends if now < ends else None
