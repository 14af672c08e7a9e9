"""What a look says, and when two of them are one visit. Pure."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.modules.looks.states import ALWAYS, Kind, Whose


@dataclass(frozen=True)
class Seen:
    """One look: what, through which door, at whose data, for which piece of work; never a value of the data.

    `about` is the piece of work (its kind and identifier): a case, an appeal, a project. Without one, the look has no
    reason that we know of, and such looks are counted. `sought` tells two searches apart and is never kept.
    """

    kind: Kind
    door: str
    whose: tuple[Whose, uuid.UUID] | None = None
    about: tuple[str, uuid.UUID] | None = None
    agency: str = ""
    role: str = ""
    purpose: str = ""
    words: str = ""
    sought: str = ""

    @property
    def counted(self) -> bool:
        """Whether it is one of those that have no piece of work behind them."""
        return self.about is None and self.kind is not Kind.EXPORT


def once_of(seen: Seen, account_id: uuid.UUID, now: datetime, minutes: int) -> str:
    """The text that is the same for all looks of one visit: the same eyes, door, data and span of time."""
    parts = [
        account_id,
        seen.kind,
        seen.door,
        *(seen.whose or ("", "")),
        *(seen.about or ("", "")),
        seen.sought,
    ]
    span = now.isoformat() if seen.kind in ALWAYS else int(now.timestamp()) // (60 * max(1, minutes))
    return "|".join(str(one) for one in (*parts, span))


def kept_until(day: date, years: int) -> date:
    """The last day on which a look has to be there."""
    # A year is counted as 366 days: rather a day too long than one too short.
    return day + timedelta(days=366 * years)
