"""Other keys while the site serves: for what is encrypted, and for blind indexes. Each step is said as it is done."""

import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import IntegrityError, models

from tongban.kernel.records import actions
from tongban.kernel.records.queries import encrypted
from tongban.site import keys

_BLOCK = 500


def _wait(pause: float) -> None:
    """Until everybody has read the ring as it is now, and what began before has ended: nobody reports either, so it is time."""
    time.sleep(keys.LiveRing.LOOK_SECONDS + pause)


def rotate(folder: Path, pause: float, ciphers: str, say: Callable[[str], None]) -> int:
    """Add a key for these ciphers, write everything under it, and drop the others once nothing needs them.

    Whoever serves notices the new key within a second. Two passes find nothing old before a key goes: a value that was
    being written when the first one passed is caught by the second.
    """
    number = keys.add_key(folder, ciphers)
    say(f"key {number} ({ciphers}) is in use")
    _wait(pause)

    def write(model: type[models.Model], column: str) -> int:
        return sum(
            actions.rewrite(model=model, column=column, pks=block)
            for block in encrypted.pages_of(model, _BLOCK)
        )

    return _until_quiet(encrypted.encrypted_columns(), write, pause, lambda: keys.drop_old_keys(folder), say)


def rotate_index(folder: Path, pause: float, ciphers: str, say: Callable[[str], None]) -> int:
    """Add a key for blind indexes, write each index under it, and drop the others once nothing needs them.

    Everybody looks under the new key before anybody writes under it, and under the old one until nothing stands there.
    A run that was broken off goes on where it was.
    """
    number = keys.add_index_key(folder, ciphers)
    say(f"blind indexes are looked up under key {number} ({ciphers}) too")
    _wait(pause)
    keys.use_index_key(folder, number)
    say(f"key {number} is in use")
    _wait(pause)
    twice: set[str] = set()

    def write(model: type[models.Model], name: str) -> int:
        return sum(_reindex(model, name, block, twice) for block in encrypted.pages_of(model, _BLOCK))

    def drop() -> list[int]:
        return [] if twice else keys.drop_old_index_keys(folder)

    answer = _until_quiet(encrypted.indexes(), write, pause, drop, say)
    for one in sorted(twice):
        say(f"{one}: another row has this value, which only one may have")
    if twice:
        say("Old keys stay. Join what is one, and call this again.")
    return 1 if twice else answer


def _reindex(model: type[models.Model], name: str, block: Sequence[uuid.UUID], twice: set[str]) -> int:
    """Write the index of these rows; where another row has the value by now, one by one, and those go into `twice`."""
    try:
        return actions.reindex(model=model, name=name, pks=block)
    except IntegrityError:
        if len(block) == 1:
            twice.add(f"{model._meta.db_table}.{name} of {block[0]}")
            return 0
        return sum(_reindex(model, name, [pk], twice) for pk in block)


def _until_quiet(
    columns: encrypted.Columns,
    write: Callable[[type[models.Model], str], int],
    pause: float,
    drop: Callable[[], list[int]],
    say: Callable[[str], None],
) -> int:
    """Write all columns until two passes find nothing, then drop the old keys; exit code 1 when that does not happen."""
    quiet = 0
    for _ in range(10):
        done = 0
        for model, column in columns:
            of_column = write(model, column)
            if of_column:
                say(f"  {model._meta.db_table}.{column}: {of_column}")
            done += of_column
        say(f"{done} values written again")
        quiet = quiet + 1 if not done else 0
        if quiet == 2:
            if dropped := ", ".join(map(str, drop())):
                say(f"dropped key {dropped}; destroy its copies in old backups when they expire")
            return 0
        _wait(pause)
    say(
        "values under old keys keep appearing: is a program running that does not read this ring? Old keys stay."
    )
    return 1
