"""Writes of the sealed log: give committed events their numbers, sign what the log is now, keep a third party's stamp.

None makes an event: it would have to be sealed in turn. Rows of the tree refuse changes in the database itself.
"""

from datetime import timedelta

from tongban.foundation import time
from tongban.kernel.events import queries as events
from tongban.kernel.evidence import calc, queries
from tongban.kernel.evidence.models import Head, HeadStamp, Leaf, Log, Subtree
from tongban.kernel.evidence.queries.stampers import Stamp
from tongban.kernel.evidence.states import BATCH, LATE_SECONDS
from tongban.kernel.records.actions import action
from tongban.kernel.seals import queries as seals
from tongban.kernel.seals.calc import raw_signature, verify_raw
from tongban.kernel.seals.states import LOG


class NotAsWritten(RuntimeError):
    """What was just written reads otherwise: nothing is signed over it."""


@action
def number(*, everything: bool = False, most: int = BATCH) -> int:
    """Give up to `most` committed events without a number the next ones; returns how many there were.

    An event is never passed over because a later one was faster: those of the last hour are looked at each time, all of
    them with `everything`. One whose content is not what its digest says gets no number; `tongban check` names it.
    """
    Log.objects.bulk_create([Log()], ignore_conflicts=True)
    log = Log.objects.select_for_update().get()
    since = None if everything or not log.size else time.now() - timedelta(seconds=LATE_SECONDS)
    found = [row for row in queries.waiting(since, most) if events.digest_of(row) == row.digest]
    if not found:
        return 0
    leaves = [
        Leaf(number=log.size + n, event_id=row.pk, hash=calc.leaf(events.content_of(row)).hex())
        for n, row in enumerate(found)
    ]
    Leaf.objects.bulk_create(leaves)
    size = log.size + len(leaves)
    for level in range(1, 8):
        whole = [index for each, index in calc.completed(log.size, size) if each == level]
        if not whole:
            break
        tree = queries.Tree()
        Subtree.objects.bulk_create(
            Subtree(level=level, index=index, hash=tree.whole(level, index).hex()) for index in whole
        )
    log.size = size
    log.save(update_fields=["size"])
    return len(leaves)


@action
def sign() -> Head | None:
    """Sign the log as it is now, unless nothing was added since the last head.

    What is signed is read again from the tables and from the events: raises NotAsWritten when a new entry reads otherwise
    than it was hashed, or the signature does not verify.
    """
    log = Log.objects.select_for_update().first()
    last = queries.newest()
    before = last.size if last else 0
    if log is None or log.size == before:
        return None
    for leaf, row in queries.entries(before, log.size):
        if row is None or calc.leaf(events.content_of(row)).hex() != leaf.hash:
            raise NotAsWritten(f"entry {leaf.number} reads otherwise than it was hashed")
    head = Head(size=log.size, root=queries.Tree().root(log.size).hex(), at=time.now())
    key = queries.key()
    text = queries.signed_text(key.name, head)
    signature = raw_signature(seals.signer().sign_bytes(LOG, text))
    if not verify_raw(text, signature, key):
        raise NotAsWritten(f"the signature over {log.size} entries does not verify")
    head.signature = signature.hex()
    head.save(force_insert=True)
    return head


@action
def keep_stamp(*, head: Head, stamp: Stamp) -> HeadStamp:
    """Keep what a time stamping authority said of a head."""
    row = HeadStamp(head=head, authority=stamp.authority[:200], at=stamp.at, token=stamp.token)
    row.save(force_insert=True)
    return row
