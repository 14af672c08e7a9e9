"""Reads of the sealed log: proofs, heads, and what does not agree."""

import base64
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from tongban.foundation.time import SHANGHAI
from tongban.kernel.events import queries as events
from tongban.kernel.evidence import calc
from tongban.kernel.evidence.models import Head, HeadStamp, Leaf, Subtree
from tongban.kernel.evidence.states import FORMAT, WIDTH
from tongban.kernel.seals import queries as seals
from tongban.kernel.seals.calc import PublicKey, verify_raw
from tongban.kernel.seals.states import LOG

_READ_AT_ONCE = 2000


class Tree:
    """The hashes that are kept, read a block at a time and remembered: one for each piece of work."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], dict[int, bytes]] = {}

    def known(self, level: int, index: int) -> bytes:
        """The hash of a whole subtree, of an entry at level 0; raises KeyError when it is not there."""
        block = level, index // WIDTH
        if block not in self._blocks:
            first = block[1] * WIDTH
            within = range(first, first + WIDTH)
            rows = (
                Subtree.objects.filter(level=level, index__range=(within[0], within[-1])).values_list(
                    "index", "hash"
                )
                if level
                else Leaf.objects.filter(number__range=(within[0], within[-1])).values_list("number", "hash")
            )
            self._blocks[block] = {number: bytes.fromhex(text) for number, text in rows}
        return self._blocks[block][index]

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return calc.root(self.known, 0, size)

    def whole(self, level: int, index: int) -> bytes:
        """The hash of a subtree, made from those of the level below."""
        first = index * WIDTH
        return calc.balanced([self.known(level - 1, first + n) for n in range(WIDTH)])


def waiting(since: datetime | None, most: int) -> list[Any]:
    """Events without a number, oldest first; only those of a moment on when one is given."""
    return list(events.without(Exists(Leaf.objects.filter(event_id=OuterRef("pk"))), since)[:most])


def newest() -> Head | None:
    """The last signed head."""
    return Head.objects.order_by("-size").first()


def stamped(covering: int = 0) -> HeadStamp | None:
    """The last stamp of a head over more than `covering` entries, with its head."""
    return (
        HeadStamp.objects.filter(head__size__gt=covering)
        .select_related("head")
        .order_by("-head__size")
        .first()
    )


def heads(most: int = 20) -> list[Head]:
    """The last signed heads, newest first."""
    return list(Head.objects.order_by("-size")[:most])


def key() -> PublicKey:
    """The key with which heads are signed; raises NoSeal."""
    return seals.public_key(LOG)


def signed_text(origin: str, head: Head) -> bytes:
    """The bytes that a head's signature is over."""
    at = head.at.astimezone(SHANGHAI).isoformat()
    return calc.head_text(origin, head.size, bytes.fromhex(head.root), at)


def evidence(event_rows: Sequence[Any]) -> dict[str, Any]:
    """Events with the proof that each is in the log, as a document that `check_evidence.py` checks without us.

    Entries that no head covers yet are counted as `waiting`. A head that a third party stamped goes before a newer one
    that covers no more of them; its stamp comes along. The document holds what the events say: identifiers and
    codes, never names or numbers of persons.
    """
    head, signer = newest(), key()
    size = head.size if head else 0
    numbers = dict(
        Leaf.objects.filter(event_id__in=[row.pk for row in event_rows], number__lt=size).values_list(
            "event_id", "number"
        )
    )
    stamp = stamped(max(numbers.values(), default=size - 1))
    if stamp is not None:
        head, size = stamp.head, stamp.head.size
    tree = Tree()
    entries = [
        {
            "document": events.document_of(row),
            "number": numbers[row.pk],
            "proof": [one.hex() for one in calc.inclusion(tree.known, numbers[row.pk], size)],
        }
        for row in event_rows
        if row.pk in numbers
    ]
    return {
        "format": FORMAT,
        "key": _key(signer),
        "head": _written(head, signer.name) if head else None,
        "stamp": _stamp(stamp) if stamp else None,
        "entries": entries,
        "waiting": len(event_rows) - len(entries),
    }


def _key(signer: PublicKey) -> dict[str, str]:
    return {
        "fingerprint": fingerprint(signer),
        "x": f"{signer.x:064x}",
        "y": f"{signer.y:064x}",
        "name": signer.name,
    }


def fingerprint(signer: PublicKey) -> str:
    """By what the log's key is known: SHA-256 over its point, hexadecimal."""
    return calc.fingerprint(signer.x, signer.y)


