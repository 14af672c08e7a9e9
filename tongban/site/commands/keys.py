"""`tongban keys`: which keys the ring holds, and a new one under which everything is written again while the site serves."""

import argparse
import time

PAUSE_SECONDS = 5.0
_BLOCK = 500


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument(
        "what", choices=["show", "rotate"], help="count values by key; exchange the key in use"
    )
    words = "seconds to wait for requests under way before old keys go (default 5); none may take longer"
    parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help=words)


def run(options: argparse.Namespace) -> int:
    """Show or rotate; exit code 1 when values under old keys are left, which then stay on the ring."""
    from django.conf import settings

    from tongban.kernel.records import queries

    if options.what == "show":
        ring = settings.KEY_RING
        print(f"keys {', '.join(map(str, sorted(ring.keys)))}; in use {ring.current}")
        print(f"ciphers: {ring.cipher_of(ring.current)}")
        print(f"{queries.under_other_keys()} values under another key than the one in use")
        return 0
    return rotate(settings.VAR, options.pause, settings.CIPHERS)


def rotate(folder, pause: float, ciphers: str) -> int:
    """Add a key for these ciphers, write everything under it, and drop the others once nothing needs them.

    Whoever serves notices the new key within a second. Two passes find nothing old before a key goes: a value that was
    being written when the first one passed is caught by the second.
    """
    from tongban.kernel.records import actions, queries
    from tongban.site import keys

    number = keys.add_key(folder, ciphers)
    print(f"key {number} ({ciphers}) is in use")
    time.sleep(keys.LiveRing.LOOK_SECONDS + pause)
    quiet = 0
    for _ in range(10):
        done = 0
        for model, column in queries.encrypted_columns():
            of_column = sum(
                actions.rewrite(model=model, column=column, pks=block)
                for block in queries.pages_of(model, _BLOCK)
            )
            if of_column:
                print(f"  {model._meta.db_table}.{column}: {of_column}")
            done += of_column
        print(f"{done} values written again")
        quiet = quiet + 1 if not done else 0
        if quiet == 2:
            dropped = keys.drop_old_keys(folder)
            print(
                f"dropped key {', '.join(map(str, dropped))}; destroy its copies in old backups when they expire"
            )
            return 0
        time.sleep(pause)
    print(
        "values under old keys keep appearing: is a program running that does not read this ring? Old keys stay."
    )
    return 1
