"""`tongban keys`: which keys the ring holds, and a new one under which everything is written again while the site serves."""

import argparse

PAUSE_SECONDS = 5.0


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument(
        "what",
        choices=["show", "rotate", "rotate-index"],
        help="count values by key; exchange the key in use; exchange the key of blind indexes",
    )
    words = "seconds to wait for requests under way before old keys go (default 5); none may take longer"
    parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help=words)


def run(options: argparse.Namespace) -> int:
    """Show or exchange; exit code 1 when values under old keys are left, which then stay on the ring."""
    from django.conf import settings

    from tongban.kernel.records.queries import encrypted
    from tongban.site import exchanging

    if options.what == "show":
        ring = settings.KEY_RING
        print(f"keys {', '.join(map(str, sorted(ring.keys)))}; in use {ring.current}")
        print(f"ciphers: {ring.cipher_of(ring.current)}")
        print(f"{encrypted.under_other_keys()} values under another key than the one in use")
        print(
            f"keys of blind indexes {', '.join(map(str, sorted(ring.index_keys)))}; in use {ring.index_current}"
        )
        print(f"{encrypted.under_other_index_keys()} blind indexes under another key than the one in use")
        return 0
    if options.what == "rotate-index":
        return exchanging.rotate_index(settings.VAR, options.pause, settings.CIPHERS, print)
    return exchanging.rotate(settings.VAR, options.pause, settings.CIPHERS, print)
