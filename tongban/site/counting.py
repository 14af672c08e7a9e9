"""How often something came within the running minute, over all processes of this machine (decision 0055).

One file is mapped into the memory of every process. Each process writes in an area of its own and adds up what stands in
all of them, so nothing is locked, no statement is spent, and a process that dies leaves nothing but what it has counted.
"""

import fcntl
import hashlib
import logging
import mmap
import os
import threading
from pathlib import Path

log = logging.getLogger(__name__)

WINDOW = 60  # seconds
AREAS = (
    64  # processes that count apart; further ones share an area, and may then miss one another's last count
)
_HEAD = mmap.PAGESIZE  # its first word says how many areas were ever taken
_NAME = "requests-1"  # with another layout the number has to change: processes of two versions may run side by side
_WORD = 8
_TRIES = 64  # places looked at for one key
_COUNT = 0xFFFFFFFF


class Counts:
    """Counts by key in a file of this machine below `folder`. Keys are kept as digests under `secret`: they name nobody.

    There are two tables. What anybody can make up (addresses) stands in one of `strangers` places; when that is full, those
    who find no place have one count together. What nobody can make up (accounts, signed devices) has the other, of `known`
    places, so no flood of strangers reaches it; should it be full, whoever finds no place is let in.
    """

    def __init__(
        self, folder: Path, secret: str, *, known: int = 32 * 1024, strangers: int = 128 * 1024
    ) -> None:
        self.path = folder / f"{_NAME}-{os.uname().nodename}"  # a folder may be shared by several machines
        self._known, self._strangers = known, strangers
        pages = -(-2 * _WORD * (known + strangers) // mmap.PAGESIZE)
        self._area = pages * mmap.PAGESIZE
        self._digest = hashlib.blake2b(
            key=hashlib.sha256(secret.encode()).digest(), digest_size=_WORD, person=b"requests"
        )
        self._lock = threading.Lock()
        self._words: memoryview | None = None
        self._fd, self._own = -1, 0

    def within(self, key: str, most: int, now: float, *, known: bool = False) -> bool:
        """Count one more of `key` at the moment `now` (seconds), unless it is one too many within this minute.

        `known` says that nobody can make up such keys. Never raises: without a file the process counts for itself.
        """
        window, digest = int(now // WINDOW), self._digest.copy()
        digest.update(key.encode())
        number = int.from_bytes(digest.digest(), "little")
        with self._lock:
            if self._words is None:
                self._words = self._opened()
            found = self._count(self._words, number, most, window, known=known)
            if found is None and not known:
                found = self._count(self._words, 0, most, window, known=True)  # the strangers' common count
            return True if found is None else found

    def _count(self, words: memoryview, number: int, most: int, window: int, *, known: bool) -> bool | None:
        """Say that one more is there, add up over all processes, and take it back when that is too many.

        In this order two processes can both be refused the last one of a minute, but never both be given it. None: no place.
        """
        at, own = self._place(words, self._own, number, window, known=known)
        if at < 0:
            return None
        words[at] = number
        words[at + 1] = window << 32 | own + 1  # one word, written at once: nobody reads half of it
        total = own + 1
        for area in range(words[0]):
            if area != self._own:
                total += self._place(words, area, number, window, known=known)[1]
        if total > most:
            words[at + 1] = window << 32 | own
        return total <= most

    def _place(
        self, words: memoryview, area: int, number: int, window: int, *, known: bool
    ) -> tuple[int, int]:
        """Where the key stands in an area, or would, and its count there; -1 where no place is left.

        Places of earlier minutes are free: nothing has to be cleared.
        """
        start = (_HEAD + area * self._area) // _WORD + (0 if known else 2 * self._known)
        size = self._known if known else self._strangers
        for step in range(min(_TRIES, size)):
            at = start + 2 * ((number + step) % size)
            word = words[at + 1]
            if word >> 32 != window:
                return at, 0
            if words[at] == number:
                return at, word & _COUNT
        return -1, 0

    def _opened(self) -> memoryview:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, AREAS)  # one after the other, while areas are given out
            os.ftruncate(self._fd, _HEAD + AREAS * self._area)  # what nobody writes takes no room
            self._own = next((n for n in range(AREAS) if self._taken(n)), os.getpid() % AREAS)
            if hasattr(
                os, "posix_fallocate"
            ):  # on a full disk an error now, not the end of the process later
                os.posix_fallocate(self._fd, 0, _HEAD + (self._own + 1) * self._area)
            words = memoryview(mmap.mmap(self._fd, _HEAD + AREAS * self._area)).cast("Q")
            words[0] = max(words[0], self._own + 1)
            fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, AREAS)
        except OSError as error:
            log.warning("requests are counted in this process alone: %s", error)
            self._own = 0
            words = memoryview(mmap.mmap(-1, _HEAD + self._area)).cast("Q")
            words[0] = 1
        return words

    def _taken(self, area: int) -> bool:
        """Take an area for as long as this process lives: the system takes the lock back from whoever has died."""
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, area)
        except OSError:
            return False
        return True
