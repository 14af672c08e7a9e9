"""UUID version 7 (RFC 9562): sorts by time of making, so new rows lie together in an index."""

import secrets
import threading
import uuid
from datetime import datetime

from tongban.foundation import time

# A small step back is the machine's clock being corrected and is counted through; a large one is a moved one.
_DRIFT_MS = 10_000


def uuid7() -> uuid.UUID:
    """A new UUID of version 7, greater than the last of this process unless the clock was moved back.

    Inside a millisecond the 12 bits after the version count up (RFC 9562, section 6.2, method 1); 62 bits
    are random.
    """
    ms, count = _sequence.next(int(time.now().timestamp() * 1000))
    return uuid.UUID(int=ms << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | secrets.randbits(62))


def first_id(moment: datetime) -> uuid.UUID:
    """A UUID of version 7 that none made at `moment` or later lies below."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)


class _Sequence:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ms = 0
        self._count = 0

    def next(self, ms: int) -> tuple[int, int]:
        with self._lock:
            if ms > self._ms or self._ms - ms > _DRIFT_MS:
                # Half of the counter stays free, so that a burst seldom runs into the next millisecond.
                self._ms, self._count = ms, secrets.randbits(11)
            elif self._count < 0xFFF:
                self._count += 1
            else:
                self._ms, self._count = self._ms + 1, 0
            return self._ms, self._count


_sequence = _Sequence()
