"""How often somebody may ask for a code or try one: limits, pauses that grow, and what is left of a window. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tongban.kernel.parties.states import Scope

LONGEST_PAUSE = 900  # seconds; a pause that doubles for ever would be a lock
_SETTING = re.compile(r"(?P<scope>[a-z.]+)=(?P<numbers>\d{1,9}(?:/\d{1,9}){1,3})")


@dataclass(frozen=True)
class Limit:
    """At most `most` times in a window of `seconds`.

    After the first `free` times a pause follows each: `pause` seconds, then twice as long each time. No pause: 0.
    """

    most: int
    seconds: int
    free: int = 0
    pause: int = 0


# What is counted over an account from strange devices bounds how many codes and guesses it gets in a day; what is
# counted over an address is generous, because a whole housing estate or a mobile carrier may stand behind one.
DEFAULTS: Mapping[Scope, Limit] = {
    Scope.ASK_ACCOUNT: Limit(10, 3600),
    Scope.ASK_PLACE: Limit(5, 3600, 2, 30),
    Scope.ASK_ADDRESS: Limit(300, 3600),
    Scope.ASK_DEVICE: Limit(10, 3600, 3, 15),
    Scope.TRY_ACCOUNT: Limit(30, 21600),
    Scope.TRY_PLACE: Limit(10, 3600, 3, 2),
    Scope.TRY_ADDRESS: Limit(1000, 3600),
    Scope.TRY_DEVICE: Limit(20, 3600, 3, 2),
    # A password stays the same for years, so few guesses are let through in a day; and each costs a tenth of a second of
    # a processor, so an address gets fewer than of codes. Who is over them signs in by code: these shares are apart.
    Scope.PASSWORD_ACCOUNT: Limit(30, 86400),
    Scope.PASSWORD_PLACE: Limit(10, 3600, 3, 2),
    Scope.PASSWORD_ADDRESS: Limit(300, 3600),
    Scope.PASSWORD_DEVICE: Limit(20, 3600, 3, 2),
}


@dataclass(frozen=True)
class Count:
    """How often within the window that began at `begun_at`; nothing more before `free_at`."""

    count: int
    begun_at: datetime
    free_at: datetime


def one_more(limit: Limit, was: Count | None, now: datetime) -> tuple[Count | None, datetime]:
    """The count with this one in it, or None when it is one too many; and from when on the next one may come."""
    window = timedelta(seconds=limit.seconds)
    if was is None or not was.begun_at <= now < was.begun_at + window:
        was = Count(0, now, now)
    end = was.begun_at + window
    if was.count >= limit.most:
        return None, end
    if now < was.free_at:
        return None, min(was.free_at, end)
    free_at = now + timedelta(seconds=pause_after(limit, was.count + 1))
    return Count(was.count + 1, was.begun_at, free_at), free_at


def pause_after(limit: Limit, count: int) -> int:
    """Seconds to wait after the `count`-th time."""
    if not limit.pause or count < limit.free:
        return 0
    return min(limit.pause << min(count - limit.free, 20), LONGEST_PAUSE)


def eased(limits: Mapping[Scope, Limit], times: int) -> dict[Scope, Limit]:
    """The same limits for a place where one person signs in as everybody: a demonstration."""
    return {
        scope: replace(one, most=one.most * times, free=one.free * times) for scope, one in limits.items()
    }


def read_limits(text: str, limits: Mapping[Scope, Limit]) -> dict[Scope, Limit]:
    """`limits` with those that `text` changes: `ask.place=5/3600/2/30`, several with spaces between.

    The numbers are most, seconds, free, pause. Raises ValueError, which names the word that cannot be read.
    """
    found = dict(limits)
    for word in text.split():
        match = _SETTING.fullmatch(word)
        if match is None or match["scope"] not in {one.value for one in Scope}:
            raise ValueError(word)
        limit = Limit(*(int(number) for number in match["numbers"].split("/")))
        if not limit.most or not limit.seconds:
            raise ValueError(word)
        found[Scope(match["scope"])] = limit
    return found
