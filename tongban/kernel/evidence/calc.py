"""The tree of RFC 9162, section 2: hashes, roots, proofs that an entry is in it and that it only grew. Pure."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from tongban.kernel.evidence.states import WIDTH

# The hash of a whole subtree of WIDTH**level entries, by (level, index); level 0 is the entries' own.
Known = Callable[[int, int], bytes]

EMPTY = hashlib.sha256(b"").digest()


def leaf(content: bytes) -> bytes:
    """The hash of one entry; the first byte keeps entries apart from inner nodes."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """How many of `size` entries (two at least) lie left: the largest power of two below it."""
    return 1 << ((size - 1).bit_length() - 1)


def root(known: Known, start: int, stop: int) -> bytes:
    """The hash over the entries from `start` to before `stop`, reading whole subtrees where they are known."""
    size = stop - start
    if size == 0:
        return EMPTY
    level = _level(start, size)
    if level is not None:
        return known(level, start // WIDTH**level)
    middle = start + split(size)
    return node(root(known, start, middle), root(known, middle, stop))


def _level(start: int, size: int) -> int | None:
    """The level at which a range is one known subtree, or None."""
    level, width = 0, 1
    while width < size:
        level, width = level + 1, width * WIDTH
    return level if width == size and start % width == 0 else None


def inclusion(known: Known, number: int, size: int) -> list[bytes]:
    """The siblings from entry `number` (from 0) up to the root of a tree of `size`; ValueError when it is not in it."""
    if not 0 <= number < size:
        raise ValueError(f"entry {number} is not in a tree of {size}")
    return list(_path(known, number, 0, size))


def _path(known: Known, number: int, start: int, stop: int) -> Iterator[bytes]:
    if stop - start == 1:
        return
    middle = start + split(stop - start)
    if number < middle:
        yield from _path(known, number, start, middle)
        yield root(known, middle, stop)
    else:
        yield from _path(known, number, middle, stop)
        yield root(known, start, middle)


def included(entry: bytes, number: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from an entry's hash, or None when the proof has the wrong length."""
    if not 0 <= number < size:
        return None
    found, place, last = entry, number, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node(sibling, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def consistency(known: Known, old: int, size: int) -> list[bytes]:
    """What shows that a tree of `size` begins with the tree of `old` entries; ValueError unless 0 < old <= size."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {size} cannot begin with {old} entries")
    return list(_grown(known, old, 0, size, whole=True))


def _grown(known: Known, old: int, start: int, stop: int, *, whole: bool) -> Iterator[bytes]:
    if old == stop - start:
        if not whole:
            yield root(known, start, stop)
        return
    half = split(stop - start)
    if old <= half:
        yield from _grown(known, old, start, start + half, whole=whole)
        yield root(known, start + half, stop)
    else:
        yield from _grown(known, old - half, start + half, stop, whole=False)
        yield root(known, start, start + half)


def consistent(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the new tree begins with the old one."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = node(sibling, first), node(sibling, second)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            second = node(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def balanced(hashes: Sequence[bytes]) -> bytes:
    """The root over a number of hashes that is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node(row[n], row[n + 1]) for n in range(0, len(row), 2)]
    return row[0]


class Growing:
    """A tree to which entries are added, kept as the roots of its whole parts, the largest first."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, bytes]] = []

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Add the hashes of the next entries."""
        for one in hashes:
            size, found = 1, one
            while self._parts and self._parts[-1][0] == size:
                found, size = node(self._parts.pop()[1], found), size * 2
            self._parts.append((size, found))

    def root(self) -> bytes:
        """The root over what was added."""
        if not self._parts:
            return EMPTY
        found = self._parts[-1][1]
        for _, part in reversed(self._parts[:-1]):
            found = node(part, found)
        return found


def completed(before: int, after: int) -> Iterator[tuple[int, int]]:
    """The subtrees (level, index) that become whole when a log of `before` entries has `after`, lower levels first."""
    level, width = 1, WIDTH
    while (first := before // width) < (last := after // width):
        yield from ((level, index) for index in range(first, last))
        level, width = level + 1, width * WIDTH


def head_text(origin: str, size: int, root_hash: bytes, at: str) -> bytes:
    """What is signed: four lines of name of the log, entries, root in hexadecimal, moment."""
    return f"{origin}\n{size}\n{root_hash.hex()}\n{at}\n".encode()


def fingerprint(x: int, y: int) -> str:
    """SHA-256 over the two halves of a point of P-256, in hexadecimal."""
    return hashlib.sha256(x.to_bytes(32, "big") + y.to_bytes(32, "big")).hexdigest()