def _written(head: Head, origin: str) -> dict[str, Any]:
    return {
        "origin": origin,
        "size": head.size,
        "root": head.root,
        "at": head.at.astimezone(SHANGHAI).isoformat(),
        "signature": head.signature,
    }


def _stamp(stamp: HeadStamp) -> dict[str, str]:
    return {
        "authority": stamp.authority,
        "at": stamp.at.astimezone(SHANGHAI).isoformat(),
        "token": base64.b64encode(stamp.token).decode(),
    }


def numbers_of(event_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The places of events in the log, of those that have one."""
    return dict(Leaf.objects.filter(event_id__in=list(event_ids)).values_list("event_id", "number"))


def entries(start: int, stop: int) -> Iterator[tuple[Leaf, Any]]:
    """The entries from `start` to before `stop` with their events (None where one is gone), read anew."""
    rows = Leaf.objects.filter(number__gte=start, number__lt=stop).order_by("number")
    for block in _blocks(rows.iterator(_READ_AT_ONCE)):
        found = {row.pk: row for row in events.some(leaf.event_id for leaf in block)}
        yield from ((leaf, found.get(leaf.event_id)) for leaf in block)


def grown(old: int, size: int) -> list[str]:
    """The proof (hexadecimal) that the log of `size` entries begins with that of `old`; ValueError when it cannot."""
    return [one.hex() for one in calc.consistency(Tree().known, old, size)]


def whole_log() -> Iterator[dict[str, Any]]:
    """Every entry in order and then every head, for whoever keeps a copy elsewhere: `tongban log export`."""
    signer = key()
    yield {
        "format": FORMAT,
        "key": _key(signer),
    }
    rows = Leaf.objects.order_by("number").values_list("number", "event_id").iterator(_READ_AT_ONCE)
    for block in _blocks(rows):
        found = {row.pk: row for row in events.some(event_id for _, event_id in block)}
        for number, event_id in block:
            document = events.document_of(found[event_id]) if event_id in found else None
            yield {"number": number, "document": document}
    for head in Head.objects.order_by("size").iterator():
        yield {"head": _written(head, signer.name)}


def _blocks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    block: list[Any] = []
    for row in rows:
        block.append(row)
        if len(block) == _READ_AT_ONCE:
            yield block
            block = []
    if block:
        yield block


def broken() -> list[str]:
    """I8: every event that was sealed is still what it was, in its place, under every head that was signed.

    Everything is computed again from the events; the kept hashes are compared and not trusted.
    """
    faults: list[str] = []
    made: list[bytes] = []
    rows = Leaf.objects.order_by("number").values_list("number", "event_id", "hash").iterator(_READ_AT_ONCE)
    for block in _blocks(rows):
        found = {row.pk: row for row in events.some(event_id for _, event_id, _ in block)}
        for number, event_id, kept in block:
            if number != len(made):
                faults.append(f"the log has no entry {len(made)}")
                made.extend([calc.EMPTY] * (number - len(made)))
            row = found.get(event_id)
            hashed = calc.leaf(events.content_of(row)) if row is not None else calc.EMPTY
            if row is None:
                faults.append(f"entry {number}: its event {event_id} is gone")
            elif hashed.hex() != kept:
                faults.append(f"entry {number}: event {event_id} is not what was sealed")
            made.append(hashed)
    return faults + _heads_against(made) + _subtrees_against(made)


def _heads_against(made: Sequence[bytes]) -> list[str]:
    roots = calc.Growing()
    faults, taken = [], 0
    signer = key() if Head.objects.exists() else None
    for head in Head.objects.order_by("size").iterator():
        if head.size > len(made):
            faults.append(f"head of {head.size} entries: the log has {len(made)}")
            continue
        roots.extend(made[taken : head.size])
        taken = head.size
        if roots.root().hex() != head.root:
            faults.append(f"head of {head.size} entries: its root is another")
        text = signed_text(signer.name, head) if signer else b""
        if signer is None or not verify_raw(text, bytes.fromhex(head.signature), signer):
            faults.append(f"head of {head.size} entries: its signature is not the log's")
    return faults


def _subtrees_against(made: Sequence[bytes]) -> list[str]:
    faults, level, below = [], 1, list(made)
    while len(below) >= WIDTH:
        above = [
            calc.balanced(below[n : n + WIDTH]) for n in range(0, len(below) - len(below) % WIDTH, WIDTH)
        ]
        kept = dict(Subtree.objects.filter(level=level).values_list("index", "hash"))
        faults += [
            f"subtree {level}/{index}: its hash is another"
            for index, one in enumerate(above)
            if kept.get(index) != one.hex()
        ]
        level, below = level + 1, above
    return faults
